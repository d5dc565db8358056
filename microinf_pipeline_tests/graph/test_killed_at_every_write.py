"""A process killed at any of its writes leaves the old state or the new one; the same command then ends as if undisturbed."""

from __future__ import annotations

import json
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from microinf_pipeline.catalog.tables import PUBLISHED
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.raw import Capture, closed_nights
from microinf_pipeline_tests.graph import dying
from microinf_pipeline_tests.homes import SmallHome, a_post, hashes_of

FIRST, SECOND = "2026-03-31", "2026-04-01"
ROWS = [
    a_post(FIRST, "1", likes=5, comments=1, followers=9900),
    a_post(FIRST, "2", user="ben", uid="b1", text="nothing to do with it"),
    a_post(SECOND, "1", likes=9, comments=2, followers=12000, text="I really like #acme"),
    a_post(SECOND, "3", user="cleo", uid="", text="#acmespring and #acme", likes=7, comments=0),
    a_post(SECOND, "4", user="dora", uid="d1", created="no time at all"),
]
#: Where kills fall by default, as shares of the way through a night; the slow tests kill at every point.
SHARES = (0.05, 0.6, 0.93)


def _home(folder: Path) -> SmallHome:
    return SmallHome(folder, posts={"feed": ROWS}, lines="gates: {reject_share: 0.5}\n")


@dataclass(frozen=True)
class Undisturbed:
    """A home before the second night, its tables before and after, and what a kill at each write of that night leaves."""

    before: Path
    old: dict[str, str]
    new: dict[str, str]
    shown: Path

    @property
    def points(self) -> int:
        return len(list(self.shown.iterdir()))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    home = _home(tmp_path_factory.mktemp("before"))
    assert dying.in_a_process(dying.run_and_publish, home.config, FIRST) == 0
    old = home.hashes()
    after = tmp_path_factory.mktemp("after")
    shutil.copytree(home.folder, after, symlinks=True, dirs_exist_ok=True)
    shown = tmp_path_factory.mktemp("shown")
    assert dying.in_a_process(dying.show_all, after / "microinf.yaml", SECOND, shown) == 0
    new = hashes_of(after / "home" / "lake")
    assert new != old
    return Undisturbed(home.folder, old, new, shown)


def _check(home: Home, undisturbed: Undisturbed) -> str:
    """Raises unless the home holds one of the two states, whole; tells which."""
    state = states.load(home.lake)
    found = hashes_of(home.lake)
    assert found in (undisturbed.old, undisturbed.new)
    which = "new" if found == undisturbed.new else "old"
    assert list(state.nights) == ([FIRST, SECOND] if which == "new" else [FIRST])
    for table in state.tables.values():
        for file in (f for p in table.partitions.values() for f in p.files):
            assert (home.lake / file.path).stat().st_size == file.bytes
    for night, manifests in closed_nights(home.raw, "feed").items():
        for manifest in manifests:
            assert all(
                Capture(home.raw, "feed", night, manifest.attempt).kept_path(f).stat().st_size == f.bytes
                for f in manifest.files
            )
    assert (home.published / "microinf.duckdb").exists()
    return which


def _check_published(home: Home, undisturbed: Undisturbed) -> None:
    snapshot = home.published.resolve(strict=True)
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    expected = undisturbed.new if SECOND in manifest["nights"] else undisturbed.old
    assert {name: manifest["tables"][name]["data_sha256"] for name in expected} == expected
    with duckdb.connect(str(snapshot / "microinf.duckdb"), read_only=True) as db:
        for table in PUBLISHED:
            count = db.execute(f"SELECT count(*) FROM {table.name}").fetchone()
            assert count == (manifest["tables"][table.name]["rows"],)


def test_a_kill_at_any_write_leaves_the_old_or_the_new_state(undisturbed: Undisturbed) -> None:
    homes = [Home(path) for path in sorted(undisturbed.shown.iterdir())]
    left = [_check(home, undisturbed) for home in homes]
    for home in {home.published.resolve().name: home for home in homes}.values():
        _check_published(home, undisturbed)
    assert left == sorted(left, reverse=True)  # old up to one write, new from there on
    assert {"old", "new"} == set(left)


def _killed_and_run_again(undisturbed: Undisturbed, point: int, folder: Path) -> None:
    shutil.copytree(undisturbed.before, folder, symlinks=True)
    config, home = folder / "microinf.yaml", Home(folder / "home")
    assert dying.in_a_process(dying.die_at, config, SECOND, point) == -signal.SIGKILL
    _check(home, undisturbed)
    _check_published(home, undisturbed)
    assert dying.in_a_process(dying.run_and_publish, config, SECOND) == 0
    assert _check(home, undisturbed) == "new"
    _check_published(home, undisturbed)
    assert SECOND in json.loads((home.published / "manifest.json").read_text(encoding="utf-8"))["nights"]


@pytest.mark.nights
@pytest.mark.parametrize("share", SHARES)
def test_after_a_kill_the_same_command_ends_as_if_undisturbed(share: float, undisturbed: Undisturbed, tmp_path: Path) -> None:
    _killed_and_run_again(undisturbed, round(share * undisturbed.points), tmp_path / "home")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_after_a_kill_at_every_write_the_same_command_ends_as_if_undisturbed(
    part: int, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    for point in range(1 + part, undisturbed.points + 1, 10):
        _killed_and_run_again(undisturbed, point, tmp_path / str(point))
        shutil.rmtree(tmp_path / str(point))
