"""Day two: configuration and models change, gates are overridden, the lake is cleaned, two want the home at once."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from microinf_pipeline.errors import (
    BrokenStateError,
    FixConfigurationError,
    GateStoppedNightError,
    HomeBusyError,
    RebuildFirstError,
)
from microinf_pipeline.night import commands
from microinf_pipeline.night.accepting import inspections
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.state import replace_file
from microinf_pipeline_tests.homes import SmallHome, a_post, a_profile

FIRST, SECOND, THIRD = "2026-03-31", "2026-04-01", "2026-04-02"
POSTS = [
    a_post(FIRST, "1", likes=5, comments=1, followers=9900),
    a_post(FIRST, "2", user="ben", uid="b1", text="Zorblax is new", likes=3, comments=0),
    a_post(SECOND, "1", likes=9, comments=2, text="I really like #acme"),
    a_post(SECOND, "3", user="cleo", uid="", text="#acmespring and #acme", likes=7, comments=0),
]
PROFILES = [a_profile(FIRST, uid="b1", user="ben", followers=5500), a_profile(SECOND, followers=10100)]

Change = Callable[[str], str]


def _another_keyword(config: str) -> str:
    return config.replace("keywords: [Acme]", "keywords: [Acme, Zorblax]")


def _another_campaign(config: str) -> str:
    return config.replace("start: 2026-03-01", "start: 2026-04-02")


def _other_cuts(config: str) -> str:
    return config + "tiers: {cuts: {nano: 0, micro: 5000, macro: 10000}}\n"


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    home = SmallHome(tmp_path_factory.mktemp("two"), posts={"feed": POSTS}, profiles=PROFILES)
    home.run(FIRST)
    home.run(SECOND)
    return home


@pytest.fixture
def home(two_nights: SmallHome, tmp_path: Path) -> SmallHome:
    """A copy of the home after two nights."""
    shutil.copytree(two_nights.folder, tmp_path / "home", symlinks=True)
    return dataclasses.replace(two_nights, folder=tmp_path / "home")


def _reconfigure(home: SmallHome, change: Change) -> None:
    before = home.config.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    home.config.write_text(after, encoding="utf-8")


@pytest.mark.nights
@pytest.mark.parametrize(
    ("change", "stale"),
    [(_another_keyword, "core_brands"), (_another_campaign, "core_campaigns"), (_other_cuts, "core_tier_history")],
)
def test_another_configuration_is_refused_until_rebuilt_and_then_is_as_if_it_had_always_been(
    change: Change, stale: str, home: SmallHome, tmp_path: Path
) -> None:
    _reconfigure(home, change)
    before = states.load(home.home.lake)
    with pytest.raises(RebuildFirstError, match=rf"(.|\n)*{stale} \(configuration\)(.|\n)*microinf rebuild") as refused:
        home.run(SECOND)
    assert refused.value.exit_code == 2
    assert states.load(home.home.lake) == before

    assert commands.rebuild(home.settings, [], None) == 0
    fresh = SmallHome(tmp_path / "fresh", posts={"feed": POSTS}, profiles=PROFILES)
    _reconfigure(fresh, change)
    fresh.run(FIRST, SECOND)
    assert home.hashes() == fresh.hashes()


@pytest.mark.nights
def test_another_model_is_refused_until_rebuilt(home: SmallHome, two_nights: SmallHome) -> None:
    state = states.load(home.home.lake)
    older = state.with_hashes("core_mentions", "the hash of another model", state.table("core_mentions").config)
    states.promote(home.home.lake, older, ())
    with pytest.raises(RebuildFirstError, match=r"core_mentions \(model\)"):
        home.run(SECOND)
    assert commands.rebuild(home.settings, [], None) == 0
    assert home.hashes() == two_nights.hashes()
    assert states.load(home.home.lake).table("core_mentions").code == state.table("core_mentions").code


@pytest.mark.nights
def test_replay_gives_the_same_hashes_without_the_sources(home: SmallHome, two_nights: SmallHome) -> None:
    for file in home.folder.glob("*.csv"):
        file.unlink()
    assert commands.replay(home.settings, None) == 0
    assert home.hashes() == two_nights.hashes()
    kept = set(states.load(home.home.lake).files()) & set(states.load(two_nights.home.lake).files())
    assert {path.partition("/")[0] for path in kept} <= {"mart_restatements"}  # what was told to readers stays told


def test_a_newer_format_is_refused_and_an_older_one_is_told_to_be_rebuilt(tmp_path: Path) -> None:
    for found, error, words in (
        (states.FORMAT + 1, BrokenStateError, "use the newer version"),
        (states.FORMAT - 1, RebuildFirstError, "microinf rebuild"),
    ):
        replace_file(tmp_path / "CURRENT.json", msgspec.json.encode(states.State(format=found)))
        with pytest.raises(error, match=words):
            states.load(tmp_path)


@pytest.mark.nights
def test_a_lake_of_an_older_format_is_rebuilt_into_this_one(home: SmallHome, two_nights: SmallHome) -> None:
    older = msgspec.structs.replace(states.load(home.home.lake), format=states.FORMAT - 1)
    replace_file(home.home.lake / "CURRENT.json", msgspec.json.encode(older))
    with pytest.raises(RebuildFirstError, match="older format"):
        home.run(SECOND)
    assert commands.rebuild(home.settings, [], None) == 0
    assert states.load(home.home.lake).format == states.FORMAT
    assert home.hashes() == two_nights.hashes()


def test_an_accepted_gate_lets_the_night_pass_and_its_reason_is_kept(tmp_path: Path) -> None:
    posts = [a_post(FIRST, "1"), a_post(FIRST, "2", created="no time at all")]
    home = SmallHome(tmp_path / "home", posts={"feed": posts})
    with pytest.raises(GateStoppedNightError, match="reads_its_rows__feed") as stopped:
        home.run(FIRST)
    assert stopped.value.exit_code == 3
    assert states.load(home.home.lake) == states.State()
    assert [one.nights for one in inspections(home.home.candidates)] == [(FIRST,)]

    night = date.fromisoformat(FIRST)
    with pytest.raises(FixConfigurationError, match="did not stop night") as refused:
        commands.accept(home.settings, night, "keeps_its_grain", "no such thing")
    assert "reads_its_rows__feed" in str(refused.value)
    assert commands.accept(home.settings, night, "reads_its_rows__feed", "the export is broken, half of it will do") == 0
    home.run(FIRST)
    [kept] = [row for row in home.rows("mart_quality") if row["gate"] == "reads_its_rows__feed"]
    assert (kept["night"], kept["passed"], kept["accepted_reason"]) == (
        night,
        False,
        "the export is broken, half of it will do",
    )
    assert [row for row in home.rows("mart_quality") if not row["passed"]] == [kept]
    assert inspections(home.home.candidates) == []


@pytest.mark.nights
def test_clean_removes_what_nothing_names_and_keeps_what_counts(home: SmallHome, two_nights: SmallHome) -> None:
    lake = home.home.lake
    stray = lake / "core_posts" / "2026-04-000000000000.parquet"
    stray.write_bytes(b"half of a file whose writer was killed")
    unnamed = {str(p.relative_to(lake)) for p in lake.rglob("*.parquet")} - states.load(lake).files()
    assert len(unnamed) > 1  # the first night's files, too
    raw = sorted(p for p in home.home.raw.rglob("*") if p.is_file())

    merged, removed = commands.clean(home.settings)
    assert merged > 0
    assert removed >= len(unnamed)
    assert {str(p.relative_to(lake)) for p in lake.rglob("*.parquet")} == states.load(lake).files()
    assert sorted(p for p in home.home.raw.rglob("*") if p.is_file()) == raw
    assert home.hashes() == two_nights.hashes()
    assert commands.clean(home.settings) == (0, 0)
    home.run(SECOND)
    assert home.hashes() == two_nights.hashes()


@pytest.mark.nights
def test_a_home_that_another_holds_is_refused(home: SmallHome) -> None:
    with home.home.locked("run 2026-04-01"):
        for command in (
            lambda: commands.replay(home.settings, None),
            lambda: commands.rebuild(home.settings, [], None),
            lambda: commands.publish(home.settings),
            lambda: commands.clean(home.settings),
        ):
            with pytest.raises(HomeBusyError, match=r"run 2026-04-01(.|\n)*wait until it ends") as busy:
                command()
            assert busy.value.exit_code == 6
    with home.home.locked("another"):
        pass
