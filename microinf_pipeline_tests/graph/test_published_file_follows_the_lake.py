"""A published file that was made from the last one holds what one made from nothing holds."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import microinf_pipeline
from microinf_pipeline.catalog.tables import PUBLISHED
from microinf_pipeline.night import publishing
from microinf_pipeline.storage import database_file, publish
from microinf_pipeline.storage import state as states
from microinf_pipeline_tests.homes import SmallHome, a_post, a_profile

pytestmark = pytest.mark.nights

NIGHTS = ("2026-02-10", "2026-04-01")


@pytest.fixture
def home(tmp_path: Path) -> SmallHome:
    """Many posts of a winter in the first night; in the second a few of spring, and one of the winter again."""
    winter = [
        a_post(
            NIGHTS[0],
            f"{n}",
            uid=f"a{n % 7}",
            user=f"anna{n % 7}",
            created=f"{date(2026, 1, 1) + timedelta(days=n % 39)}T10:00:00Z",
            likes=n,
        )
        for n in range(60)
    ]
    spring = [
        a_post(NIGHTS[1], "900", text="#acme and #acmespring", likes=3),
        a_post(NIGHTS[1], "5", uid="a5", user="anna5", created="2026-01-06T10:00:00Z", likes=77),
    ]
    return SmallHome(
        tmp_path, posts={"feed": [*winter, *spring]}, profiles=[a_profile(NIGHTS[1], uid="a3", user="anna3", followers=90_000)]
    )


def _contents(file: Path) -> dict[str, Any]:
    with duckdb.connect(str(file), read_only=True) as db:
        comments = db.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
        ).fetchall()
        return {"comments": comments} | {
            t.name: sorted(map(repr, db.execute(f"SELECT * FROM {t.name}").fetchall())) for t in PUBLISHED
        }


def _anew(home: SmallHome) -> Path:
    state = states.load(home.home.lake)
    return publish.publish(
        home.home, state, PUBLISHED, as_of=None, version=microinf_pipeline.__version__, texts={}, anew=True
    ).path


def test_a_file_made_from_the_last_one_equals_one_made_from_nothing(home: SmallHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home.run(NIGHTS[0])
    publishing.publish(home.settings)
    home.run(NIGHTS[1])
    monkeypatch.setattr(database_file, "_ANEW_FROM", 2.0)  # these few rows all change: start from the last file anyway
    second = publishing.publish(home.settings).path
    assert _contents(second / database_file.DATABASE) == _contents(_anew(home) / database_file.DATABASE)


def test_a_table_of_another_shape_in_the_last_file_is_written_whole(home: SmallHome) -> None:
    home.run(NIGHTS[0])
    first = publishing.publish(home.settings).path
    with duckdb.connect(str(first / database_file.DATABASE)) as db:
        db.execute(
            "ALTER TABLE core_posts DROP COLUMN lang; CREATE TABLE gone AS SELECT 1 AS one; CREATE VIEW left_over AS SELECT 2 AS two"
        )
    second = publishing.publish(home.settings).path
    assert _contents(second / database_file.DATABASE) == _contents(_anew(home) / database_file.DATABASE)
    with duckdb.connect(str(second / database_file.DATABASE), read_only=True) as db:
        assert not {"gone", "left_over"} & {
            name for (name,) in db.execute("SELECT table_name FROM information_schema.tables").fetchall()
        }
