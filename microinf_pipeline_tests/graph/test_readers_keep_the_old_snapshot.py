"""Publication beside readers: one that holds the old file keeps it, whole, until it opens the new one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from microinf_pipeline.catalog.tables import PUBLISHED
from microinf_pipeline.night import publishing
from microinf_pipeline.storage import state as states
from microinf_pipeline_tests.homes import SmallHome, a_post, hashes_of

pytestmark = pytest.mark.nights

FIRST, SECOND = "2026-03-31", "2026-04-01"

#: Opens the file and answers each line with the number of posts; 'again' opens it anew before that.
READER = """
import sys, duckdb
path = sys.argv[1]
held = duckdb.connect(path, read_only=True)
for line in sys.stdin:
    if line.strip() == "again":
        held.close()
        held = duckdb.connect(path, read_only=True)
    print(held.execute("SELECT count(*) FROM core_posts").fetchone()[0], flush=True)
"""


class Reader:
    """A dashboard in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def posts(self, ask: str = "posts") -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{ask}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def _reader(file: Path) -> Iterator[Reader]:
    process = subprocess.Popen(
        [sys.executable, "-c", READER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Reader(process)
    finally:
        process.communicate()
        assert process.returncode == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    posts = [a_post(FIRST, "1", likes=5, followers=9900), a_post(SECOND, "2", likes=1), a_post(SECOND, "1", likes=7)]
    home = SmallHome(tmp_path_factory.mktemp("home"), posts={"feed": posts})
    home.run(FIRST)
    publishing.publish(home.settings)
    return home


def test_a_reader_sees_the_old_night_until_it_opens_the_new_one(home: SmallHome) -> None:
    published = home.home.published / "microinf.duckdb"
    with _reader(published) as reader:
        assert reader.posts() == 1
        home.run(SECOND)
        assert reader.posts() == 1
        publishing.publish(home.settings)
        assert reader.posts() == 1
        with _reader(published) as other:
            assert other.posts() == 2
        for _ in range(3):  # the snapshot it holds is no longer kept
            publishing.publish(home.settings)
        assert reader.posts() == 1
        assert reader.posts("again") == 2


def test_the_last_three_snapshots_are_kept_and_the_newest_is_published(home: SmallHome) -> None:
    before = publishing.publish(home.settings).number
    numbers = [publishing.publish(home.settings).number for _ in range(3)]
    assert numbers == [before + 1, before + 2, before + 3]
    assert sorted(p.name for p in home.home.snapshots.iterdir()) == sorted(str(n) for n in numbers)
    assert home.home.published.is_symlink()
    assert home.home.published.readlink() == Path(f"snapshots/{numbers[-1]}")


def test_published_parquet_files_are_the_lakes_own(home: SmallHome) -> None:
    snapshot = publishing.publish(home.settings).path
    state = states.load(home.home.lake)
    for table in PUBLISHED:
        files = [home.home.lake / f.path for p in state.partitions(table.name).values() for f in p.files]
        shown = list((snapshot / "tables" / table.name).glob("*.parquet"))
        assert {f.stat().st_ino for f in shown} == {f.stat().st_ino for f in files}, table.name


def test_the_manifest_tells_the_hashes_and_rows_of_the_accepted_state(home: SmallHome) -> None:
    snapshot = publishing.publish(home.settings)
    manifest = json.loads((snapshot.path / "manifest.json").read_text(encoding="utf-8"))
    hashes = hashes_of(home.home.lake)
    assert {name: told["data_sha256"] for name, told in manifest["tables"].items() if name in hashes} == hashes
    outside = {name: told["data_sha256"] for name, told in manifest["tables"].items() if name not in hashes}
    assert outside == dict.fromkeys(
        [
            "mart_quality",
            "mart_restatements",
            "meta_runs",
            "meta_data_as_of",
            "meta_kpi_definitions",
            "meta_capabilities",
            "meta_disclosure_rules",
        ]
    )
    with duckdb.connect(str(snapshot.path / "microinf.duckdb"), read_only=True) as db:
        rows = {t.name: db.execute(f"SELECT count(*) FROM {t.name}").fetchall()[0][0] for t in PUBLISHED}
    assert {name: told["rows"] for name, told in manifest["tables"].items()} == rows


def test_every_table_and_column_carries_its_comment(home: SmallHome) -> None:
    snapshot = publishing.publish(home.settings)
    with duckdb.connect(str(snapshot.path / "microinf.duckdb"), read_only=True) as db:
        columns = db.execute("SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal").fetchall()
        tables = db.execute("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal").fetchall()
    assert {(t, c): said for t, c, said in columns} == {
        (t.name, c.name): c.comment for t in PUBLISHED for c in t.published_columns
    }
    assert {name: said.startswith(t.purpose) for name, said in tables for t in PUBLISHED if t.name == name} == {
        t.name: True for t in PUBLISHED
    }


def test_the_file_has_the_storage_version_older_clients_read(home: SmallHome) -> None:
    file = publishing.publish(home.settings).path / "microinf.duckdb"
    with duckdb.connect(":memory:") as db:
        db.execute(f"ATTACH '{file}' AS published (READ_ONLY)")
        [(version,)] = db.execute(
            "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'published'"
        ).fetchall()
    assert version.startswith("v1.2.0")
    assert int.from_bytes(file.read_bytes()[12:20], "little") == 65  # what 1.2 writes into the file's head
