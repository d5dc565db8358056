"""A model keeps what the catalogue says of its table: the relations it reads and the columns it gives.

Views of a session are looked through: what they read counts as read by the model. What configuration, rules and the
night's own steps give (SESSION_RELATIONS) may be read undeclared. The order of columns is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from microinf_pipeline.catalog.model import Scope, Table
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.catalog.tables.session import SESSION_RELATIONS
from microinf_pipeline.models.files import Finding, ModelFile, parsed, relations_of
from microinf_pipeline.models.parameters import relations

Views = Mapping[str, frozenset[str]]  # view → relations it reads

#: Folders of the queries that find what a night touches, and what a publication withholds: they read what only that step
#: has, so nothing is declared.
UNDECLARED = ("touched", "withheld")


def views_among(models: tuple[ModelFile, ...]) -> Views:
    """What the files that are no table read."""
    return {m.name: frozenset(_reads(m)) for m in models if m.name not in TABLES and m.folder not in UNDECLARED}


def findings(model: ModelFile, views: Views) -> Iterator[Finding]:
    """Where a model and the catalogue disagree. The text must parse as one statement."""
    table = TABLES.get(model.name)
    if table is not None:
        yield from _read_findings(model, table, views)
        yield from _column_findings(model, table)
    elif model.folder not in UNDECLARED:
        yield from _unknown(model, _reads(model) - views.keys())


def declared_reads(table: Table) -> set[str]:
    """Names under which a model finds what its table reads."""
    return {f"{read.table}_before" if read.scope is Scope.BEFORE else read.table for read in table.reads}


def _read_findings(model: ModelFile, table: Table, views: Views) -> Iterator[Finding]:
    read, declared = _through(_reads(model), views), _through(declared_reads(table), views)
    for name in sorted(read - declared - set(SESSION_RELATIONS)):
        yield Finding(
            model.where, None, f"reads {name}, which the catalogue does not say", f"add Read({name!r}) to {table.name}"
        )
    for name in sorted(declared - read - set(SESSION_RELATIONS)):
        yield Finding(
            model.where, None, f"does not read {name}, though the catalogue says so", f"drop it from {table.name}'s reads"
        )


def _unknown(model: ModelFile, names: set[str]) -> Iterator[Finding]:
    known = {*TABLES, *SESSION_RELATIONS, *(relation.name for relation in relations())}
    for name in sorted(names - known):
        yield Finding(model.where, None, f"reads {name}, which is no table, view or given relation", "name one of those")


def _through(names: set[str], views: Views) -> set[str]:
    """The names with every view replaced by what it reads."""
    if not names & views.keys():
        return names
    return _through({inner for name in names for inner in views.get(name, frozenset({name}))}, views)


def _column_findings(model: ModelFile, table: Table) -> Iterator[Finding]:
    (statement,) = parsed(model.sql)
    given = columns_of(statement) if isinstance(statement, exp.Query) else None
    if given is None:
        yield Finding(model.where, None, "its last SELECT has columns that cannot be told", "name them: AS, no * over joins")
        return
    for name in sorted(set(table.column_names) - set(given)):
        yield Finding(model.where, None, f"lacks the column {name}", "select it, or drop it from the catalogue")
    for name in sorted(set(given) - set(table.column_names)):
        yield Finding(model.where, None, f"gives the column {name}, unknown to the catalogue", "declare it, or drop it")
    for name in sorted({name for name in given if given.count(name) > 1}):
        yield Finding(model.where, None, f"gives the column {name} twice", "name it once")


def columns_of(query: exp.Query) -> list[str] | None:
    """Names of a query's columns, every * looked up where it is taken from; None where that cannot be told."""
    if isinstance(query, exp.SetOperation):
        return columns_of(query.left)
    names: list[str] = []
    for column in query.selects:
        found = _starred(query, column) if column.is_star else [column.alias_or_name]
        if found is None or "" in found:
            return None
        names += found
    return names


def _starred(query: exp.Query, star: exp.Expr) -> list[str] | None:
    """What `*` or `alias.*` stands for."""
    sources = [part.this for part in (query.args.get("from_"), *(query.args.get("joins") or ())) if part]
    wanted = [s for s in sources if not isinstance(star, exp.Column) or s.alias_or_name == star.table]
    columns = [_columns_of_source(source) for source in wanted]
    excluded = star.find(exp.Star)
    left_out = {column.name for column in (excluded.args.get("except_") or ())} if excluded else set()
    if not columns or None in columns:
        return None
    return [name for names in columns for name in names or () if name not in left_out]


def _columns_of_source(source: exp.Expr) -> list[str] | None:
    if isinstance(source, exp.Subquery):
        return columns_of(source.this)
    named = {cte.alias: cte.this for cte in source.root().find_all(exp.CTE)}
    if source.name in named:
        return columns_of(named[source.name])
    return list(TABLES[source.name].column_names) if source.name in TABLES else None


def _reads(model: ModelFile) -> set[str]:
    (statement,) = parsed(model.sql)
    return relations_of(statement) if statement else set()
