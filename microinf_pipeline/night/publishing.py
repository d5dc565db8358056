"""Handing the accepted state out: meta tables brought up to date, then one snapshot.

Put here: what goes into a publication. Keep out: how it is written (`storage.publish`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import polars as pl

import microinf_pipeline
from microinf_pipeline import clock
from microinf_pipeline.catalog.capabilities import CAPABILITIES
from microinf_pipeline.catalog.kpis import KPIS
from microinf_pipeline.catalog.tables import PUBLISHED, TABLES
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.report_tables import READ, report_tables
from microinf_pipeline.reporting import dictionary
from microinf_pipeline.reporting.report import render
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.lake import Candidate
from microinf_pipeline.storage.publish import Snapshot, next_number
from microinf_pipeline.storage.publish import publish as publish_snapshot
from microinf_pipeline.storage.published import open_published

#: Where the report lies in a snapshot.
REPORT = "report/index.html"


def publish(settings: Settings) -> Snapshot:
    """Publish what is accepted. Raises FixConfigurationError while nothing is."""
    home = Home(settings.home)
    candidate = Candidate(home.lake)
    if not candidate.before.nights:
        raise FixConfigurationError("no night has been accepted yet", where=str(home.lake), fix="microinf run")
    as_of = clock.night_end(max(date.fromisoformat(n) for n in candidate.before.nights)).replace(tzinfo=None)
    for name, frame in meta_frames(candidate, as_of).items():
        candidate.replace_whole(TABLES[name], frame)
    candidate.promote(candidate.state)
    texts = {"dictionary.md": dictionary.render(PUBLISHED), REPORT: report_page(settings, candidate)}
    return publish_snapshot(
        home, candidate.before, PUBLISHED, as_of=as_of, version=microinf_pipeline.__version__, texts=texts,
        core=settings.publish.core, keep=settings.publish.keep,
    )  # fmt: skip


def report_page(settings: Settings, candidate: Candidate) -> str:
    """The report on the accepted state, as HTML."""
    home = Home(settings.home)
    engine = DuckDBEngine.in_memory(
        memory_limit=settings.engine.memory_limit, threads=settings.engine.threads or 2, spill=home.spill
    )
    try:
        for name in READ:
            candidate.register(engine, TABLES[name])
        return render(report_tables(engine), next_number(home))
    finally:
        engine.close()


def published_report(settings: Settings) -> Path:
    """Where the newest published report is. Raises FixConfigurationError while there is none."""
    path = Home(settings.home).published / REPORT
    if not path.exists():
        raise FixConfigurationError("no report has been published yet", where=str(path), fix="microinf publish")
    return path


def render_report(settings: Settings, output: Path) -> Path:
    """Render the report on what is published into a file; nothing published changes. Returns the file."""
    home = Home(settings.home)
    engine = open_published(home)
    try:
        page = render(report_tables(engine), int(home.published.resolve().name))
    finally:
        engine.close()
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page, encoding="utf-8")
    return output


def meta_frames(candidate: Candidate, as_of: datetime) -> dict[str, pl.DataFrame]:
    """Rows of the meta tables."""
    runs = [
        {
            "run": r.run, "night": date.fromisoformat(night),
            "finished_at": datetime.fromisoformat(r.finished_at).replace(tzinfo=None),
            "version": r.version, "engine": r.engine, "row_count": r.rows,
        }
        for night, r in candidate.before.nights.items()
    ]  # fmt: skip
    return {
        "meta_runs": pl.DataFrame(runs),
        "meta_data_as_of": pl.DataFrame({"as_of": [as_of]}),
        "meta_kpi_definitions": pl.DataFrame([_definition(k) for k in KPIS], schema_overrides={"version": pl.Int32}),
        "meta_capabilities": pl.DataFrame([asdict(c) for c in CAPABILITIES]),
    }


def _definition(kpi: object) -> dict[str, object]:
    columns = TABLES["meta_kpi_definitions"].column_names
    values = {**asdict(kpi), "kpi": kpi.id} if hasattr(kpi, "id") else asdict(kpi)  # type: ignore[call-overload]
    return {name: str(values[name]) if name == "additivity" else values[name] for name in columns}
