"""The user's own SQL (`sql:` and `where:`): one scalar expression over the file's columns, and nothing else.

Put here: what such an expression may contain. Keep out: what its columns mean (the caller resolves them).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from sqlglot import exp, parse, parse_one
from sqlglot.errors import SqlglotError

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.expressions import Node

_DIALECT = "duckdb"
_Tree = exp.Expr

# Reads outside the row, or another answer tomorrow: a night would not be repeatable.
_REFUSED = re.compile(
    r"(read_|scan_|.*_scan$|glob$|sniff_|query|pragma_|duckdb_|pg_|getenv|getvariable|current_|session_|now$|today$|"
    r"get_current|getdate|localtime|transaction_|txid|rand|setseed|uuid|gen_random|nextval|currval|version$|which_secret|write_log|"
    r"utc_|stats$|histogram$|entropy$|product$|columns$|parse_duckdb_log|checkpoint|force_checkpoint|sql_auto_complete|json_execute|from_substrait|error$|sleep)",
    re.IGNORECASE,
)
_NOT_SCALAR = (
    exp.Query, exp.Subquery, exp.Exists, exp.Table, exp.Window, exp.AggFunc, exp.Command, exp.DDL, exp.DML, exp.Star,
    exp.Placeholder, exp.Parameter, exp.Alias, exp.Explode, exp.Unnest,
)  # fmt: skip


def scalar(expression: str, where: str, resolve: Callable[[str], Node]) -> Node:
    """The expression with its columns resolved. A cast that fails on a row gives NULL instead of stopping the file.

    Raises FixConfigurationError when it is no single scalar expression, selects, aggregates, or reaches outside the row.
    """
    return Node(_resolved(_checked(expression, where), resolve).sql(dialect=_DIALECT, copy=False))


def columns_in(expression: str, where: str) -> list[str]:
    """The columns an expression reads, as written. Raises FixConfigurationError as `scalar` does."""
    found = _checked(expression, where).find_all(exp.Column)
    named = [(".".join(part.name for part in node.parts), node) for node in found]
    return [name for name, node in named if name not in _lambda_parameters(node)]


@lru_cache(maxsize=256)
def _checked(expression: str, where: str) -> _Tree:
    tree = _parsed(expression, where)
    for node in tree.walk():
        if isinstance(node, _NOT_SCALAR):
            raise _refused(expression, where, f"{node.sql(dialect=_DIALECT)[:60]!r} is not a scalar expression over a row")
        if isinstance(node, exp.Func):
            name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
            if _REFUSED.match(name) or _is_age_of_today(name, node):
                raise _refused(expression, where, f"{name.lower()}() reads outside the row or is not repeatable")
    return _lenient(tree)


def _is_age_of_today(name: str, node: exp.Func) -> bool:
    """`age` of one moment counts from the day the query runs."""
    return name.lower() == "age" and len(list(node.iter_expressions())) < 2


def _parsed(expression: str, where: str) -> _Tree:
    try:
        statements = parse(f"SELECT ({expression}\n)", dialect=_DIALECT)
    except SqlglotError as error:
        raise _refused(expression, where, str(error).splitlines()[0]) from error
    select = statements[0]
    extra = set(select.args) - {"expressions", "kind", "hint", "distinct", "limit", "operation_modifiers"} if select else {""}
    if len(statements) != 1 or not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise _refused(expression, where, "it is not one expression")
    tree = select.expressions[0]
    if any(select.args.get(key) for key in extra) or not isinstance(tree, exp.Paren):
        raise _refused(expression, where, "it is not one expression")
    return tree


def _lenient(tree: _Tree) -> _Tree:
    def attempt(node: _Tree) -> _Tree:
        return exp.TryCast(**node.args) if type(node) is exp.Cast else node

    return tree.transform(attempt)


def _resolved(tree: _Tree, resolve: Callable[[str], Node]) -> _Tree:
    def attempt(node: _Tree) -> _Tree:
        if not isinstance(node, exp.Column):
            return node
        name = ".".join(part.name for part in node.parts)
        return node if name in _lambda_parameters(node) else parse_one(resolve(name).sql, dialect=_DIALECT)

    return tree.transform(attempt)


def _lambda_parameters(node: _Tree) -> set[str]:
    names: set[str] = set()
    parent = node.parent
    while parent is not None:
        if isinstance(parent, exp.Lambda):
            names |= {parameter.name for parameter in parent.expressions}
        parent = parent.parent
    return names


def _refused(expression: str, where: str, why: str) -> FixConfigurationError:
    return FixConfigurationError(
        f"the SQL {expression!r} cannot be used: {why}",
        where=where,
        fix="write one DuckDB expression over the file's columns, without SELECT",
    )
