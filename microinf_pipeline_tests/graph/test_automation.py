"""What starts a night, and who hears when one fails."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import httpx
import pytest
import respx

from microinf_pipeline import clock
from microinf_pipeline.orchestration import instance, launch
from microinf_pipeline.orchestration.assembly import build_defs
from microinf_pipeline.settings import load
from microinf_pipeline_tests.homes import SmallHome, a_post

NIGHT = "2026-03-30"
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
WEBHOOK = "https://chat.example/hooks/x"
ALERTED = "schedule: {alert: {webhook: '${ALERT_WEBHOOK}'}}\n"
DROPS = """\
home: home
sources:
  - {name: drops, type: files, path: "in/**/*.csv", holds: posts, network: web, origin: upload, columns: {url: url, created_at: at}}
  - {name: fixed, type: files, path: "old.csv", holds: posts, network: web, origin: upload, night: 2026-01-05, columns: {url: url, created_at: at}}
"""


def dropped(folder: Path, name: str, text: str, *, seconds_ago: float = 3600) -> Path:
    """A file that was last written so many seconds before NOW."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (NOW.timestamp() - seconds_ago,) * 2)
    return path


class Tick:
    """A sensor looked at again and again, with the cursor it left."""

    def __init__(self, folder: Path) -> None:
        (folder / "microinf.yaml").write_text(DROPS, encoding="utf-8")
        self._repository = build_defs(load(folder / "microinf.yaml")).get_repository_def()
        self._cursor: str | None = None

    def nights(self) -> list[str | None]:
        """Nights asked for by the next look."""
        return [request.partition_key for request in self.requests()]

    def requests(self) -> list[dg.RunRequest]:
        with clock.frozen(NOW), dg.DagsterInstance.ephemeral() as of:
            context = dg.build_sensor_context(of, cursor=self._cursor, repository_def=self._repository)
            told = self._repository.get_sensor_def("dropped_files").evaluate_tick(context)
        self._cursor = told.cursor
        return list(told.run_requests or [])


def test_a_dropped_file_asks_once_for_the_last_night(tmp_path: Path) -> None:
    tick = Tick(tmp_path)
    assert tick.nights() == []
    dropped(tmp_path, "in/a/one.csv", "url,at\n")
    assert (tick.nights(), tick.nights()) == ([NIGHT], [])


def test_a_file_of_a_fixed_night_asks_for_that_night(tmp_path: Path) -> None:
    tick = Tick(tmp_path)
    dropped(tmp_path, "old.csv", "url,at\n")
    dropped(tmp_path, "in/one.csv", "url,at\nx,y\n")
    assert tick.nights() == ["2026-01-05", NIGHT]


def test_a_file_still_being_written_waits(tmp_path: Path) -> None:
    tick = Tick(tmp_path)
    dropped(tmp_path, "in/one.csv", "url,", seconds_ago=5)
    assert tick.nights() == []
    dropped(tmp_path, "in/one.csv", "url,at\n", seconds_ago=61)
    assert tick.nights() == [NIGHT]


def test_the_same_bytes_under_another_name_ask_for_nothing(tmp_path: Path) -> None:
    tick = Tick(tmp_path)
    dropped(tmp_path, "in/one.csv", "url,at\n")
    tick.nights()
    dropped(tmp_path, "in/copy.csv", "url,at\n")
    assert tick.nights() == []


def test_the_run_key_is_the_night_and_the_files(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    keys = []
    for folder in (one, two):
        folder.mkdir()
        dropped(folder, "in/b.csv" if folder == one else "in/z.csv", "url,at\n")
        dropped(folder, "in/y.csv", "url,at\nx,y\n")
        keys += [request.run_key for request in Tick(folder).requests()]
    assert keys[0] == keys[1]
    assert str(keys[0]).startswith(NIGHT)


@pytest.mark.parametrize(
    ("zone", "at", "night"),
    [
        ("UTC", datetime(2026, 3, 31, 3, tzinfo=UTC), "2026-03-30"),
        ("Pacific/Auckland", datetime(2026, 3, 30, 14, tzinfo=UTC), "2026-03-29"),  # 03:00 of the 31st there
    ],
)
def test_the_schedule_asks_for_the_utc_day_that_ended_last(tmp_path: Path, zone: str, at: datetime, night: str) -> None:
    home = SmallHome(tmp_path, posts={"feed": []}, lines=f"schedule: {{cron: '0 3 * * *', timezone: {zone}}}\n")
    repository = build_defs(home.settings).get_repository_def()
    with dg.DagsterInstance.ephemeral() as of:
        context = dg.build_schedule_context(of, scheduled_execution_time=at, repository_def=repository)
        (request,) = repository.get_schedule_def("every_night").evaluate_tick(context).run_requests or []
    assert (request.partition_key, request.run_key) == (night, night)


@pytest.fixture
def red_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallHome:
    """A home whose only source is half unreadable, with a webhook."""
    monkeypatch.setenv("ALERT_WEBHOOK", WEBHOOK)
    rows = [a_post(NIGHT, "1"), a_post(NIGHT, "2", created="no time at all")]
    return SmallHome(tmp_path, posts={"feed": rows}, lines=ALERTED)


@respx.mock
def test_a_failed_run_of_the_schedule_tells_the_webhook(red_home: SmallHome) -> None:
    home = red_home
    route = respx.post(WEBHOOK).mock(httpx.Response(200))
    defs = build_defs(home.settings)
    sensor = defs.get_repository_def().get_sensor_def("alert_on_failure")
    with instance.opened(home.home, home.config) as of:
        result = defs.resolve_job_def("nightly").execute_in_process(instance=of, partition_key=NIGHT, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="alert_on_failure", dagster_instance=of, dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()  # fmt: skip
        sensor(context)
    told = httpx.Response(200, content=route.calls.last.request.content).json()
    assert (told["night"], told["what"]) == (NIGHT, f"1 gate(s) stopped night {NIGHT}: nothing was published")
    assert "reads_its_rows__feed" in told["where"]
    assert "microinf accept" in told["fix"]


@respx.mock
def test_a_failed_launch_without_a_terminal_tells_the_webhook_itself(
    red_home: SmallHome, capsys: pytest.CaptureFixture[str]
) -> None:
    route = respx.post(WEBHOOK).mock(httpx.Response(500))
    home = red_home
    assert launch.run(home.settings, [date.fromisoformat(NIGHT)], config=home.config) == 3
    assert route.call_count == 1
    told = capsys.readouterr().err
    assert "the alert could not be sent: HTTP 500" in told
    assert "chat.example" not in told
