"""The story of one number of mart_kpi: its row, its definition, and the SQL over published tables that computes it again.

The SQL shown is the SQL run, with the row's key filled in, so that it can be pasted into any DuckDB client. Put here: that
story, from the published file. Keep out: definitions (`catalog.kpis`), how mart_kpi is computed (models).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.catalog.kpis import KPIS, Kpi
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.sections import Section, facts, said

_KEY = TABLES["mart_kpi"].grain
_SHAPE = ":".join(_KEY)
_MATCHES_SHOWN = 40
_AS_TEXT = " || ':' || ".join(f"CAST({name} AS VARCHAR)" for name in _KEY)

_NEAR = f"""
SELECT {_AS_TEXT} AS key FROM mart_kpi ORDER BY levenshtein({_AS_TEXT}, $key), key LIMIT 3
"""


def kpi_story(engine: Engine, key: str) -> list[Section]:
    """Sections about a number named by its key's parts joined by ':'; a list of matches for a key with fewer parts.

    An empty part matches anything. Raises FixConfigurationError, with near keys, when nothing matches.
    """
    parts = key.split(":")
    if len(parts) > len(_KEY):
        raise FixConfigurationError(
            f"'{key}' has {len(parts)} parts, a number's key has {len(_KEY)}", where=_SHAPE, fix="join them by ':'"
        )
    given = {name: part for name, part in zip(_KEY, parts, strict=False) if part}
    where = " AND ".join(f"CAST({name} AS VARCHAR) = ${name}" for name in given) or "true"
    found = engine.query(f"SELECT count(*) AS n FROM mart_kpi WHERE {where}", given).item()
    rows = engine.query(
        f"SELECT * FROM mart_kpi WHERE {where} ORDER BY period_start DESC, {_AS_TEXT} LIMIT {_MATCHES_SHOWN}", given
    ).to_dicts()
    if not rows:
        near = engine.query(_NEAR, {"key": key})["key"].to_list()
        nearest = f"nearest: {', '.join(near)}" if near else "mart_kpi is empty"
        raise FixConfigurationError(
            f"no number '{key}'", where=nearest, fix=f"name it as {_SHAPE}; fewer parts list what there is"
        )
    return [_matches(key, found, rows)] if found > 1 else _one(engine, rows[0])


def _matches(key: str, found: int, rows: list[dict[str, Any]]) -> Section:
    shown = tuple((_joined(r), said(r["value"]), said(r["n"]), r["null_reason"] or "") for r in rows)
    more = f", the newest {len(rows)} shown" if found > len(rows) else ""
    return Section(f"{found} numbers match '{key}'{more}", (), ("key", "value", "n", "why unknown"), shown)


def _joined(row: Mapping[str, Any]) -> str:
    return ":".join(str(row[name]) for name in _KEY)


def _one(engine: Engine, row: dict[str, Any]) -> list[Section]:
    rest = [
        (name, _exact(value))
        for name, value in row.items()
        if name not in (*_KEY, "value", "null_reason") and value is not None
    ]
    head = facts(_joined(row), [("value", _exact(row["value"])), ("why unknown", row["null_reason"]), *rest])
    definition = next((k for k in KPIS if k.id == row["kpi"]), None)
    if definition is None:
        return [head, Section("Definition", ("this version does not define it any more: it cannot be recomputed",))]
    return [head, _definition(definition, row), *_recomputed(engine, definition, row)]


def _exact(value: object) -> str:
    return repr(value) if isinstance(value, float) and not value.is_integer() else said(value)


def _definition(kpi: Kpi, row: Mapping[str, Any]) -> Section:
    version = str(kpi.version)
    if row["definition_version"] != kpi.version:
        version = f"{kpi.version}; the row was computed by version {row['definition_version']}"
    return facts("Definition", [
        ("label", kpi.label_en), ("rule", kpi.number), ("formula", kpi.formula), ("unit", kpi.unit),
        ("adds up", kpi.additivity.value),
        ("version", version),
    ])  # fmt: skip


def _recomputed(engine: Engine, kpi: Kpi, row: Mapping[str, Any]) -> list[Section]:
    statements = {"numerator": filled(kpi.numerator_sql, row)}
    if kpi.denominator_sql is not None:
        statements["denominator"] = filled(kpi.denominator_sql, row)
    shown = Section("SQL over the published tables", _shown(list(statements.values())))
    missing = _missing(engine, statements["numerator"])
    if missing:
        why = f"not recomputable from this file: {', '.join(missing)} not published (publish: core)"
        return [shown, Section("Recomputed", (why,), is_alarm=True)]
    numbers = {name: _number(engine, sql) for name, sql in statements.items()}
    return [shown, _compared(row, numbers)]


def filled(sql: str, row: Mapping[str, Any]) -> str:
    """A definition's SQL with the key of a row as literals."""
    values = {**{name: row[name] for name in _KEY}, "period_end": period_end(row["period"], row["period_start"])}
    return re.sub(r"\$([a-z_]+)", lambda name: _literal(values[name[1]]), sql).strip()


def period_end(period: str, start: date) -> date:
    """First day after a day, week or month."""
    if period == "month":
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return start + timedelta(days={"day": 1, "week": 7}[period])


def _literal(value: object) -> str:
    return f"DATE '{value}'" if isinstance(value, date) else "'" + str(value).replace("'", "''") + "'"


def _shown(statements: list[str]) -> tuple[str, ...]:
    """The statements as lines; of a second one only what differs, which is its last SELECT."""
    lines = statements[0].splitlines()
    for other in (s.splitlines() for s in statements[1:]):
        same = other[:-1] == lines[:-1]
        lines += ["", f"-- denominator: the same, ending with  {other[-1]}"] if same else ["", "-- denominator:", *other]
    return tuple(lines)


def _missing(engine: Engine, sql: str) -> list[str]:
    there = set(engine.query("SELECT table_name FROM information_schema.tables")["table_name"].to_list())
    return sorted(set(re.findall(r"\b(?:core|mart)_[a-z_]+\b", sql)) & set(TABLES) - there)


def _number(engine: Engine, sql: str) -> float | None:
    value = engine.query(sql).item()
    return None if value is None else float(value)


def _compared(row: Mapping[str, Any], numbers: Mapping[str, float | None]) -> Section:
    above, below = numbers["numerator"], numbers.get("denominator")
    value = _divided(above, below) if "denominator" in numbers else above
    if row["value"] is None and value is not None:
        return Section("Recomputed", (f"the SQL gives {_exact(value)}; the published value is withheld: {row['null_reason']}",))
    pairs = [("value", row["value"], value)]
    if value is not None and "denominator" in numbers:
        pairs = [("numerator", row["numerator"], above), ("denominator", row["denominator"], below), *pairs]
    rows = tuple(
        (name, _exact(stored), _exact(again), "equal" if equal(stored, again) else "DIFFERENT") for name, stored, again in pairs
    )
    all_equal = all(equal(stored, again) for _, stored, again in pairs)
    return Section("Recomputed", (), ("", "published", "recomputed", ""), rows, is_alarm=not all_equal)


def _divided(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def equal(stored: float | None, again: float | None) -> bool:
    """Equal as far as tables keep numbers: nine decimals below 1, four from there on."""
    if stored is None or again is None:
        return stored is again
    return abs(stored - again) <= (5.1e-10 if abs(stored) < 1 else 5.1e-5)
