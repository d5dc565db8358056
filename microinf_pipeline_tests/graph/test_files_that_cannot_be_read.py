"""A file that cannot be read fails its source's capture: an optional source lets the night go on, a required one stops it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.errors import MicroinfError, SourceFailedError
from microinf_pipeline.night import accepting, stages
from microinf_pipeline.night.run import open_run
from microinf_pipeline_tests.homes import SmallHome, a_post

NIGHT = "2026-04-01"
MISTAKES = ["likes: likes_total", 'likes: {sql: "no_such_function(likes)"}']


@dataclass(frozen=True)
class Captured:
    """What a night's capture came to: source → (state, rows read, reason), and the error it would end with."""

    sources: dict[str, tuple[str, int, str | None]]
    error: MicroinfError | None


def captured(home: SmallHome) -> Captured:
    engine = home.engine()
    try:
        run = open_run(home.settings, engine, [date.fromisoformat(NIGHT)])
        stages.begin(run)
        stages.capture(run)
        run.candidate.register(engine, TABLES["captures"], nights=run.night_keys)
        rows = engine.query("SELECT source, state, rows_read, gap_reason FROM captures WHERE rule = '*'").iter_rows()
        return Captured({source: (state, read, reason) for source, state, read, reason in rows}, accepting.red_error(run))
    finally:
        engine.close()


def mistaken_home(folder: Path, mistake: str, *, optional: bool) -> SmallHome:
    """Two sources whose raw is closed; then a mistake is made in the description of one."""
    posts = {"sound": [a_post(NIGHT, "1")], "mistaken": [a_post(NIGHT, "2", likes=3)]}
    home = SmallHome(folder, posts=posts, optional=frozenset({"mistaken"} if optional else ()))
    assert captured(home) == Captured({"sound": ("complete", 1, None), "mistaken": ("complete", 1, None)}, None)
    before, at, after = home.config.read_text(encoding="utf-8").partition("path: mistaken.csv")
    home.config.write_text(before + at + after.replace("likes: likes", mistake, 1), encoding="utf-8")
    return home


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_optional_source_that_cannot_be_read_lets_the_night_go_on(mistake: str, tmp_path: Path) -> None:
    night = captured(mistaken_home(tmp_path, mistake, optional=True))
    assert night.error is None
    assert night.sources["sound"] == ("complete", 1, None)
    assert night.sources["mistaken"][:2] == ("failed", 0)
    assert "fix:" in str(night.sources["mistaken"][2])


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_required_source_that_cannot_be_read_stops_the_night_and_keeps_its_raw(mistake: str, tmp_path: Path) -> None:
    home = mistaken_home(tmp_path, mistake, optional=False)
    night = captured(home)
    assert isinstance(night.error, SourceFailedError)
    assert "mistaken: " in str(night.error)
    assert "fix:" in str(night.error)
    (kept,) = (home.home.raw / "mistaken" / "files").iterdir()
    assert kept.read_bytes() == (tmp_path / "mistaken.csv").read_bytes()
