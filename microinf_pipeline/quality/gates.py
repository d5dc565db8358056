"""Which gates a table has, by construction from its declaration in the catalogue.

A gate groups all facts of one kind, so that a table has a handful of checks rather than one a column; the evidence names
what broke. Its name is a sentence that is true when green.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from microinf_pipeline.catalog.model import Column, Reference, Rule, Severity, Table


class Kind(StrEnum):
    """How the breaches of a gate are counted."""

    SCHEMA = "schema"  # from the columns the engine describes
    GRAIN = "grain"  # keys that occur more than once
    ROWS = "rows"  # rows for which a predicate is true
    REFERENCE = "reference"  # rows without a partner


@dataclass(frozen=True)
class Measure:
    """One number of the fact sheet: how often `subject` breaks the gate."""

    fact: str  # its column in the fact sheet
    subject: str  # the column, rule or table it is about
    failing: str = ""  # predicate over the table's rows, true where broken (ROWS)


@dataclass(frozen=True)
class Gate:
    """Green while the sum of its measures is at most `allowed_share` of the table's rows."""

    name: str
    kind: Kind
    severity: Severity
    measures: tuple[Measure, ...]
    why: str
    allowed_share: float = 0.0
    reference: Reference | None = None


def gates_of(table: Table) -> tuple[Gate, ...]:
    """All gates of a table, schema first. Raises ValueError when two would share a name."""
    gates = tuple(_gates(table))
    twice = [name for name, n in Counter(g.name for g in gates).items() if n > 1]
    if twice:
        raise ValueError(f"{table.name}: gates that share a name: {', '.join(twice)}")
    return gates


def _gates(table: Table) -> Iterator[Gate]:
    yield _schema(table)
    yield Gate(
        "keeps_its_grain", Kind.GRAIN, Severity.ERROR, (Measure("repeated_keys", ", ".join(table.grain)),),
        f"One row per {', '.join(table.grain)}.",
    )  # fmt: skip
    by_column = (
        ("fills_required_columns", "Required columns are never NULL.", _nulls),
        ("uses_only_allowed_values", "Closed sets hold only their values.", _unlisted),
        ("stays_in_range", "Numbers are finite and inside their bounds.", _out_of_range),
    )
    for name, why, measures_of in by_column:
        measures = tuple(m for column in table.columns for m in measures_of(column))
        if measures:
            yield Gate(name, Kind.ROWS, Severity.ERROR, measures, why)
    yield from (_reference(r) for r in table.references)
    yield from (_rule(r) for r in table.rules)


def _schema(table: Table) -> Gate:
    measures = tuple(Measure(f"misfits__{c.name}", c.name) for c in table.columns)
    extra = Measure("misfits", "columns the catalogue does not know")
    return Gate("matches_its_schema", Kind.SCHEMA, Severity.ERROR, (*measures, extra), "Columns and types are the catalogue's.")


def _nulls(column: Column) -> Iterator[Measure]:
    if column.required:
        yield Measure(f"nulls__{column.name}", column.name, f"{column.name} IS NULL")


def _unlisted(column: Column) -> Iterator[Measure]:
    if column.allowed:
        listed = ", ".join(literal(value) for value in column.allowed)
        yield Measure(f"unlisted__{column.name}", column.name, f"{column.name} NOT IN ({listed})")


def _out_of_range(column: Column) -> Iterator[Measure]:
    if column.minimum is not None:
        yield Measure(f"below__{column.name}", f"{column.name} < {column.minimum:g}", f"{column.name} < {column.minimum:g}")
    if column.maximum is not None:
        yield Measure(f"above__{column.name}", f"{column.name} > {column.maximum:g}", f"{column.name} > {column.maximum:g}")
    elif column.type == "DOUBLE":
        # NaN sorts above every number on both engines, so one comparison finds it and the infinities.
        yield Measure(f"infinite__{column.name}", f"{column.name} not finite", f"abs({column.name}) > 1.7e308")


def _reference(reference: Reference) -> Gate:
    name = f"refers_to_{reference.table.lstrip('_')}"
    columns = ", ".join(reference.columns)
    return Gate(
        name, Kind.REFERENCE, reference.severity, (Measure(f"orphans__{name}", columns),),
        f"Every {columns} is in {reference.table}.", reference=reference,
    )  # fmt: skip


def _rule(rule: Rule) -> Gate:
    measure = Measure(f"breaks__{rule.name}", rule.failing, rule.failing)
    return Gate(rule.name, Kind.ROWS, rule.severity, (measure,), rule.why, rule.allowed_share)


def literal(value: str) -> str:
    """A SQL string literal."""
    return "'" + value.replace("'", "''") + "'"
