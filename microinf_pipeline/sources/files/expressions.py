"""SQL by construction: templates of ours, filled with expression nodes, in the DuckDB dialect.

Put here: the few builders the file source needs. Keep out: text of the user (see `user_sql`) and any meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlglot import exp, parse_one

DIALECT = "duckdb"
Node = exp.Expr

_CLOSED = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Placeholder, exp.Null, exp.Boolean, exp.DataType, exp.Star)


@lru_cache(maxsize=512)
def _template(text: str) -> Node:
    return parse_one(text, dialect=DIALECT)


def fill(template: str, **nodes: Node) -> Node:
    """`fill("trim($x)", x=node)`: the template with every `$name` replaced by a copy of its node."""
    return exp.replace_placeholders(
        _template(template).copy(),
        **{name: node.copy() if isinstance(node, _CLOSED) else exp.paren(node) for name, node in nodes.items()},
    )


def column(name: str) -> Node:
    """A column by its exact name."""
    return exp.column(exp.to_identifier(name, quoted=True))


def text(value: str | None) -> Node:
    """A string literal, or NULL."""
    return exp.null() if value is None else exp.Literal.string(value)


def call(name: str, *arguments: Node) -> Node:
    """A function by the name DuckDB gives it, untouched by any translation."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def null_of(type_name: str) -> Node:
    """A NULL of a type."""
    return exp.cast(exp.null(), type_name, dialect=DIALECT)


def coalesce(*nodes: Node) -> Node:
    """The first of them that is not NULL."""
    return nodes[0] if len(nodes) == 1 else exp.Coalesce(this=nodes[0], expressions=list(nodes[1:]))


def first_true(cases: Iterable[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    """CASE WHEN … END over (condition, value) pairs."""
    pairs = [exp.If(this=condition, true=value) for condition, value in cases]
    if not pairs:
        return otherwise or exp.null()
    return exp.Case(ifs=pairs, default=otherwise)


def select(columns: Mapping[str, Node], source: exp.Select | Node, where: Node | None = None) -> exp.Select:
    """SELECT expression AS name, … FROM a subquery or a table function."""
    origin = source.subquery("s", copy=False) if isinstance(source, exp.Select) else source
    query = exp.select(*_named(columns), copy=False).from_(origin, copy=False)
    return query.where(where, copy=False) if where is not None else query


def extend(source: exp.Select, columns: Mapping[str, Node]) -> exp.Select:
    """All columns of a query and more that are computed from them."""
    if not columns:
        return source
    query = exp.select(exp.Star(), *_named(columns), copy=False)
    return query.from_(source.subquery("s", copy=False), copy=False)


def _named(columns: Mapping[str, Node]) -> list[Node]:
    return [exp.alias_(node.copy(), name, quoted=True, copy=False) for name, node in columns.items()]


def sql(node: Node) -> str:
    """The text to execute."""
    return node.sql(dialect=DIALECT)
