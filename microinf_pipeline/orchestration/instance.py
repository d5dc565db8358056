"""The Dagster instance of a home: `<home>/dagster`, its `dagster.yaml`, and how this process opens it.

Put here: settings of Dagster itself. Keep out: assets and jobs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from microinf_pipeline.settings.environment import set_for_dagster
from microinf_pipeline.storage.home import Home

DAGSTER_YAML = """\
# Dagster on one machine. Written once, never overwritten: change it as you like. docs/deployment.md shows Postgres.
telemetry: {enabled: false}
nux: {enabled: false}

# Events in SQLite over one kept connection: a night's log in seconds instead of half a minute.
event_log_storage:
  module: microinf_pipeline.orchestration.event_log
  class: OneConnectionEventLog
  config: {base_dir: {env: DAGSTER_HOME}}

# Runs start at once, also without a daemon. Two at a time cannot do harm: the second finds the home locked and ends.
run_coordinator: {module: dagster.core.run_coordinator, class: DefaultRunCoordinator}

# A run that was killed must not stay "started", nor keep its slots.
run_monitoring:
  enabled: true
  max_runtime_seconds: 43200
  free_slots_after_run_end_seconds: 300

# Steps print nothing; their lines are in <home>/logs.
compute_logs: {module: dagster._core.storage.noop_compute_log_manager, class: NoOpComputeLogManager}

python_logs: {python_log_level: INFO}

retention:
  schedule: {purge_after_days: 90}
  sensor: {purge_after_days: {skipped: 7, failure: 30, success: 90}}
"""


def prepare(home: Home) -> Path:
    """Make `<home>/dagster` with its `dagster.yaml`, if they are not there."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    path = home.dagster / "dagster.yaml"
    if not path.exists():
        path.write_text(DAGSTER_YAML, encoding="utf-8")
    return path


@contextmanager
def opened(home: Home, config: Path | None) -> Iterator[dg.DagsterInstance]:
    """The home's instance, for this process."""
    prepare(home)
    set_for_dagster(home.path, config)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance
