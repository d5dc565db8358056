"""From what a stage did to what Dagster records: materialisations with counts and small charts, checks with evidence.

Put here: metadata. Counts, hashes and links only, never a row's content. Keep out: the order of things (`steps`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from microinf_pipeline.catalog.model import Severity
from microinf_pipeline.orchestration.charts import bars
from microinf_pipeline.orchestration.specs import raw_name
from microinf_pipeline.quality.verdict import Verdict

if TYPE_CHECKING:
    from microinf_pipeline.night.building import TableOutcome
    from microinf_pipeline.night.capturing import CaptureOutcome
    from microinf_pipeline.night.run import NightRun

_SEVERITY = {Severity.ERROR: dg.AssetCheckSeverity.ERROR, Severity.WARN: dg.AssetCheckSeverity.WARN}

_PER_SOURCE = """
SELECT source, CAST(sum(rows_read + coalesce(profiles_read, 0)) AS BIGINT) AS n FROM captures WHERE rule = '*' GROUP BY source ORDER BY source
"""
_PER_DAY = "SELECT strftime(posted_on, '%Y-%m-%d') AS label, count(*) AS n FROM core_posts GROUP BY label ORDER BY label"
#: Tables with a chart: title, and a query over what the stage has just judged, so over the touched months or nights.
_CHARTS = {"core_posts": ("Posts per day, in the months of this run", _PER_DAY), "captures": ("Rows per source", _PER_SOURCE)}


def check_result(verdict: Verdict) -> dg.AssetCheckResult:
    """A gate's verdict as Dagster's."""
    evidence = {k: v for k, v in verdict.evidence.items() if v is not None}
    metadata: dict[str, dg.MetadataValue[object]] = {"evidence": _json(evidence)}
    if verdict.failing_keys:
        metadata["failing_keys"] = _json([dict(key) for key in verdict.failing_keys])
    return dg.AssetCheckResult(
        passed=verdict.passed, asset_key=verdict.table, check_name=verdict.gate, severity=_SEVERITY[verdict.severity], metadata=metadata,
    )  # fmt: skip


def materialised(
    outcome: "TableOutcome", checks: Sequence[dg.AssetCheckResult], seconds: float, chart: str = ""
) -> dg.MaterializeResult[None]:
    """A table whose gates held."""
    metadata: dict[str, object] = {
        "dagster/row_count": outcome.rows_total, "dagster/partition_row_count": outcome.rows_written,
        "rows_written": outcome.rows_written, "partitions": len(outcome.partitions), "stage_seconds": round(seconds, 2),
    }  # fmt: skip
    if chart:
        metadata["chart"] = dg.MetadataValue.md(chart)
    return dg.MaterializeResult(asset_key=outcome.table.name, metadata=metadata, check_results=list(checks))


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
        metadata: dict[str, object] = {
            "status": failed[0].status if failed else manifests[-1].status,
            "dagster/row_count": rows.get(source.name, 0), "attempt": max(m.attempt for m in manifests),
            "requests": sum(m.requests for m in manifests), "bytes": sum(m.bytes for m in manifests),
            "files": sum(len(m.files) for m in manifests), "pages": sum(len(m.pages) for m in manifests),
            "captured_now": any(o.fresh for o in nights),
        }  # fmt: skip
        if failed:
            metadata["error"] = dg.MetadataValue.text("; ".join(sorted({m.error for m in failed})))
        yield dg.MaterializeResult(asset_key=raw_name(source.name), metadata=metadata)


def _json(value: object) -> dg.MetadataValue[object]:
    return dg.MetadataValue.json(json.loads(json.dumps(value, default=str)))  # type: ignore[return-value]
