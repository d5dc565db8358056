"""When nights run: the jobs, their schedule, the sensor for dropped files, and the alert when a night fails.

Put here: triggers. Keep out: what they trigger (`steps`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from microinf_pipeline import clock
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.orchestration import alerts
from microinf_pipeline.orchestration.json_lines import LOGGER
from microinf_pipeline.orchestration.lineage import SNAPSHOT
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.file_source import FileSource

NIGHTLY_JOB, PUBLISH_JOB = "nightly", "publication"
#: A run that takes longer is ended by run monitoring.
MAX_RUNTIME_SECONDS = 12 * 3600
#: A file is taken once nobody has written to it for this long.
SETTLED_SECONDS = 60
#: Runs whose caller reports failures itself.
WATCHED_TAG = "microinf/watched"
_LOOK = "look at the run in the Dagster UI"
_LOGGED: Mapping[str, Any] = {"loggers": {LOGGER: {}}}


def jobs(tables_of_publication: list[str]) -> list[Any]:
    """`nightly` does everything; `publication` hands the accepted state out again."""
    common: dict[str, Any] = {
        "config": _LOGGED,
        "executor_def": dg.in_process_executor,
        "tags": {"dagster/max_runtime": str(MAX_RUNTIME_SECONDS)},
    }
    whole, again = dg.AssetSelection.all(), dg.AssetSelection.assets(*tables_of_publication, SNAPSHOT)
    return [
        dg.define_asset_job(NIGHTLY_JOB, whole, description="A night from capture to publication.", **common),
        dg.define_asset_job(PUBLISH_JOB, again, description="Publish the accepted state again.", **common),
    ]


def schedule(settings: Settings) -> dg.ScheduleDefinition:
    """Yesterday's night, at the configured time.

    Running from the start where `schedule:` is written in the configuration: whoever writes it and starts the daemon
    wants nights. Stopped without it, so that looking at the UI never begins to talk to networks.
    """
    declared = "schedule" in settings.model_fields_set
    status = dg.DefaultScheduleStatus.RUNNING if declared else dg.DefaultScheduleStatus.STOPPED

    @dg.schedule(
        name="every_night",
        job_name=NIGHTLY_JOB,
        cron_schedule=settings.schedule.cron,
        execution_timezone=settings.schedule.timezone,
        default_status=status,
        description="Runs the UTC day that ended last.",
    )
    def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        night = context.scheduled_execution_time.astimezone(UTC).date() - timedelta(days=1)
        return dg.RunRequest(run_key=night.isoformat(), partition_key=night.isoformat())

    return every_night


def dropped_files(settings: Settings) -> dg.SensorDefinition:
    """A run for every night that new files under the file sources' paths belong to."""

    @dg.sensor(
        name="dropped_files",
        job_name=NIGHTLY_JOB,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Runs a night when new files lie where a file source looks, once nobody writes to them any more.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        known: dict[str, list[Any]] = json.loads(context.cursor or "{}")
        seen, fresh = look_at_files(settings, known)
        cursor = json.dumps(seen, sort_keys=True)
        if not fresh:
            context.update_cursor(cursor)
            return dg.SkipReason("no new files")
        requests = [
            dg.RunRequest(run_key=f"{night}-{_together(hashes)}", partition_key=night.isoformat())
            for night, hashes in sorted(fresh.items())
        ]
        return dg.SensorResult(run_requests=requests, cursor=cursor)

    return sensor


def look_at_files(settings: Settings, known: Mapping[str, list[Any]]) -> tuple[dict[str, list[Any]], dict[date, list[str]]]:
    """Files as they are now (path → size, time of change, hash), and the hashes that are new, by night.

    A file whose size and time have not changed is not read again; one that is still being written waits.
    """
    seen: dict[str, list[Any]] = {}
    fresh: dict[date, list[str]] = {}
    hashes = {entry[2] for entry in known.values()}
    for path, night in _files(settings):
        status = path.stat()
        entry = known.get(str(path))
        if entry is None or entry[:2] != [status.st_size, status.st_mtime_ns]:
            if clock.now().timestamp() - status.st_mtime < SETTLED_SECONDS:
                if entry is not None:
                    seen[str(path)] = entry
                continue
            with path.open("rb") as file:
                entry = [status.st_size, status.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()]
            if entry[2] not in hashes:
                fresh.setdefault(night, []).append(entry[2])
        seen[str(path)] = entry
    return seen, fresh


def _files(settings: Settings) -> Iterator[tuple[Path, date]]:
    """Every file of every file source and the night it is run in: a fixed one, else the last that ended."""
    for source in settings.sources:
        if isinstance(source, FileSource):
            fixed = source.night.fixed if source.night else None
            pattern = Path(source.path)
            for path in sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))):
                if path.is_file():
                    yield path, fixed or clock.last_closed_night()


def _together(hashes: list[str]) -> str:
    return hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()[:16]


def failure_alert(settings: Settings) -> dg.SensorDefinition:
    """Posts to the webhook when a run fails that nobody watches; running where a webhook is configured."""
    webhook = settings.schedule.alert.webhook
    status = dg.DefaultSensorStatus.RUNNING if webhook else dg.DefaultSensorStatus.STOPPED

    @dg.run_failure_sensor(
        name="alert_on_failure", default_status=status, description="Tells the webhook what failed, where, and how to fix it."
    )
    def sensor(context: dg.RunFailureSensorContext) -> None:
        if webhook is None:
            raise FixConfigurationError(
                "there is no webhook to tell", where="schedule.alert.webhook", fix="configure it, or stop this sensor"
            )
        if WATCHED_TAG not in context.dagster_run.tags:
            alerts.send(webhook.get_secret_value(), alert_of(context))

    return sensor


def alert_of(context: dg.RunFailureSensorContext) -> alerts.Alert:
    """What a failed run tells: the metadata of its Failure, else the message of the step that broke."""
    tags = context.dagster_run.tags
    night = tags.get("dagster/partition") or tags.get("dagster/asset_partition_range_start") or "?"
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        told = {k: str(v.value) for k, v in data.user_failure_data.metadata.items()} if data.user_failure_data else {}
        if "what" in told:
            return alerts.Alert(night, told["what"], told.get("where", ""), told.get("fix", ""))
        if data.error:
            return alerts.Alert(night, data.error.message.strip(), f"step {event.step_key}", _LOOK)
    what = context.failure_event.message or "the run failed"
    return alerts.Alert(night, what, f"run {context.dagster_run.run_id}", _LOOK)
