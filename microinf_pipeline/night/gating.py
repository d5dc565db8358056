"""Judging: fact sheets of the tables a stage wrote, the captures of the night, and overrides a person has recorded.

Put here: measuring through the engine and what counts as accepted. Keep out: the gates themselves (`quality`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from microinf_pipeline.catalog.model import Severity, Stage, Table
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.model_runs import months_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.quality.facts import fact_sheet_sql, failing_keys_sql, schema_facts
from microinf_pipeline.quality.gates import gates_of
from microinf_pipeline.quality.gx import judge
from microinf_pipeline.quality.verdict import Verdict
from microinf_pipeline.quality.volume import SourceNight, judge_capture, judge_reject_share, judge_row_accounting, judge_volume
from microinf_pipeline.storage.partitions import is_by_night
from microinf_pipeline.storage.state import replace_file


class Override(msgspec.Struct, frozen=True):
    """A gate a person let pass."""

    night: str
    gate: str
    reason: str


def judge_tables(run: NightRun, tables: Sequence[Table]) -> list[Verdict]:
    """Every gate of every table, over the partitions the night wrote; failing keys only where red."""
    sheets = [(table, _facts(run, table)) for table in tables]
    return [_overridden(run, _with_keys(run, verdict)) for verdict in judge(sheets)]


def _facts(run: NightRun, table: Table) -> dict[str, Any]:
    _register(run, table)
    described = run.engine.query(f"DESCRIBE {table.name}")
    schema = schema_facts(table, dict(described.select("column_name", "column_type").iter_rows()))
    if any(schema.values()):
        return schema
    return {**schema, **run.engine.query(fact_sheet_sql(table)).row(0, named=True)}


def _register(run: NightRun, table: Table) -> None:
    if is_by_night(table):
        run.candidate.register(run.engine, table, nights=run.night_keys)
    else:
        run.candidate.register(run.engine, table, months_of(run, table))
    for reference in table.references:
        target = TABLES[reference.table]
        run.candidate.register(run.engine, target, months_of(run, table) if target.partition_by == table.partition_by else None)


def _with_keys(run: NightRun, verdict: Verdict) -> Verdict:
    if verdict.passed:
        return verdict
    table = TABLES[verdict.table]
    gate = next(g for g in gates_of(table) if g.name == verdict.gate)
    sql = failing_keys_sql(table, gate)
    if sql is None:
        return verdict
    _register(run, table)
    rows = run.engine.query(sql).iter_rows(named=True)
    return verdict.with_failing_keys({k: str(v) for k, v in row.items()} for row in rows)


def judge_sources(run: NightRun, stage: Stage) -> list[Verdict]:
    """Gates that look at a source's night as a whole."""
    if run.removal:
        return []  # nothing was captured
    if stage is Stage.CAPTURE:
        verdicts = [v for night in run.nights for v in _capture_verdicts(run, night)]
    elif stage is TABLES["core_duplicates"].stage:
        verdicts = [v for night in run.nights for v in _accounting(run, night)]
    else:
        verdicts = []
    return [_overridden(run, v) for v in _one_per_gate(verdicts)]


def _one_per_gate(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Of several nights' verdicts on one gate the worst."""
    by_gate: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        by_gate.setdefault((verdict.table, verdict.gate), []).append(verdict)
    return [max(several, key=lambda v: (v.stops_the_night, not v.passed)) for several in by_gate.values()]


_TOTALS = """
SELECT c.source, c.night, c.state, c.captured, c.is_files, c.stated_total,
    c.rows_read + coalesce(c.profiles_read, 0) AS rows_and_profiles,
    c.rows_rejected + coalesce(c.profiles_rejected, 0) AS rejects
FROM captures AS c
WHERE c.rule = '*'
QUALIFY row_number() OVER (PARTITION BY c.source, c.night ORDER BY c.attempt DESC) = 1
ORDER BY c.source, c.night
"""


def _source_nights(run: NightRun) -> list[SourceNight]:
    run.candidate.register(run.engine, TABLES["captures"])
    return [
        SourceNight(r["source"], r["night"], r["state"], r["captured"], r["is_files"], r["stated_total"])
        for r in run.engine.query(_TOTALS).iter_rows(named=True)
    ]


def _capture_verdicts(run: NightRun, night: date) -> list[Verdict]:
    nights = _source_nights(run)
    required = {s.name: s.required for s in run.settings.sources}
    verdicts: list[Verdict] = []
    for tonight in (n for n in nights if n.night == night):
        verdicts.append(judge_capture(tonight, required.get(tonight.source, True)))
        verdicts.append(judge_volume(tonight, nights, run.settings.gates.volume_low_share))
    for row in run.engine.query(_TOTALS).filter(pl.col("night") == night).iter_rows(named=True):
        source = next((s for s in run.settings.sources if s.name == row["source"]), None)
        limit = getattr(source, "reject_share", None)
        share = run.settings.gates.reject_share if limit is None else limit
        verdicts.append(judge_reject_share(row["source"], row["rows_and_profiles"], row["rejects"], share))
    return verdicts


def _accounting(run: NightRun, night: date) -> list[Verdict]:
    """Every post row of the night is a first delivery, a removed one, a reject, or withheld (rules of time 10)."""
    run.candidate.register(run.engine, TABLES["core_duplicates"], run.touched.post_months)
    run.candidate.register(run.engine, TABLES["captures"], nights={night.isoformat()})
    rows = run.engine.query(_ACCOUNTING, {"night": night})
    return [judge_row_accounting(r.pop("source"), **r) for r in rows.iter_rows(named=True)]


_ACCOUNTING = """
WITH read AS (
    SELECT source, sum(rows_read) AS rows_read, sum(rows_rejected) AS rejected, sum(rows_withheld) AS withheld
    FROM captures WHERE rule = '*' AND night = $night GROUP BY source
),
first AS (
    SELECT first_source AS source, count(*) AS first_deliveries FROM _posts_latest WHERE first_night = $night
    GROUP BY first_source
),
removed AS (
    SELECT source, sum(removed_rows) AS removed_rows FROM core_duplicates WHERE night = $night GROUP BY source
)
SELECT
    r.source, CAST(r.rows_read AS BIGINT) AS rows_read, CAST(coalesce(f.first_deliveries, 0) AS BIGINT) AS first_deliveries,
    CAST(coalesce(d.removed_rows, 0) AS BIGINT) AS removed_rows, CAST(r.rejected AS BIGINT) AS rejected,
    CAST(r.withheld AS BIGINT) AS withheld
FROM read AS r
LEFT JOIN first AS f ON f.source = r.source
LEFT JOIN removed AS d ON d.source = r.source
ORDER BY r.source
"""


def overrides(lake: Path) -> list[Override]:
    """Every recorded override."""
    path = lake / "overrides.json"
    return msgspec.json.decode(path.read_bytes(), type=list[Override]) if path.exists() else []


def record_override(lake: Path, override: Override) -> None:
    replace_file(lake / "overrides.json", msgspec.json.encode([*overrides(lake), override]))


def _overridden(run: NightRun, verdict: Verdict) -> Verdict:
    """A red gate that a person accepted for one of the nights no longer stops them; the reason stays in its evidence."""
    if verdict.passed:
        return verdict
    if run.removal:  # what was accepted before is not stopped from becoming less
        return replace(verdict, severity=Severity.WARN, evidence={**verdict.evidence, "accepted_reason": "an erasure"})
    for override in overrides(run.home.lake):
        if override.night in run.night_keys and override.gate in (verdict.gate, f"{verdict.table}.{verdict.gate}"):
            return replace(verdict, severity=Severity.WARN, evidence={**verdict.evidence, "accepted_reason": override.reason})
    return verdict


def quality_rows(run: NightRun, night: date) -> list[dict[str, Any]]:
    """The run's verdicts as rows of mart_quality."""
    rows = []
    for v in run.verdicts:
        evidence = dict(v.evidence)
        accepted = evidence.pop("accepted_reason", None)
        rows.append({
            "night": night, "table_name": v.table, "gate": v.gate, "severity": v.severity.value, "passed": v.passed,
            "evidence": json.dumps(evidence, default=str),
            "failing_keys": json.dumps(list(v.failing_keys), default=str) if v.failing_keys else None,
            "accepted_reason": accepted,
        })  # fmt: skip
    return rows
