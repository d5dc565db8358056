"""The Dagster UI in a real browser: stages, checks, schedule, and a night started with a click."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Response, expect, sync_playwright

from microinf_pipeline import clock
from microinf_pipeline.catalog.model import Stage
from microinf_pipeline_tests.homes import SmallHome, a_post
from microinf_pipeline_tests.live.conftest import free_port, stop, wait_until

ROOT = Path(__file__).resolve().parents[2]
LOCATION = "/locations/__repository__@microinf_pipeline.definitions"
#: A page, and a whole night, on two busy cores. Milliseconds.
PAGE, NIGHT = 60_000, 240_000


@dataclass(frozen=True)
class Served:
    """A home and the address of its UI."""

    home: SmallHome
    address: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    posts = {"feed": [a_post(clock.last_closed_night().isoformat(), "1", followers=9900)]}
    lines = "schedule: {cron: '30 4 * * *', timezone: Europe/Berlin}\n"
    home = SmallHome(tmp_path_factory.mktemp("ui"), posts=posts, lines=lines)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (home.folder / "ui.log").open("wb") as log:
        command = [sys.executable, "-m", "microinf_pipeline.cli", "--config", str(home.config), "ui", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_until(lambda: answers(address), process, "the Dagster UI")
            yield Served(home, address)
        finally:
            stop(process)


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/server_info").status_code == 200
    except httpx.ConnectError:
        return False


@pytest.fixture(scope="module")
def page(served: Served) -> Iterator[Page]:
    chromium = shutil.which("chromium")
    assert chromium, "install chromium: apt-get install chromium"
    with sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        opened = browser.new_page(viewport={"width": 1500, "height": 1000})
        opened.set_default_timeout(PAGE)
        yield opened
        browser.close()


def starts_a_run(response: Response) -> bool:
    return "LaunchPipelineExecution" in (response.request.post_data or "")


def test_the_lineage_shows_a_group_a_stage(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/asset-groups")
    for stage in Stage:
        expect(page.get_by_text(stage.value, exact=True).first).to_be_visible(timeout=PAGE)


def test_the_schedule_is_shown_with_its_time(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/automation")
    expect(page.get_by_text("every_night").first).to_be_visible(timeout=PAGE)
    page.goto(f"{served.address}{LOCATION}/schedules/every_night")
    expect(page.get_by_text(re.compile("04:30")).first).to_be_visible(timeout=PAGE)


def test_a_night_started_with_a_click_is_published_and_its_checks_are_green(served: Served, page: Page) -> None:
    page.goto(f"{served.address}{LOCATION}/jobs/nightly")
    page.get_by_role("button", name="Materialize all").first.click()
    page.get_by_text("Latest", exact=True).click()
    with page.expect_response(starts_a_run, timeout=PAGE) as answer:
        page.get_by_role("button", name="Launch 1 run").click()
    assert "LaunchRunSuccess" in answer.value.text()
    page.goto(f"{served.address}/runs")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible(timeout=NIGHT)
    assert (served.home.home.published / "microinf.duckdb").exists()

    page.goto(f"{served.address}/assets/captures?view=checks")
    for check in ("holds_its_gates", "captures_what_was_stated__feed", "arrives_in_volume__feed", "reads_its_rows__feed"):
        expect(page.get_by_text(check).first).to_be_attached(timeout=PAGE)  # long names are cut to fit
    expect(page.get_by_text("Not Evaluated")).to_have_count(0, timeout=PAGE)
