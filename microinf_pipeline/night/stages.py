"""The stages of a night in order, as plain functions: what Dagster's assets call, and what tests run without it."""

from __future__ import annotations

from microinf_pipeline.catalog.model import Stage
from microinf_pipeline.catalog.tables import of_stage
from microinf_pipeline.night import accepting, building
from microinf_pipeline.night.capturing import CaptureOutcome, capture_nights
from microinf_pipeline.night.expiring import expire
from microinf_pipeline.night.gating import judge_sources, judge_tables
from microinf_pipeline.night.given import register_given
from microinf_pipeline.night.observing import observe
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.withdrawing import withdraw
from microinf_pipeline.quality.judging import JUDGE

__all__ = ["MODEL_STAGES", "begin", "capture", "rebuild", "run_all"]

#: Stages whose tables come from models.
MODEL_STAGES = (Stage.DEDUPLICATE, Stage.ENRICH, Stage.CLASSIFY, Stage.KPIS)


def begin(run: NightRun) -> None:
    """Checks before anything is captured; then rules and configuration are at hand as relations."""
    if not run.touched.everything:
        accepting.refuse_stale(run.settings, run.candidate.before)
    JUDGE.get_ready()
    register_given(run)


def capture(run: NightRun) -> tuple[list[CaptureOutcome], list[building.TableOutcome]]:
    """Capture all sources, and turn the raw of the nights into observations."""
    captured = capture_nights(run)
    observe(run)
    expire(run)
    withdraw(run)
    tables = of_stage(Stage.CAPTURE)
    verdicts = [*judge_tables(run, tables), *judge_sources(run, Stage.CAPTURE)]
    run.verdicts += verdicts
    return captured, building.outcomes(run, tables, {t.name: run.candidate.rows_of(t) for t in tables}, verdicts)


def run_all(run: NightRun) -> None:
    """A whole run, up to the promotion. Raises the error of the first red stage."""
    begin(run)
    capture(run)
    _stop_if_red(run)
    for stage in MODEL_STAGES:
        building.build_stage(run, stage)
        _stop_if_red(run)
    accepting.accept(run)
    _raise_if_red(run)


def _stop_if_red(run: NightRun) -> None:
    if accepting.red_error(run) is not None:
        accepting.keep_for_inspection(run)
    _raise_if_red(run)


def _raise_if_red(run: NightRun) -> None:
    error = accepting.red_error(run)
    if error is not None:
        raise error


def remove(run: NightRun) -> None:
    """Every table that hangs on deliveries the candidate no longer has, and the promotion of all of them together."""
    JUDGE.get_ready()
    register_given(run)
    for stage in MODEL_STAGES:
        building.build_stage(run, stage)
    accepting.accept(run)
    _raise_if_red(run)


def rebuild(run: NightRun) -> None:
    """Every table again from the stored observations; no network, no raw."""
    run.touched.everything = True
    begin(run)
    for stage in MODEL_STAGES:
        building.build_stage(run, stage)
        _stop_if_red(run)
    accepting.accept(run)
    _raise_if_red(run)
