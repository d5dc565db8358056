"""Takes the README's pictures of a demo that has run: `.venv/bin/python docs/images/take.py` while `make ui` runs.

Needs Chromium (`/usr/bin/chromium`). Put here: the two screenshots. Keep out: checks of what they show (tests do that).
"""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GRAPH = "http://127.0.0.1:3000/asset-groups"
REPORT = (ROOT / "demo" / "home" / "published" / "report" / "index.html").as_uri()
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def graph(page: Page) -> None:
    """The stages of the night as Dagster draws them."""
    page.goto(GRAPH)
    skip = page.get_by_role("button", name="Skip")
    page.get_by_text("materialise_kpis").first.wait_for(timeout=120_000)
    if skip.count():
        skip.first.click()
    page.wait_for_timeout(3_000)  # it draws after it has loaded, and says nothing when it is done
    page.screenshot(path=HERE / "graph.png")


def report(page: Page) -> None:
    """The top of the report."""
    page.goto(REPORT)
    page.screenshot(path=HERE / "report.png")


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    report(page)
    page.set_viewport_size({"width": 1280, "height": 480})
    graph(page)
    browser.close()
