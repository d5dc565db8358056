"""Shapes a model may not have: rules that need the statement's tree.

What cannot be told from the text is let pass: types of derived columns (casts and date differences of them), and divisors
that are columns known never to be zero must still say nullif.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sqlglot import exp

from microinf_pipeline.catalog.tables import ORDER
from microinf_pipeline.models.files import Finding, ModelFile, line_of, parsed

_REGEXES = (exp.RegexpReplace,)
_ROUNDED = (exp.Round, exp.Floor, exp.Ceil, exp.Trunc)
_FRACTIONS = (exp.Div, exp.Avg, exp.Median, exp.Stddev, exp.Variance)
_INTEGERS = exp.DataType.INTEGER_TYPES


def findings(model: ModelFile) -> Iterator[Finding]:
    """Everything about its shape a model may not have. The text must parse as one statement."""
    (statement,) = parsed(model.sql)
    for node in statement.walk() if statement else ():
        for what, fix in _wrong(node):
            yield Finding(model.where, line_of(node), what, fix)


def _wrong(node: exp.Expr) -> Iterator[tuple[str, str]]:
    for rule in (_lists, _replaces, _date_diffs, _casts, _divisions, _selects, _unions):
        yield from rule(node)


def _lists(node: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Bracket) and any(_is_negative(i) for i in node.expressions):
        yield "a negative list index does not port", "list[array_length(list)]"
    if (
        isinstance(node, exp.Anonymous)
        and node.name.lower() in ("list_extract", "array_extract")
        and _is_negative(node.expressions[-1])
    ):
        yield "a negative list index does not port", "list[array_length(list)]"
    if isinstance(node, exp.ArrayAgg) and node.find(exp.Order):
        yield "list(… ORDER BY …) loses its order on Spark", "list_sort(list(…))"


def _replaces(node: exp.Expr) -> Iterator[tuple[str, str]]:
    if not isinstance(node, _REGEXES):
        return
    modifiers, replacement = node.args.get("modifiers"), node.args.get("replacement")
    if modifiers is None or "g" not in modifiers.name:
        yield "regexp_replace without 'g' replaces one on DuckDB, all on Spark", "regexp_replace(…, 'g')"
    if isinstance(replacement, exp.Literal) and "\\" in replacement.name:
        yield "a group in a replacement is written differently on Spark", "regexp_extract(…), then concat"


def _date_diffs(node: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.DateDiff | exp.TimestampDiff) and any(_is_moment(side) for side in (node.this, node.expression)):
        yield (
            "date_diff of moments counts bounds on DuckDB, whole units on Spark",
            "cast both sides to DATE, or subtract epochs",
        )


def _casts(node: exp.Expr) -> Iterator[tuple[str, str]]:
    is_integer = isinstance(node, exp.Cast) and node.to.this in _INTEGERS
    if is_integer and _is_fraction(node.this):
        yield "CAST to integer rounds on DuckDB and cuts on Spark", "CAST(round(…) AS …) or CAST(floor(…) AS …)"


def _divisions(node: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Div | exp.IntDiv | exp.Mod) and not _never_zero(node.expression):
        yield f"division by {node.expression.sql('duckdb')[:60]} may be by zero", "… / nullif(…, 0)"


def _selects(node: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Select):
        unnested = [p for p in node.expressions if p.find(exp.Explode, exp.Unnest) and not p.find(exp.Subquery)]
        if len(unnested) > 1:
            yield "two unnests in one select pair up on DuckDB, multiply on Spark", "one named query each"
        if node.args.get("limit") and not node.args.get("order"):
            yield "LIMIT without ORDER BY picks at random", "ORDER BY a unique key"


def _unions(node: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.SetOperation):
        left, right = node.left.named_selects, node.right.named_selects
        if "*" not in (*left, *right) and left != right:
            yield f"the branches of a union list other columns: {left} and {right}", "the same names in the same order"


def _is_negative(node: exp.Expr) -> bool:
    return isinstance(node, exp.Neg) or (isinstance(node, exp.Literal) and node.name.startswith("-"))


def _is_moment(node: exp.Expr) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.this is not exp.DType.DATE
    return isinstance(node, exp.Column) and node.name in _moments()


def _is_fraction(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, _ROUNDED):
        return False
    is_literal = isinstance(node, exp.Literal) and not node.is_string and not node.is_int
    is_column = isinstance(node, exp.Column) and node.name in _doubles()
    below = (child for child in node.iter_expressions() if isinstance(node, exp.Binary | exp.Neg | exp.Paren | exp.Coalesce))
    return is_literal or is_column or isinstance(node, _FRACTIONS) or any(_is_fraction(child) for child in below)


def _never_zero(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return _never_zero(node.this)
    if isinstance(node, exp.Literal):
        return float(node.name) != 0
    if isinstance(node, exp.Mul):
        return _never_zero(node.left) and _never_zero(node.right)
    if isinstance(node, exp.Greatest):
        return any(isinstance(e, exp.Literal) and float(e.name) > 0 for e in (node.this, *node.expressions))
    if isinstance(node, exp.Count):
        return isinstance(node.this, exp.Star) and _is_grouped(node)
    return isinstance(node, exp.Nullif)


def _is_grouped(node: exp.Expr) -> bool:
    """Whether an aggregate belongs to a GROUP BY without a filter of its own: its group holds a row at least."""
    select = node.find_ancestor(exp.Select)
    return bool(select and select.args.get("group")) and not isinstance(node.parent, exp.Filter)


@cache
def _moments() -> frozenset[str]:
    """Columns that are a TIMESTAMP wherever the catalogue has them."""
    return _named("TIMESTAMP")


@cache
def _doubles() -> frozenset[str]:
    return _named("DOUBLE")


def _named(type_: str) -> frozenset[str]:
    types: dict[str, set[str]] = {}
    for column in (c for table in ORDER for c in table.columns):
        types.setdefault(column.name, set()).add(column.type)
    return frozenset(name for name, known in types.items() if known == {type_})
