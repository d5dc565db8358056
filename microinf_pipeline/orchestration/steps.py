"""The steps of a night: capture, one a model stage, acceptance, publication. Each is one multi-asset.

Put here: which step does what, in what order it reports, and when it stops. On a red gate every check is recorded, the
tables are not materialised, and nothing after them runs. Keep out: what a stage does (`night`).
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg

from microinf_pipeline.catalog.model import Stage, Table
from microinf_pipeline.catalog.tables import TABLES, of_stage
from microinf_pipeline.errors import RetryLaterError
from microinf_pipeline.orchestration import alerts, reports, specs
from microinf_pipeline.orchestration.lineage import ACCEPTED, SNAPSHOT
from microinf_pipeline.orchestration.session import NightSession, must_match
from microinf_pipeline.settings import Settings

if TYPE_CHECKING:
    from microinf_pipeline.night.building import TableOutcome
    from microinf_pipeline.night.capturing import CaptureOutcome
    from microinf_pipeline.night.run import NightRun

#: Stages whose tables come from models, in order.
MODEL_STAGES = (Stage.DEDUPLICATE, Stage.ENRICH, Stage.CLASSIFY, Stage.KPIS)
ACCEPT = "accept"
PUBLISH = Stage.PUBLISH.value

Reported = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


def nights_of(context: dg.AssetExecutionContext) -> tuple[date, ...]:
    """The nights of the run: one, or all of a range that is run as one."""
    return tuple(sorted(date.fromisoformat(key) for key in context.partition_keys))


def steps(settings: Settings, versions: dict[str, str]) -> list[dg.AssetsDefinition]:
    """Every step, in order."""
    return [
        _capture_step(settings, versions),
        *(_stage_step(settings, versions, stage) for stage in MODEL_STAGES),
        _accept_step(settings, versions),
        _publish_step(settings, versions),
    ]


def _session(context: dg.AssetExecutionContext) -> NightSession:
    session = context.resources.night
    assert isinstance(session, NightSession)
    return session


def _capture_step(settings: Settings, versions: dict[str, str]) -> dg.AssetsDefinition:
    tables = of_stage(Stage.CAPTURE)

    @dg.multi_asset(
        name=Stage.CAPTURE.value,
        specs=[*specs.raw_specs(settings), *specs.table_specs(settings, tables, versions)],
        check_specs=specs.check_specs(settings, tables),
        required_resource_keys={"night"},
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def capture(context: dg.AssetExecutionContext) -> Reported:
        """All sources at once, to raw captures and to observations."""
        from microinf_pipeline.night import stages

        session, began = _session(context), time.monotonic()
        with session.telling(context, Stage.CAPTURE.value):
            run = session.begin(nights_of(context))
            captured, outcomes = stages.capture(run)
            _retry_what_may_pass(context, session, run, captured)
            yield from reports.raw_results(run, captured)  # raw is kept whatever the gates say
            yield from _judged(context, session, run, outcomes, began)

    return capture


def _retry_what_may_pass(
    context: dg.AssetExecutionContext, session: NightSession, run: "NightRun", captured: Iterable["CaptureOutcome"]
) -> None:
    """Only where a required source failed and its error says that the same request may succeed later."""
    required = {source.name for source in run.settings.sources if source.required}
    passing = sorted({o.source for o in captured if o.source in required and o.manifest.retry_later})
    if passing and context.retry_number < session.capture_retries:
        context.log.warning("%s failed for now; trying again", ", ".join(passing))
        raise dg.RetryRequested(session.capture_retries, session.wait_before_retry(context.retry_number))


def _stage_step(settings: Settings, versions: dict[str, str], stage: Stage) -> dg.AssetsDefinition:
    tables = of_stage(stage)
    before = (Stage.CAPTURE, *MODEL_STAGES[: MODEL_STAGES.index(stage)])

    @dg.multi_asset(
        name=stage.value,
        specs=specs.table_specs(settings, tables, versions),
        check_specs=specs.check_specs(settings, tables),
        required_resource_keys={"night"},
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def build(context: dg.AssetExecutionContext) -> Reported:
        """The tables of one stage, from their models."""
        from microinf_pipeline.night import building

        session, began = _session(context), time.monotonic()
        with session.telling(context, stage.value):
            run = session.run_after(*before)
            yield from _judged(context, session, run, building.build_stage(run, stage), began)

    return build


def _accept_step(settings: Settings, versions: dict[str, str]) -> dg.AssetsDefinition:
    tables = (TABLES[ACCEPTED],)

    @dg.multi_asset(
        name=ACCEPT,
        specs=specs.table_specs(settings, tables, versions),
        check_specs=specs.check_specs(settings, tables),
        required_resource_keys={"night"},
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def accept(context: dg.AssetExecutionContext) -> Reported:
        """All gates held: every table is promoted at once."""
        from microinf_pipeline.night import accepting

        session, began = _session(context), time.monotonic()
        with session.telling(context, ACCEPT):
            run = session.run_after(Stage.CAPTURE, *MODEL_STAGES)
            accepting.accept(run)
            yield from _judged(context, session, run, _outcomes(run, tables), began)

    return accept


def _publish_step(settings: Settings, versions: dict[str, str]) -> dg.AssetsDefinition:
    tables = specs.stage_tables(Stage.PUBLISH)

    @dg.multi_asset(
        name=PUBLISH,
        specs=[*specs.table_specs(settings, tables, versions), specs.snapshot_spec()],
        check_specs=specs.check_specs(settings, tables),
        required_resource_keys={"night"},
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def publish(context: dg.AssetExecutionContext) -> Reported:
        """The accepted state, handed out as one snapshot. Needs no other step: it publishes what is accepted."""
        from microinf_pipeline.night import publishing
        from microinf_pipeline.night.run import open_run

        session, began, nights = _session(context), time.monotonic(), nights_of(context)
        with session.telling(context, PUBLISH):
            run = open_run(session.settings, session.engine(nights), nights)
            snapshot = publishing.publish_accepted(run)
            yield from _judged(context, session, run, _outcomes(run, tables), began)
            if snapshot is not None:
                _tell_what_it_brought(context, session.settings, nights[-1])
                yield dg.MaterializeResult(
                    asset_key=SNAPSHOT,
                    metadata={"snapshot": snapshot.number, "path": dg.MetadataValue.path(str(snapshot.path))},
                )

    return publish


def _tell_what_it_brought(context: dg.AssetExecutionContext, settings: Settings, night: date) -> None:
    """The digest, where one is asked for. What cannot be sent is a warning: the publication stands."""
    from microinf_pipeline.night import reports as night_reports

    webhook = settings.schedule.alert.webhook
    if not settings.schedule.alert.digest or webhook is None:
        return
    told = alerts.Digest(night.isoformat(), night_reports.digest(settings), str(night_reports.published_report(settings)))
    try:
        alerts.send(webhook.get_secret_value(), told)
    except RetryLaterError as unsent:
        context.log.warning("%s", unsent)


def _outcomes(run: "NightRun", tables: Sequence[Table]) -> list["TableOutcome"]:
    """What became of tables that are written, and judged, outside a model stage."""
    from microinf_pipeline.night.building import outcomes

    return outcomes(run, tables, {t.name: run.candidate.rows_of(t) for t in tables}, run.verdicts)


def _judged(
    context: dg.AssetExecutionContext, session: NightSession, run: "NightRun", outcomes: Sequence["TableOutcome"], began: float
) -> Reported:
    """Every declared check, green or red; then the tables, or the error of the red run."""
    from microinf_pipeline.night import accepting

    verdicts = [v for outcome in outcomes for v in outcome.verdicts]
    declared = {f"{key.asset_key.to_user_string()}.{key.name}" for key in context.assets_def.check_keys}
    must_match("checks", declared, {f"{v.table}.{specs.check_of(v.table, v.gate)}" for v in verdicts})
    tables = {key.to_user_string() for key in context.assets_def.keys} & TABLES.keys()
    must_match("tables", tables, {outcome.table.name for outcome in outcomes})
    error = accepting.red_error(run)
    if error is not None:
        yield from reports.check_results(verdicts)
        accepting.keep_for_inspection(run)
        raise error
    session.rows_of_stage = sum(outcome.rows_written for outcome in outcomes)
    seconds = time.monotonic() - began
    for outcome in outcomes:
        yield reports.materialised(outcome, seconds, reports.chart_of(run, outcome.table.name))
