"""What may be used in one room only is refused elsewhere, with a message that names the room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from microinf_pipeline_tests.house.source import ROOT, pyproject

BANNED = pyproject()["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]

HOMES = [
    ("import dagster as dg", "orchestration/assets.py", "orchestration/"),
    ("import duckdb", "storage/engines/duckdb.py", "storage/"),
    ("import great_expectations", "quality/gx.py", "quality/gx.py"),
    ("import httpx", "sources/http.py", "sources/http.py"),
    ("import os\nHOME = os.environ['HOME']", "settings/environment.py", "settings/"),
    ("import os\nHOME = os.getenv('HOME')", "settings/environment.py", "settings/"),
    ("import datetime as dt\nNOW = dt.datetime.now(dt.UTC)", "clock.py", "clock.py"),
    ("from datetime import date\nTODAY = date.today()", "clock.py", "clock.py"),
    ("import time\nNOW = time.time()", "clock.py", "clock.py"),
]


def refusals(code: str, module: str) -> str:
    """What ruff's banned-api says about code in a module of the package."""
    run = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--select", "TID251", "--output-format", "concise",
         "--stdin-filename", f"microinf_pipeline/{module}", "-"],
        input=code + "\n", cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.stdout if run.returncode else ""


@pytest.mark.parametrize(("code", "home", "named"), HOMES)
def test_it_is_refused_elsewhere_naming_its_home_and_free_at_home(code: str, home: str, named: str) -> None:
    assert named in refusals(code, "people/elsewhere.py")
    assert refusals(code, home) == ""


def test_every_ban_says_where_to_go_instead() -> None:
    assert [name for name, ban in BANNED.items() if len(ban["msg"]) < 30 or not ban["msg"].endswith(".")] == []
