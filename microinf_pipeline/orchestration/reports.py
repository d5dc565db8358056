"""From what a stage did to what Dagster records: materialisations with counts and small charts, checks with evidence.

Put here: metadata. Counts, hashes and links only, never a row's content. Keep out: the order of things (`steps`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from microinf_pipeline.catalog.model import Severity
from microinf_pipeline.orchestration.charts import bars
from microinf_pipeline.orchestration.specs import check_of, raw_name
from microinf_pipeline.quality.verdict import Verdict

if TYPE_CHECKING:
    from microinf_pipeline.night.building import TableOutcome
    from microinf_pipeline.night.capturing import CaptureOutcome
    from microinf_pipeline.night.run import NightRun

_PER_SOURCE = """
SELECT source, CAST(sum(rows_read + coalesce(profiles_read, 0)) AS BIGINT) AS n
FROM captures WHERE rule = '*' GROUP BY source ORDER BY source
"""
_PER_DAY = "SELECT strftime(posted_on, '%Y-%m-%d') AS label, count(*) AS n FROM core_posts GROUP BY label ORDER BY label"
#: Tables with a chart: title, and a query over what the stage has just judged, so over the touched months or nights.
_CHARTS = {"core_posts": ("Posts per day, in the months of this run", _PER_DAY), "captures": ("Rows per source", _PER_SOURCE)}


def check_results(verdicts: Sequence[Verdict]) -> list[dg.AssetCheckResult]:
    """Verdicts as Dagster's checks, in the order of their first gate."""
    shown: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        shown.setdefault((verdict.table, check_of(verdict.table, verdict.gate)), []).append(verdict)
    return [_check_result(table, name, of_one) for (table, name), of_one in shown.items()]


def _check_result(table: str, name: str, verdicts: Sequence[Verdict]) -> dg.AssetCheckResult:
    """Red where a gate is; an ERROR where one stops the night. A gate a person accepted warns."""
    red = [v for v in verdicts if not v.passed]
    severe = any(v.stops_the_night for v in red) if red else any(v.severity is Severity.ERROR for v in verdicts)
    metadata: dict[str, Any] = {v.gate: _json(_evidence(v)) for v in red}
    metadata["gates"] = dg.MetadataValue.md("\n".join(f"- {_told(v)}" for v in verdicts))
    return dg.AssetCheckResult(
        passed=not red,
        asset_key=table,
        check_name=name,
        metadata=metadata,
        severity=dg.AssetCheckSeverity.ERROR if severe else dg.AssetCheckSeverity.WARN,
    )


def _told(verdict: Verdict) -> str:
    numbers = ", ".join(f"{k} {v}" for k, v in verdict.evidence.items() if isinstance(v, int | float | str))
    return f"{'holds' if verdict.passed else '**red**'}: {verdict.gate} ({numbers})"


def _evidence(verdict: Verdict) -> dict[str, Any]:
    keys = {"failing_keys": [dict(key) for key in verdict.failing_keys]} if verdict.failing_keys else {}
    return {**{k: v for k, v in verdict.evidence.items() if v is not None}, **keys}


def materialised(outcome: "TableOutcome", seconds: float, chart: str = "") -> dg.MaterializeResult[None]:
    """A table whose gates held."""
    metadata: dict[str, Any] = {
        "dagster/row_count": outcome.rows_total,
        "dagster/partition_row_count": outcome.rows_written,
        "rows_written": outcome.rows_written,
        "partitions": len(outcome.partitions),
        "stage_seconds": round(seconds, 2),
    }
    if chart:
        metadata["chart"] = dg.MetadataValue.md(chart)
    return dg.MaterializeResult(asset_key=outcome.table.name, metadata=metadata, check_results=check_results(outcome.verdicts))


def chart_of(run: "NightRun", table: str) -> str:
    """The table's chart as markdown, '' where it has none."""
    if table not in _CHARTS:
        return ""
    title, sql = _CHARTS[table]
    return bars(title, [(str(label), int(n)) for label, n in run.engine.query(sql).iter_rows()])


def raw_results(run: "NightRun", captured: Iterable["CaptureOutcome"]) -> Iterator[dg.MaterializeResult[None]]:
    """One materialisation a configured source, failed ones included: 0 rows, status failed."""
    rows = {source: int(n) for source, n in run.engine.query(_PER_SOURCE).iter_rows()}
    outcomes = list(captured)
    for source in run.settings.sources:
        nights = [o for o in outcomes if o.source == source.name]
        manifests = [o.manifest for o in nights]
        failed = [m for m in manifests if m.status == "failed"]
        metadata: dict[str, Any] = {
            "status": failed[0].status if failed else manifests[-1].status,
            "dagster/row_count": rows.get(source.name, 0),
            "attempt": max(m.attempt for m in manifests),
            "requests": sum(m.requests for m in manifests),
            "bytes": sum(m.bytes for m in manifests),
            "files": sum(len(m.files) for m in manifests),
            "pages": sum(len(m.pages) for m in manifests),
            "captured_now": any(o.fresh for o in nights),
        }
        if failed:
            metadata["error"] = dg.MetadataValue.text("; ".join(sorted({m.error for m in failed})))
        yield dg.MaterializeResult(asset_key=raw_name(source.name), metadata=metadata)


def _json(value: object) -> dg.JsonMetadataValue:
    return dg.MetadataValue.json(json.loads(json.dumps(value, default=str)))
