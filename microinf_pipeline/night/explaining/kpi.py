"""The story of one number of mart_kpi, or of a KPI with a table of its own: its row, definition, and the SQL that forms it.

The SQL shown is the SQL run, with the row's key filled in, so that it can be pasted into any DuckDB client. Put here: that
story, from the published file. Keep out: definitions (`catalog.kpis`), how mart_kpi is computed (models).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.catalog.kpis import KPIS, Kpi
from microinf_pipeline.catalog.kpis_of_tables import KPIS_OF_TABLES
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.sections import Section, facts, said

_MATCHES_SHOWN = 40


@dataclass(frozen=True)
class _Place:
    """Where the numbers of a KPI stand: rows of `relation` with `value`, told apart by `key`, the newest by `newest`."""

    table: str
    relation: str
    key: tuple[str, ...]
    newest: str

    @property
    def shape(self) -> str:
        return ":".join(self.key)

    @property
    def as_text(self) -> str:
        return " || ':' || ".join(f"CAST({name} AS VARCHAR)" for name in self.key)

    def near(self) -> str:
        text = self.as_text
        return f"SELECT {text} AS key FROM {self.relation} ORDER BY levenshtein({text}, $key), key LIMIT 3"


def _own(kpi: str, table: str, value: str, newest: str) -> _Place:
    relation = f"(SELECT '{kpi}' AS kpi, *, {value} AS value FROM {table})"
    return _Place(table, relation, ("kpi", *TABLES[table].grain), newest)


_MART_KPI = _Place("mart_kpi", "mart_kpi", TABLES["mart_kpi"].grain, "period_start")
#: KPIs with a table of their own. Retention between two intervals stands in no table: its definition alone is told.
_OWN = {
    "share_of_voice_presence": _own("share_of_voice_presence", "mart_share_of_voice", "presence", "period_start"),
    "share_of_voice_split": _own("share_of_voice_split", "mart_share_of_voice", "split_share", "period_start"),
    "share_of_voice_engagement": _own("share_of_voice_engagement", "mart_share_of_voice", "engagement_share", "period_start"),
    "creator_retention": _own("creator_retention", "mart_creator_retention", "share", "month"),
    "employee_advocacy": _own("employee_advocacy", "mart_employee_advocacy", "active_share", "month"),
    **{kpi: _own(kpi, "mart_roi", kpi, "month") for kpi in ("roi", "roas", "cpe", "cpc", "cpa")},
}


def kpi_story(engine: Engine, key: str) -> list[Section]:
    """Sections about a number named by its key's parts joined by ':'; a list of matches for a key with fewer parts.

    An empty part matches anything. Raises FixConfigurationError, with near keys, when nothing matches.
    """
    parts = key.split(":")
    place = _OWN.get(parts[0], _MART_KPI)
    if len(parts) > len(place.key):
        raise FixConfigurationError(
            f"'{key}' has {len(parts)} parts, a number's key has {len(place.key)}", where=place.shape, fix="join them by ':'"
        )
    unlisted = next((kpi for kpi in KPIS_OF_TABLES if kpi.id == parts[0] and kpi.id not in _OWN), None)
    if unlisted is not None:
        return [_definition(unlisted, None), Section("SQL over the published tables", _shown(_statements(unlisted)))]
    given = {name: part for name, part in zip(place.key, parts, strict=False) if part}
    where = " AND ".join(f"CAST({name} AS VARCHAR) = ${name}" for name in given) or "true"
    found = engine.query(f"SELECT count(*) AS n FROM {place.relation} WHERE {where}", given).item()
    rows = engine.query(
        f"SELECT * FROM {place.relation} WHERE {where} ORDER BY {place.newest} DESC, {place.as_text} LIMIT {_MATCHES_SHOWN}",
        given,
    ).to_dicts()
    if not rows:
        near = engine.query(place.near(), {"key": key})["key"].to_list()
        nearest = f"nearest: {', '.join(near)}" if near else f"{place.table} is empty"
        raise FixConfigurationError(
            f"no number '{key}'", where=nearest, fix=f"name it as {place.shape}; fewer parts list what there is"
        )
    return [_matches(key, found, rows, place)] if found > 1 else _one(engine, rows[0], place)


def _matches(key: str, found: int, rows: list[dict[str, Any]], place: _Place) -> Section:
    shown = tuple((_joined(r, place), said(r["value"]), said(r.get("n")), r.get("null_reason") or "") for r in rows)
    more = f", the newest {len(rows)} shown" if found > len(rows) else ""
    return Section(f"{found} numbers match '{key}'{more}", (), ("key", "value", "n", "why unknown"), shown)


def _joined(row: Mapping[str, Any], place: _Place) -> str:
    return ":".join(str(row[name]) for name in place.key)


def _one(engine: Engine, row: dict[str, Any], place: _Place) -> list[Section]:
    rest = [
        (name, _exact(value))
        for name, value in row.items()
        if name not in (*place.key, "value", "null_reason") and value is not None
    ]
    head = facts(_joined(row, place), [("value", _exact(row["value"])), ("why unknown", row.get("null_reason")), *rest])
    definition = next((k for k in (*KPIS, *KPIS_OF_TABLES) if k.id == row["kpi"]), None)
    if definition is None:
        return [head, Section("Definition", ("this version does not define it any more: it cannot be recomputed",))]
    return [head, _definition(definition, row), *_recomputed(engine, definition, row)]


def _exact(value: object) -> str:
    return repr(value) if isinstance(value, float) and not value.is_integer() else said(value)


def _definition(kpi: Kpi, row: Mapping[str, Any] | None) -> Section:
    version = str(kpi.version)
    if row is not None and row.get("definition_version", kpi.version) != kpi.version:
        version = f"{kpi.version}; the row was computed by version {row['definition_version']}"
    return facts("Definition", [
        ("label", kpi.label_en), ("rule", kpi.number), ("formula", kpi.formula), ("unit", kpi.unit),
        ("adds up", kpi.additivity.value),
        ("version", version),
    ])  # fmt: skip


def _recomputed(engine: Engine, kpi: Kpi, row: Mapping[str, Any]) -> list[Section]:
    filled_in = [filled(sql, row) for sql in _statements(kpi)]
    statements = dict(zip(("numerator", "denominator"), filled_in, strict=False))
    shown = Section("SQL over the published tables", _shown(filled_in))
    missing = _missing(engine, statements["numerator"])
    if missing:
        why = f"not recomputable from this file: {', '.join(missing)} not published (publish: core)"
        return [shown, Section("Recomputed", (why,), is_alarm=True)]
    numbers = {name: _number(engine, sql) for name, sql in statements.items()}
    return [shown, _compared(row, numbers)]


def _statements(kpi: Kpi) -> list[str]:
    return [sql for sql in (kpi.numerator_sql, kpi.denominator_sql) if sql is not None]


def filled(sql: str, row: Mapping[str, Any]) -> str:
    """A definition's SQL with the key of a row as literals."""
    values = dict(row)
    if "period" in row:
        values["period_end"] = period_end(row["period"], row["period_start"])
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
        return Section(
            "Recomputed",
            (f"the SQL gives {_exact(value)}; the published value is withheld: {row.get('null_reason') or 'see its column'}",),
        )
    pairs = [("value", row["value"], value)]
    if value is not None and "denominator" in numbers and "numerator" in row:
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
