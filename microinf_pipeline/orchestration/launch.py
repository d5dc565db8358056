"""Nights from the command line: each a Dagster run in this process, in order, the accepted ones published once.

Put here: which nights run, when they stop, what a person sees, the exit code. Keep out: what a run does (`steps`).
"""

import sys
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from microinf_pipeline.catalog.model import Stage
from microinf_pipeline.errors import MicroinfError
from microinf_pipeline.orchestration import alerts, automation, instance, specs
from microinf_pipeline.orchestration.assembly import build_defs
from microinf_pipeline.orchestration.json_lines import LOGGER
from microinf_pipeline.orchestration.lineage import SNAPSHOT
from microinf_pipeline.orchestration.session import Caller
from microinf_pipeline.orchestration.watching import Display, display_for
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.home import Home


class Watching(Caller):
    """Hears of the runs of this process: shows their stages, keeps their error."""

    holds_home = True

    def __init__(self, display: Display) -> None:
        self.display = display
        self.error: MicroinfError | None = None

    def stage_began(self, stage: str) -> None:
        self.display.stage_began(stage)

    def stage_ended(self, stage: str, rows: int, seconds: float) -> None:
        self.display.stage_ended(stage, rows, seconds)

    def failed(self, error: MicroinfError) -> None:
        self.error = error


class Launcher:
    """Runs jobs of one configuration in this process, against one instance."""

    def __init__(self, settings: Settings, on: dg.DagsterInstance, watching: Watching, *, recapture: bool) -> None:
        self._settings, self._instance, self._watching, self._recapture = settings, on, watching, recapture
        self._defs = build_defs(settings, watching)

    def night(self, night: date, *, publish: bool) -> MicroinfError | None:
        """One night; its error when it is red. Unexpected errors are raised."""
        job = self._defs.resolve_job_def(automation.NIGHTLY_JOB)
        last = {dg.AssetKey(name) for name in (*(t.name for t in specs.stage_tables(Stage.PUBLISH)), SNAPSHOT)}
        keys = [k for k in job.asset_layer.asset_graph.executable_asset_keys if publish or k not in last]
        return self._execute(job, night, None if publish else keys)

    def publication(self, night: date) -> MicroinfError | None:
        """What is accepted, published; recorded as the publication of its last night."""
        return self._execute(self._defs.resolve_job_def(automation.PUBLISH_JOB), night, None)

    def _execute(self, job: dg.JobDefinition, night: date, selection: Sequence[dg.AssetKey] | None) -> MicroinfError | None:
        self._watching.error = None
        config: dict[str, Any] = {"recapture": self._recapture, "capture_retries": 0}
        try:
            job.execute_in_process(
                instance=self._instance,
                partition_key=night.isoformat(),
                asset_selection=selection,
                run_config={"loggers": {LOGGER: {}}, "resources": {"night": {"config": config}}},
                tags={automation.WATCHED_TAG: "true"},
            )
        except dg.Failure:
            if self._watching.error is None:
                raise
        return self._watching.error


def run(
    settings: Settings, nights: Sequence[date], *, config: Path | None, recapture: bool = False, keep_going: bool = False
) -> int:
    """Run nights ascending. Returns the exit code of the first that failed, else 0; errors are told on stderr.

    One night is captured, judged and published in one run. A range stops at the first red night (`keep_going`: goes on)
    and publishes the accepted ones once at its end.
    """
    asked = sorted(nights)
    home = Home(settings.home)
    with ExitStack() as closing:
        warnings.simplefilter("ignore", category=dg.BetaWarning)
        warnings.simplefilter("ignore", category=dg.PreviewWarning)
        try:
            closing.enter_context(home.locked(f"nights {asked[0]} to {asked[-1]}" if len(asked) > 1 else f"night {asked[0]}"))
        except MicroinfError as error:
            return _told(error)
        display = closing.enter_context(display_for(sys.stderr, len(asked)))
        launcher = Launcher(
            settings, closing.enter_context(instance.opened(home, config)), Watching(display), recapture=recapture
        )
        errors = _run_all(launcher, display, settings, asked, keep_going=keep_going)
    return errors[0].exit_code if errors else 0


def _run_all(
    launcher: Launcher, display: Display, settings: Settings, nights: Sequence[date], *, keep_going: bool
) -> list[MicroinfError]:
    errors: list[MicroinfError] = []
    accepted: list[date] = []
    for night in nights:
        display.night_began(night)
        error = launcher.night(night, publish=len(nights) == 1)
        if error is None:
            accepted.append(night)
            continue
        errors.append(error)
        display.failed(error)
        _alert(settings, night, error, display)
        if not keep_going:
            break
    if accepted and len(nights) > 1:
        error = launcher.publication(accepted[-1])
        if error is not None:
            display.failed(error)
            errors.append(error)
    return errors


def _alert(settings: Settings, night: date, error: MicroinfError, display: Display) -> None:
    """Whoever sits at the terminal needs no alert; a timer's run has nobody else to tell."""
    webhook = settings.schedule.alert.webhook
    if webhook is None or display.is_watched:
        return
    try:
        alerts.send(webhook.get_secret_value(), alerts.Alert.of(night.isoformat(), error))
    except MicroinfError as unsent:
        display.failed(unsent)


def _told(error: MicroinfError) -> int:
    sys.stderr.write(f"error: {error}\n")
    return error.exit_code
