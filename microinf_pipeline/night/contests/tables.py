"""The tables of contests brought up to date outside a night: with the lists and the record as they are now.

Put here: computing, judging and promoting them alone. They stand on what the last night left in the lake, so the next night
makes the same rows of the same lists.
"""

from __future__ import annotations

from typing import Final

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night import accepting, publishing
from microinf_pipeline.night.building import build_table
from microinf_pipeline.night.gating import judge_tables
from microinf_pipeline.night.given import register_given
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings import Settings

OF_CONTESTS: Final = tuple(
    TABLES[name] for name in ("_contest_entrants", "mart_contest_entries", "mart_contest_draw", "mart_contest")
)


def refresh(run: NightRun) -> None:
    """Compute the tables of contests anew, in the candidate of `run` alone. Raises RebuildFirstError where stored tables no
    longer match, FixConfigurationError for a list that cannot be read, GateStoppedNightError where a gate does not hold."""
    accepting.refuse_stale(run.settings, run.candidate.before)
    register_given(run)
    for table in OF_CONTESTS:
        build_table(run, table)
    run.candidate.register(run.engine, TABLES["mart_contest_entries"])
    run.verdicts += judge_tables(run, OF_CONTESTS)
    error = accepting.red_error(run)
    if error is not None:
        raise error


def promote_and_publish(run: NightRun, settings: Settings) -> None:
    """The refreshed tables, accepted and handed out."""
    run.candidate.promote(run.candidate.state)
    publishing.publish(settings)
