"""SQL by construction: templates of ours in DuckDB's dialect, filled with expressions, literals and names, each quoted here.

Expressions are kept as text: a plan is built for every file of every night, and trees cost a hundred times as much.
Put here: the few builders the file source needs. Keep out: text of the user (see `user_sql`) and any meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_SLOT = re.compile(r"\$([a-z]+)")
_PLAIN_CALL = re.compile(r"\w+\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Node:
    """An expression. `closed`: it needs no parentheses inside another; `constant`: it is the same in every row."""

    sql: str
    closed: bool = True
    constant: bool = False
    literal: str | None = None  # the string this is, where it is one


@dataclass(frozen=True, slots=True)
class Select:
    """A whole SELECT."""

    sql: str


NULL = Node("NULL", constant=True)
TRUE = Node("TRUE", constant=True)
FALSE = Node("FALSE", constant=True)


@lru_cache(maxsize=512)
def _template(template: str) -> tuple[tuple[str, ...], bool]:
    """Text and names of slots by turns; and whether the whole is closed."""
    return tuple(_SLOT.split(template)), _PLAIN_CALL.fullmatch(template) is not None


def fill(template: str, **nodes: Node) -> Node:
    """`fill("trim($x)", x=node)`: the template with every `$name` replaced by its node. Raises KeyError without one."""
    parts, closed = _template(template)
    if len(parts) == 1:
        return Node(template, closed)
    pieces = [part if place % 2 == 0 else _inside(nodes[part]) for place, part in enumerate(parts)]
    return Node("".join(pieces), closed)


def _inside(node: Node) -> str:
    return node.sql if node.closed else f"({node.sql})"


def column(name: str) -> Node:
    """A column by its exact name."""
    return Node(quoted(name))


def quoted(name: str) -> str:
    """A name as it stands in SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str | None) -> Node:
    """A string literal, or NULL."""
    return NULL if value is None else Node("'" + value.replace("'", "''") + "'", constant=True, literal=value)


def number(value: int | float) -> Node:
    """A number as it is written; a negative one in parentheses."""
    return Node(repr(value), closed=value >= 0, constant=True)


def parameter(name: str) -> Node:
    """A value bound when the statement runs."""
    return Node(f"${name}")


def call(name: str, *arguments: Node) -> Node:
    """A function."""
    return Node(f"{name}({', '.join(argument.sql for argument in arguments)})")


def cast(node: Node, type_name: str) -> Node:
    """A value that is certain to be of the type."""
    return Node(f"CAST({node.sql} AS {type_name})", constant=node.constant)


def null_of(type_name: str) -> Node:
    """A NULL of a type."""
    return cast(NULL, type_name)


def coalesce(*nodes: Node) -> Node:
    """The first of them that is not NULL."""
    return nodes[0] if len(nodes) == 1 else call("coalesce", *nodes)


def one_of(node: Node, values: Iterable[str]) -> Node:
    """Whether a value is one of these."""
    return Node(f"{_inside(node)} IN ({', '.join(text(value).sql for value in values)})", closed=False)


def first_true(cases: Iterable[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    """CASE WHEN … END over (condition, value) pairs."""
    branches = " ".join(f"WHEN {condition.sql} THEN {value.sql}" for condition, value in cases)
    if not branches:
        return otherwise or NULL
    return Node(f"CASE {branches}{f' ELSE {otherwise.sql}' if otherwise else ''} END")


def select(columns: Mapping[str, Node], source: Select | Node, where: Node | None = None) -> Select:
    """SELECT expression AS name, … FROM a query, a table or a table function."""
    return _from(", ".join(_named(columns)), source, where)


def extend(source: Select, columns: Mapping[str, Node]) -> Select:
    """All columns of a query and more that are computed from them."""
    return _from(", ".join(["*", *_named(columns)]), source) if columns else source


def _named(columns: Mapping[str, Node]) -> list[str]:
    return [f"{node.sql} AS {quoted(name)}" for name, node in columns.items()]


def _from(columns: str, source: Select | Node, where: Node | None = None) -> Select:
    origin = f"({source.sql}) AS s" if isinstance(source, Select) else source.sql
    return Select(f"SELECT {columns} FROM {origin}{f' WHERE {where.sql}' if where else ''}")
