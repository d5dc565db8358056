"""What the steps of one Dagster run share: the home's lock, the engine, and the night being run.

Put here: that state, its opening and closing, and how an expected error becomes Dagster's. Keep out: what is reported
(`reports`) and which steps there are (`steps`).
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg
from dagster_duckdb import DuckDBResource

from microinf_pipeline.catalog.model import Stage
from microinf_pipeline.errors import BrokenStateError, FixConfigurationError, MicroinfError
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.home import Home

if TYPE_CHECKING:
    from microinf_pipeline.night.run import NightRun

_FIRST_WAIT_SECONDS = 60


class Caller:
    """Who started the run in this process. This one only starts it; `launch` has one that watches."""

    holds_home = False  # it has locked the home itself

    def stage_began(self, stage: str) -> None:
        """A stage starts."""

    def stage_ended(self, stage: str, rows: int, seconds: float) -> None:
        """A stage's gates held; `rows` were written."""

    def failed(self, error: MicroinfError) -> None:
        """The run ends with this error."""


@dataclass
class NightSession:
    """Shared by the steps of one run, which run one after another in one process."""

    settings: Settings
    caller: Caller
    duckdb: DuckDBResource
    recapture: bool
    capture_retries: int
    closing: ExitStack
    done: list[str] = field(default_factory=list)
    _run: "NightRun | None" = None
    _engine: DuckDBEngine | None = None
    rows_of_stage: int = 0

    def begin(self, nights: tuple[date, ...]) -> "NightRun":
        """The run, newly begun: home locked, tables checked. Raises HomeBusyError, RebuildFirstError."""
        from microinf_pipeline.night import stages
        from microinf_pipeline.night.run import open_run

        run = open_run(self.settings, self.engine(nights), nights, recapture=self.recapture)
        stages.begin(run)
        self._run = run
        return run

    def engine(self, nights: tuple[date, ...]) -> DuckDBEngine:
        """The run's engine; the home is locked from the first call to the end of the run."""
        if self._engine is None:
            home = Home(self.settings.home)
            if not self.caller.holds_home:
                self.closing.enter_context(home.locked(f"night {', '.join(n.isoformat() for n in nights)}"))
            connection = self.closing.enter_context(self.duckdb.get_connection())
            choice = self.settings.engine
            self._engine = DuckDBEngine(
                connection, memory_limit=choice.memory_limit, threads=choice.threads or 2, spill=home.spill
            )
        return self._engine

    def run_after(self, *stages: Stage) -> "NightRun":
        """The run, all of these stages behind it. Raises FixConfigurationError when a step is executed without them."""
        missing = [s.value for s in stages if s.value not in self.done]
        if self._run is None or missing:
            raise FixConfigurationError(
                "a stage of a night cannot run without the stages before it",
                where=f"this run has not done: {', '.join(missing)}",
                fix="materialise the whole night (job `nightly`, or: microinf run --night DATE)",
            )
        return self._run

    @contextmanager
    def telling(self, context: dg.AssetExecutionContext, stage: str) -> Iterator[None]:
        """The body of a step: caller and log hear how it ends; an expected error becomes a Failure that is not retried."""
        began = time.monotonic()
        self.caller.stage_began(stage)
        try:
            yield
        except MicroinfError as error:
            context.log.error(str(error))
            self.caller.failed(error)
            raise failure(error) from error
        seconds = time.monotonic() - began
        self.done.append(stage)
        context.log.info("%s: %s rows written in %.1f s", stage, self.rows_of_stage, seconds)
        self.caller.stage_ended(stage, self.rows_of_stage, seconds)

    def wait_before_retry(self, attempt: int) -> float:
        """Seconds; doubles from attempt to attempt."""
        return float(_FIRST_WAIT_SECONDS * 2**attempt)


def failure(error: MicroinfError) -> dg.Failure:
    """What Dagster shows of an expected error; sensors read the metadata."""
    told = {"what": error.what, "where": error.where, "fix": error.fix, "exit_code": str(error.exit_code)}
    return dg.Failure(str(error), metadata={k: dg.MetadataValue.text(v) for k, v in told.items() if v}, allow_retries=False)


def night_resource(settings: Settings, caller: Caller) -> dg.ResourceDefinition:
    """The resource `night`: one session a run."""

    @dg.resource(
        config_schema={
            "recapture": dg.Field(bool, default_value=False, description="Capture again beside what is there; both stay."),
            "capture_retries": dg.Field(int, default_value=2, description="Tries more when a source fails only for now."),
        },
        required_resource_keys={"duckdb"},
        description="The night being run: lock, engine and candidate, shared by its steps.",
    )
    def night(context: dg.InitResourceContext) -> Iterator[NightSession]:
        config = context.resource_config
        with ExitStack() as closing:
            yield NightSession(
                settings, caller, context.resources.duckdb, config["recapture"], config["capture_retries"], closing
            )

    return night


def must_match(what: str, declared: set[str], reported: set[str]) -> None:
    """Raises BrokenStateError when a step does not report exactly what it declares: nothing may stay unsaid."""
    if declared != reported:
        wrong = [f"{n} was not reported" for n in sorted(declared - reported)]
        wrong += [f"{n} is not declared" for n in sorted(reported - declared)]
        raise BrokenStateError(
            f"a step must report every one of its {what}: {'; '.join(wrong[:8])}",
            where="microinf_pipeline/orchestration",
            fix="this is an error of the program: report it",
        )
