"""The report in a real browser: nothing is fetched, nothing overflows, on a screen and on a phone, light and dark; definitions
open by pointer and keyboard, tables can be taken along, and the rules of accessibility hold.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from microinf_pipeline.reporting.report import render
from microinf_pipeline_tests.unit.reporting.published_home import full

#: What strangers call themselves: long, markup, written from right to left.
NAME = f"{'n' * 80} <b>bold</b> \u202eegrof"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a home in which every section has rows. Returns the English one; the German lies beside it."""
    folder = tmp_path_factory.mktemp("browser")
    engine = full(folder / "spill", display_name=NAME, handle="h" * 60)
    for name, page in render(engine, default="en", snapshot=7, since=datetime(2026, 9, 6)).items():
        (folder / name).write_text(page, encoding="utf-8")
    engine.close()
    return folder / "index.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "install chromium: apt-get install chromium"
    with sync_playwright() as tool:
        running = tool.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 390, "height": 800})
    opened.goto(report.as_uri())
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ["index.html", "index.de.html"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light")])
def test_the_page_fits_and_fetches_nothing(
    browser: Browser, report: Path, name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    address = report.with_name(name).as_uri()
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    complaints: list[str] = []
    fetched: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (complaints, fetched) == ([], [address])
    assert page.locator("b").count() == 0
    page.close()


@pytest.mark.parametrize("name", ["index.html", "index.de.html"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_rules_of_accessibility_hold(
    browser: Browser, report: Path, installed: Callable[[str], Path], name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    """All rules of axe-core, contrast among them. The page's own policy refuses foreign scripts: it is lifted for the rules."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(report.with_name(name).as_uri())
    page.evaluate(installed("axe/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    assert len(found["passes"]) > 40
    assert [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in found["violations"]] == []
    context.close()


def test_a_table_wider_than_the_screen_says_so_until_its_end_and_scrolls_by_keyboard(page: Page) -> None:
    sheet = page.locator(".sheet", has=page.locator("caption", has_text="Cost and return by campaign"))
    told, table = sheet.locator(".more"), sheet.get_by_role("region", name="Table: Cost and return")
    assert told.is_visible()
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(table) => table.scrollLeft > 0", arg=table.element_handle())
    table.evaluate("(table) => { table.scrollLeft = table.scrollWidth }")
    told.wait_for(state="hidden")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_function("(sheet) => !sheet.classList.contains('wide')", arg=sheet.element_handle())


def test_a_definition_opens_by_keyboard_and_closes_with_escape(page: Page) -> None:
    page.locator(".term button").first.focus()
    tip = page.locator(".tip").first
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_a_definition_opens_under_the_pointer_inside_the_window(page: Page) -> None:
    term = page.locator(".tiles .term").last
    term.scroll_into_view_if_needed()
    term.hover()
    box = term.locator(".tip").bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 390, box["y"] >= 0, box["y"] + box["height"] <= 800) == (
        True,
        True,
        True,
        True,
    )


def test_a_table_is_saved_as_csv(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as saved:
        page.locator("a[download='roi.csv']").click()
    saved.value.save_as(tmp_path / "roi.csv")
    rows = list(csv.DictReader((tmp_path / "roi.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["campaign_id"], row["currency"], row["cost"]) for row in rows] == [("spring", "EUR", "100.0")]


def test_the_other_language_is_one_link_away(page: Page) -> None:
    page.get_by_role("link", name="Deutsch").click()
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.get_by_role("heading", name="Wer auf Antwort wartet").is_visible()


def test_a_printed_page_is_black_on_white_without_what_only_a_screen_can_do(browser: Browser, report: Path) -> None:
    page = browser.new_page(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(report.as_uri())
    colours = page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert [page.locator(one).first.is_visible() for one in ("nav", ".csv", ".language")] == [False, False, False]
    page.close()
