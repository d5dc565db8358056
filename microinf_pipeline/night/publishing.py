"""Handing the accepted state out: meta tables brought up to date and judged, then one snapshot.

Put here: what goes into a publication. Keep out: how it is written (`storage.publish`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from functools import partial

import polars as pl

import microinf_pipeline
from microinf_pipeline import clock
from microinf_pipeline.catalog.capabilities import CAPABILITIES
from microinf_pipeline.catalog.kpis import KPIS
from microinf_pipeline.catalog.kpis_of_tables import KPIS_OF_TABLES
from microinf_pipeline.catalog.model import Stage
from microinf_pipeline.catalog.policies import refused_capabilities
from microinf_pipeline.catalog.tables import PUBLISHED, TABLES, of_stage
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.models import disclosure_rules
from microinf_pipeline.night.accepting import inspections, red_error
from microinf_pipeline.night.contests.records import protocol_texts
from microinf_pipeline.night.expiring import anew_path
from microinf_pipeline.night.gating import judge_tables
from microinf_pipeline.night.policies import held_policies
from microinf_pipeline.night.pseudonyms import pseudonymise
from microinf_pipeline.night.reports import pages_of
from microinf_pipeline.night.run import NightRun, engine_of, open_run
from microinf_pipeline.night.withholding import withhold
from microinf_pipeline.reporting import dbt_sources, dictionary
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.cleaning import forget_unused
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.lake import Candidate
from microinf_pipeline.storage.publish import Snapshot
from microinf_pipeline.storage.publish import publish as publish_snapshot


def publish(settings: Settings, *, anew: bool = False) -> Snapshot:
    """Publish what is accepted, with an engine of its own. `anew`: from nothing, and no older snapshot stays (after erasure).

    Raises FixConfigurationError while nothing is accepted, GateStoppedNightError when a meta table breaks a gate.
    """
    engine = engine_of(settings)
    try:
        run = open_run(settings, engine, _accepted(Candidate(Home(settings.home).lake))[-1:])
        snapshot = publish_accepted(run, anew=anew)
    finally:
        engine.close()
    if snapshot is None:
        raise red_error(run) or AssertionError("a publication that is withheld has a red gate")
    return snapshot


def publish_accepted(run: NightRun, *, anew: bool = False) -> Snapshot | None:
    """Publish the accepted state `run` was opened on. The verdicts on the meta tables join the run's; None: one is red,
    and all is as it was.

    Raises FixConfigurationError while nothing is accepted.
    """
    candidate = run.candidate
    expired = anew_path(run.home)
    anew = anew or expired.exists()
    as_of = clock.night_end(_accepted(candidate)[-1]).replace(tzinfo=None)
    for name, frame in meta_frames(run.settings, candidate, as_of).items():
        candidate.replace_whole(TABLES[name], frame)
    run.verdicts += judge_tables(run, of_stage(Stage.PUBLISH))
    if red_error(run) is not None:
        return None
    candidate.promote(candidate.state)
    shown, withheld = withhold(run, PUBLISHED)
    to_publish = run.settings.publish
    if to_publish.identity == "pseudonymous" and to_publish.pseudonym_key is not None:
        pseudonymise(run, shown, PUBLISHED, to_publish.pseudonym_key.get_secret_value())
    texts = {
        "dictionary.md": dictionary.render(PUBLISHED),
        dbt_sources.PATH: dbt_sources.render(PUBLISHED),
        **protocol_texts(run.home),
    }
    snapshot = publish_snapshot(
        run.home, shown.keep_aside(), PUBLISHED, as_of=as_of, version=microinf_pipeline.__version__, texts=texts,
        pages=partial(pages_of, run.settings), withheld=withheld, core=to_publish.core,
        keep=1 if anew else to_publish.keep, anew=anew, identity=to_publish.identity,
    )  # fmt: skip
    if expired.exists():
        forget_unused(run.home.lake, {path for one in inspections(run.home.candidates) for path in one.state.files()})
        expired.unlink()
    return snapshot


def _accepted(candidate: Candidate) -> list[date]:
    nights = sorted(date.fromisoformat(night) for night in candidate.before.nights)
    if not nights:
        raise FixConfigurationError("no night has been accepted yet", where=str(candidate.lake), fix="microinf run")
    return nights


def meta_frames(settings: Settings, candidate: Candidate, as_of: datetime) -> dict[str, pl.DataFrame]:
    """Rows of the meta tables."""
    refused = refused_capabilities(held_policies(settings), settings.policies)
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
        "meta_kpi_definitions": pl.DataFrame(
            [_definition(k) for k in (*KPIS, *KPIS_OF_TABLES)], schema_overrides={"version": pl.Int32}
        ),
        "meta_capabilities": pl.DataFrame([asdict(c) for c in (*CAPABILITIES, *refused)]),
        "meta_disclosure_rules": pl.DataFrame(
            disclosure_rules.rows(), dict.fromkeys(disclosure_rules.COLUMNS, pl.String), orient="row"
        ).with_columns(pl.col("valid_from").str.to_date()),
    }


def _definition(kpi: object) -> dict[str, object]:
    columns = TABLES["meta_kpi_definitions"].column_names
    values = {**asdict(kpi), "kpi": kpi.id} if hasattr(kpi, "id") else asdict(kpi)  # type: ignore[call-overload]
    return {name: str(values[name]) if name == "additivity" else values[name] for name in columns}
