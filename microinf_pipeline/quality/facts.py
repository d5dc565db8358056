"""Fact sheets: what is measured of a table, as SQL text for any engine, and which keys broke a gate.

Relations are named like their table; the caller decides which partitions stand behind the name. Everything comes from
the catalogue, nothing from outside, so the text is safe by construction.

Sources of the shapes, measured on 1 million rows of core_posts: repeated keys by GROUP BY … HAVING 0.2 s, by
count(DISTINCT row) 0.5 s, by GROUP BY md5 0.6 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from microinf_pipeline.catalog.model import Reference, Table
from microinf_pipeline.quality.gates import Gate, Kind, gates_of

#: Event time of a table: the first of these it has.
EVENT_TIMES = ("created_at", "seen_at", "changed_at", "observed_on", "posted_on", "day", "period_start", "night")

KEYS_SHOWN = 20


def fact_sheet_sql(table: Table) -> str:
    """One SELECT giving one row: row_count, newest_event, and one count per measure of the table's gates.

    The counts of `matches_its_schema` are not among them: see `schema_facts`.
    """
    facts = ["count(*) AS row_count", *_newest(table)]
    for gate in gates_of(table):
        facts += _facts(table, gate)
    lines = ",\n  ".join(facts)
    return f"SELECT\n  {lines}\nFROM {table.name}"


def schema_facts(table: Table, found: Mapping[str, str]) -> dict[str, int]:
    """The facts behind `matches_its_schema`, from the column names and types the engine describes.

    Types are written as in the catalogue. Measure them first: over another schema the fact sheet cannot run.
    """
    facts = {f"misfits__{c.name}": int(found.get(c.name, "").upper() != c.type) for c in table.columns}
    return {**facts, "misfits": len(found.keys() - set(table.column_names))}


def failing_keys_sql(table: Table, gate: Gate, limit: int = KEYS_SHOWN) -> str | None:
    """The first keys of rows that break the gate, in key order; None where rows are not what broke (schema)."""
    if gate.kind is Kind.SCHEMA:
        return None
    if gate.kind is Kind.GRAIN:
        keys, source = ", ".join(table.grain), f"{table.name}\nGROUP BY {', '.join(table.grain)} HAVING count(*) > 1"
    elif gate.reference:
        keys, source = ", ".join(gate.reference.columns), _orphans(table, gate.reference)
    else:
        broken = " OR ".join(f"({m.failing})" for m in gate.measures)
        keys, source = ", ".join(table.grain), f"{table.name}\nWHERE {broken}"
    return f"SELECT DISTINCT {keys}\nFROM {source}\nORDER BY {keys}\nLIMIT {limit:d}"


def _newest(table: Table) -> list[str]:
    return [f"max({name}) AS newest_event" for name in EVENT_TIMES if name in table.column_names][:1]


def _facts(table: Table, gate: Gate) -> Iterator[str]:
    if gate.kind is Kind.GRAIN:
        repeated = f"SELECT 1 AS one FROM {table.name} GROUP BY {', '.join(table.grain)} HAVING count(*) > 1"
        yield f"(SELECT count(*) FROM ({repeated}) AS repeated) AS repeated_keys"
    elif gate.reference:
        yield f"(SELECT count(*) FROM {_orphans(table, gate.reference)}) AS {gate.measures[0].fact}"
    elif gate.kind is Kind.ROWS:
        yield from (f"count(*) FILTER (WHERE {m.failing}) AS {m.fact}" for m in gate.measures)


def _orphans(table: Table, reference: Reference) -> str:
    pairs = zip(reference.columns, reference.target, strict=True)
    on = " AND ".join(f"{table.name}.{mine} = partner.{theirs}" for mine, theirs in pairs)
    known = " AND ".join(f"{table.name}.{mine} IS NOT NULL" for mine in reference.columns)
    return f"{table.name}\nANTI JOIN {reference.table} AS partner ON {on}\nWHERE {known}"
