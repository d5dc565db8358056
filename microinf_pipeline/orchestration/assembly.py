"""The one place where Dagster's definitions are put together.

Put here: `build_defs`. Keep out: every single definition. Loads without configuration, network or secrets.
"""

import dagster as dg
from dagster_duckdb import DuckDBResource

from microinf_pipeline.catalog.model import Stage
from microinf_pipeline.orchestration import automation, specs
from microinf_pipeline.orchestration.json_lines import LOGGER, json_lines
from microinf_pipeline.orchestration.session import Caller, night_resource
from microinf_pipeline.orchestration.steps import steps
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.engines.duckdb_engine import CONNECTION_CONFIG
from microinf_pipeline.storage.home import Home


def build_defs(settings: Settings, caller: Caller | None = None) -> dg.Definitions:
    """All definitions for a configuration. `caller` hears of runs in this process (`launch`)."""
    from microinf_pipeline.night.model_runs import hashes

    versions = {name: code[:12] for name, (code, _config) in hashes(settings).items()}
    return dg.Definitions(
        assets=steps(settings, versions),
        jobs=automation.jobs([t.name for t in specs.stage_tables(Stage.PUBLISH)]),
        schedules=[automation.schedule(settings)],
        sensors=[automation.dropped_files(settings), automation.failure_alert(settings)],
        resources={
            "duckdb": DuckDBResource(database=":memory:", connection_config=dict(CONNECTION_CONFIG)),
            "night": night_resource(settings, caller or Caller()),
        },
        executor=dg.in_process_executor,
        loggers={LOGGER: json_lines(Home(settings.home).logs)},
    )
