"""Every order a model relies on must be total: a tie falls one way here and another way there, or tomorrow.

An order is taken as total when its bare columns, with those of its partition or group, hold a known key: the grain of a
catalogued table, what a query of the same file groups by or makes distinct, the last two of the order of deliveries, or a
row number of the same file. The limit: column names are compared, not where they come from, so a key that a join has
multiplied still passes; an order that is total for another reason says so on a line `-- unique: why` at most three
lines above it. rank, dense_rank and framed RANGE sums give ties one value and are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sqlglot import exp

from microinf_pipeline.catalog.tables import ORDER
from microinf_pipeline.models.files import Finding, ModelFile, line_of, parsed

MARK = "-- unique:"
_FIX = f"end the order with a unique key, or say why it is one: `{MARK} …`"
_DELIVERY_TAIL = frozenset({"file", "row_number"})
_PICKING = (exp.RowNumber, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Lag, exp.Lead, exp.Ntile)
_OF_ITS_ORDER = (exp.FirstValue, exp.LastValue, exp.NthValue, exp.Lag, exp.Lead)


def findings(model: ModelFile) -> Iterator[Finding]:
    """Orders of a model that may have ties. The text must parse as one statement."""
    (statement,) = parsed(model.sql)
    if statement is None:
        return
    keys = (*_grains(), _DELIVERY_TAIL, *_keys_within(statement))
    for what, node, columns in (*_windows(statement), *_arg_extremes(statement), *_limits(statement)):
        line = line_of(node)
        if not any(key <= columns for key in keys) and not _explained(model.sql, line):
            yield Finding(model.where, line, f"{what} by {', '.join(sorted(columns)) or 'nothing'} may have ties", _FIX)


def _windows(statement: exp.Expr) -> Iterator[tuple[str, exp.Expr, frozenset[str]]]:
    for window in statement.find_all(exp.Window):
        function = window.this.this if isinstance(window.this, exp.IgnoreNulls | exp.RespectNulls | exp.Filter) else window.this
        spec = _resolved(window)
        order = spec.args.get("order")
        framed = spec.args.get("spec")
        by_rows = framed is not None and framed.args.get("kind") == "ROWS" and isinstance(function, exp.AggFunc)
        if not isinstance(function, _PICKING) and not by_rows:
            continue
        ordered = _bare(order.expressions if order else [])
        if isinstance(function, _OF_ITS_ORDER) and _bare([function.this]) and _bare([function.this]) <= ordered:
            continue  # the value picked is the order itself
        yield f"{function.sql_name().lower()}() OVER", window, ordered | _bare(spec.args.get("partition_by") or [])


def _resolved(window: exp.Window) -> exp.Expr:
    """The definition of a window, also when it is named in a WINDOW clause."""
    name, select = window.alias, window.find_ancestor(exp.Select)
    named = {w.name: w for w in (select.args.get("windows") or [])} if select else {}
    return named.get(name, window) if name else window


def _arg_extremes(statement: exp.Expr) -> Iterator[tuple[str, exp.Expr, frozenset[str]]]:
    for pick in statement.find_all(exp.ArgMax, exp.ArgMin):
        by, select = pick.expression, pick.find_ancestor(exp.Select)
        parts = list(by.find_all(exp.Column)) if isinstance(by, exp.Struct | exp.Anonymous) else [by]
        group = select.args.get("group") if select else None
        columns = _bare(parts) | _bare(group.expressions if group else [])
        if _bare([pick.this]) and _bare([pick.this]) <= _bare(parts):
            continue  # the value picked is the order itself
        yield f"{pick.sql_name().lower()}", pick, columns


def _limits(statement: exp.Expr) -> Iterator[tuple[str, exp.Expr, frozenset[str]]]:
    for select in statement.find_all(exp.Select):
        order = select.args.get("order")
        if order and select.args.get("limit"):
            yield "ORDER BY … LIMIT", order, _bare(order.expressions)


def _keys_within(statement: exp.Expr) -> Iterator[frozenset[str]]:
    """Keys the file makes itself: groups, distinct rows, row numbers."""
    for select in statement.find_all(exp.Select):
        group = select.args.get("group")
        if group and (columns := _bare(group.expressions)) and len(columns) == len(group.expressions):
            yield columns
        if select.args.get("distinct") and not select.is_star:
            yield frozenset(select.named_selects)
    for alias in statement.find_all(exp.Alias):
        if isinstance(alias.this, exp.Window) and isinstance(alias.this.this, exp.RowNumber):
            yield frozenset({alias.alias})


def _bare(nodes: list[exp.Expr]) -> frozenset[str]:
    inner = (node.this if isinstance(node, exp.Ordered) else node for node in nodes)
    return frozenset(node.name for node in inner if isinstance(node, exp.Column))


def _explained(sql: str, line: int | None) -> bool:
    lines = sql.splitlines()
    return line is not None and any(MARK in text for text in lines[max(0, line - 4) : line])


@cache
def _grains() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(table.grain) for table in ORDER)
