"""A BI tool's own way to the published file (Superset's dialect, an older DuckDB) while a night runs and publishes beside it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from microinf_pipeline.catalog.tables import PUBLISHED
from microinf_pipeline.night import publishing
from microinf_pipeline_tests.homes import SmallHome, a_post
from microinf_pipeline_tests.live.conftest import SERVERS

FIRST, SECOND = "2026-03-31", "2026-04-01"
#: What a chart of the tool asks: a sum by day, as its time grain writes it.
CHART = (
    "SELECT DATE_TRUNC('DAY', day) AS __timestamp, SUM(mentions) AS n FROM mart_brand_daily GROUP BY 1 ORDER BY 1 LIMIT 10000"
)


class Dashboard:
    """The tool, in a process and an environment of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, question: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{question}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    posts = [a_post(FIRST, "1", likes=5, followers=9900), a_post(SECOND, "2", likes=1), a_post(SECOND, "3", likes=7)]
    made = SmallHome(tmp_path_factory.mktemp("home"), posts={"feed": posts})
    made.run(FIRST)
    publishing.publish(made.settings)
    return made


@pytest.fixture(scope="module")
def dashboard(home: SmallHome, installed: Callable[[str], Path]) -> Iterator[Dashboard]:
    program = [
        installed("dashboard/bin/python"),
        SERVERS / "dashboard" / "dashboard.py",
        home.home.published / "microinf.duckdb",
    ]
    process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield Dashboard(process)
    process.communicate()
    assert process.returncode == 0


def test_every_published_table_can_be_chosen_with_all_its_columns(dashboard: Dashboard) -> None:
    tables = dashboard.ask("tables")
    assert {table.name: {c.name for c in table.published_columns} for table in PUBLISHED if table.name in tables} == {
        name: set(columns) for name, columns in tables.items()
    }
    assert {"mart_kpi", "mart_brand_daily", "mart_outreach", "core_posts"} <= tables.keys()


def test_what_it_would_write_is_refused(dashboard: Dashboard) -> None:
    assert "read-only" in dashboard.ask("DELETE FROM core_posts")["error"]


def test_every_chart_is_answered_by_the_old_night_or_the_new_one_while_a_night_publishes(
    home: SmallHome, dashboard: Dashboard
) -> None:
    begun, ended = Event(), Event()

    def look() -> list[int]:
        seen = []
        while not ended.is_set():
            seen.append(sum(n for _, n in dashboard.ask(CHART)))
            begun.set()
        return seen

    with ThreadPoolExecutor(1) as pool:
        looked = pool.submit(look)
        begun.wait()
        home.run(SECOND)
        publishing.publish(home.settings)
        ended.set()
        seen = looked.result()
    assert seen == sorted(seen)
    assert set(seen) <= {1, 3}
    assert len(seen) > 20
    assert sum(n for _, n in dashboard.ask(CHART)) == 3
