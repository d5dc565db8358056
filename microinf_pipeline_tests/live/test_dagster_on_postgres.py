"""The `dagster.yaml` with Postgres that the documentation shows, used as it stands there."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from microinf_pipeline.orchestration import launch
from microinf_pipeline_tests.homes import SmallHome, a_post

pytestmark = pytest.mark.live

_PAGE = Path(__file__).parents[2] / "docs" / "deployment.md"
_NIGHT = "2026-03-30"


def _documented() -> str:
    section = _PAGE.read_text(encoding="utf-8").partition("### With Postgres")[2]
    found = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def test_a_night_is_remembered_in_postgres(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = SmallHome(tmp_path, {"feed": [a_post(_NIGHT, "1")]})
    server = urlsplit(postgres)
    with closing(psycopg2.connect(postgres)) as db:
        db.autocommit = True
        db.cursor().execute("CREATE DATABASE dagster")
    monkeypatch.setenv("DAGSTER_PG_USER", str(server.username))
    monkeypatch.setenv("DAGSTER_PG_PASSWORD", "")
    folder = home.home.dagster
    folder.mkdir(parents=True)
    of_here = _documented().replace("localhost", str(server.hostname)).replace("port: 5432", f"port: {server.port}")
    (folder / "dagster.yaml").write_text(of_here, encoding="utf-8")

    assert launch.run(home.settings, [date.fromisoformat(_NIGHT)], config=home.config) == 0
    with closing(psycopg2.connect(dbname="dagster", host=server.hostname, port=server.port, user=server.username)) as db:
        cursor = db.cursor()
        cursor.execute("SELECT status FROM runs")
        assert cursor.fetchall() == [("SUCCESS",)]
        cursor.execute("SELECT count(*) FROM event_logs WHERE dagster_event_type = 'ASSET_CHECK_EVALUATION'")
        assert cursor.fetchall() > [(50,)]
