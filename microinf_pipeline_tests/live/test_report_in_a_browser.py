"""The report in a real browser: nothing is fetched, nothing overflows, on a screen and on a phone, light and dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from microinf_pipeline.night import publishing, reports
from microinf_pipeline_tests.homes import SmallHome, a_post

NIGHT = "2026-06-30"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with a long handle, a long name, and a name that is markup."""
    names = ("n" * 80, "<b>bold</b>", "Änne \u202eegrof")
    posts = [
        a_post(NIGHT, str(n), uid=f"u{n}", user="h" * 60 + str(n), name=name, likes=n, comments=n, followers=500)
        for n, name in enumerate(names)
    ]
    home = SmallHome(tmp_path_factory.mktemp("browser"), posts={"feed": posts})
    home.run(NIGHT)
    publishing.publish(home.settings)
    return reports.published_report(home.settings)


@pytest.fixture(scope="module")
def browser(report: Path) -> Iterator[Browser]:
    """Started once the report is there: no night can run inside the browser tool's event loop."""
    chromium = shutil.which("chromium")
    assert chromium, "install chromium: apt-get install chromium"
    with sync_playwright() as tool:
        running = tool.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light")])
def test_the_page_fits_and_fetches_nothing(
    browser: Browser, report: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    complaints: list[str] = []
    fetched: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (complaints, fetched) == ([], [report.as_uri()])
    assert page.locator("b").count() == 0
    page.close()


def test_a_definition_opens_by_keyboard(browser: Browser, report: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(report.as_uri())
    page.locator(".term button").first.focus()
    tip = page.locator(".tip").first
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.close()
