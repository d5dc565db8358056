"""A post that its author takes back: the night that finds it leaves none of its words in any byte of the home, and all sums."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from microinf_pipeline import clock
from microinf_pipeline.night import commands, publishing, stages, withdrawing
from microinf_pipeline.night.run import open_run
from microinf_pipeline.settings import load
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline_tests.contract.case import NIGHT, NOW
from microinf_pipeline_tests.contract.networks.reddit import CASE
from microinf_pipeline_tests.contract.sections import section
from microinf_pipeline_tests.homes import SmallHome, hashes_of
from microinf_pipeline_tests.traces_in import places_of
from microinf_pipeline_tests.unit.sources.local_server import served

pytestmark = pytest.mark.nights

#: The brand's own words and the label of a connection are no words of the author, and stay told.
WORDS = ("Herbstgulasch", "kuemmelfrei", "geheimtipp", "Zwiebelmarkt")
SAID = "Werbung: Zwiebelmarkt. Herbstgulasch mit Acme, kuemmelfrei! #acme #geheimtipp"
HEAD = """\
home: home
engine: {threads: 1}
brands:
  - {id: acme, name: Acme, timezone: Europe/Berlin, hashtags: ["#acme"], keywords: [Acme]}
campaigns: [{id: autumn, brand: acme, hashtags: ["#acme"], start: 2026-11-01, end: 2026-12-01}]
sources:
"""
SUMS = "brand_id, network, tier, relation, day, mentions, accounts, originals, likes, comments, engagements, authorless_posts"


@dataclass
class Home(SmallHome):
    """A home whose one source is a small Reddit."""

    def __post_init__(self) -> None:
        """Its configuration is written by the test."""

    def night(self, night: date, *, replay: bool = False) -> None:
        settings = load(self.config)
        engine = DuckDBEngine.in_memory(memory_limit="1GB", threads=1, spill=self.folder / "spill")
        with clock.frozen(NOW + (night - NIGHT)):
            try:
                stages.run_all(open_run(settings, engine, [night], replay=replay))
            finally:
                engine.close()

    def numbers(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "sums": self.rows("mart_brand_daily", SUMS), "mentions": self.rows("core_mentions"),
            "campaigns": self.rows("core_mention_campaigns"), "labels": self.rows("mart_disclosure", "post_id, verdict, label_in"),
        }  # fmt: skip


@dataclass
class Withdrawn:
    """A home after the night that found the post gone, how it was before, another with the raw of both nights, as received,
    and the raw of the first night once more."""

    home: Home
    other: Home
    received: Path
    gone: str
    before: dict[str, list[dict[str, Any]]]
    left_before: list[str]


@pytest.fixture(scope="module")
def withdrawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Withdrawn]:
    case, home = CASE(), Home(tmp_path_factory.mktemp("withdrawn"))
    filled = case.fill(5, 2)
    gone = filled.inside[1]
    case._of(gone).update(
        selftext=SAID, title="Herbstgulasch", permalink=f"/r/tea/comments/{gone[3:]}/herbstgulasch_kuemmelfrei/"
    )
    with pytest.MonkeyPatch.context() as environment, served(case.handler) as base:
        line, secrets = section(CASE, base)
        for variable, secret in secrets.items():
            environment.setenv(variable, secret)
        home.config.write_text(HEAD + line, encoding="utf-8")
        home.night(NIGHT)
        publishing.publish(home.settings)
        before, left = home.numbers(), places_of(home.home.path, WORDS)
        other = Home(tmp_path_factory.mktemp("other"))
        other.config.write_text(HEAD + line, encoding="utf-8")
        shutil.copytree(home.home.raw, other.home.raw)
        received = shutil.copytree(home.home.raw, tmp_path_factory.mktemp("received"), dirs_exist_ok=True)
        case.delete(gone)
        case._of(gone).update(title="[deleted by user]", permalink=f"/r/tea/comments/{gone[3:]}/deleted_by_user/")
        home.night(NIGHT + timedelta(days=1))
        publishing.publish(home.settings)
        found = f"reddit/night={NIGHT + timedelta(days=1)}"
        shutil.copytree(home.home.raw / found, other.home.raw / found)
        yield Withdrawn(home, other, received, gone, before, left)


def test_its_words_are_in_no_byte_of_the_home(withdrawn: Withdrawn) -> None:
    assert len(withdrawn.left_before) > 15
    assert places_of(withdrawn.home.home.path, WORDS) == []


def test_it_stays_as_a_row_that_says_it_is_gone(withdrawn: Withdrawn) -> None:
    [row] = [
        r for r in withdrawn.home.rows("core_posts", "post_id, status, title, text, url") if r["post_id"] == withdrawn.gone
    ]
    assert (row["status"], row["title"], row["text"]) == ("deleted", None, None)


def test_every_sum_mention_campaign_and_label_stands(withdrawn: Withdrawn) -> None:
    now = withdrawn.home.numbers()
    assert {name: [one for one in now[name] if one in rows] for name, rows in withdrawn.before.items()} == withdrawn.before


def test_the_night_that_finds_it_may_come_before_the_post_itself(withdrawn: Withdrawn) -> None:
    for night in (NIGHT + timedelta(days=1), NIGHT):
        withdrawn.other.night(night, replay=True)
    publishing.publish(withdrawn.other.settings)
    assert withdrawn.other.hashes() == withdrawn.home.hashes()
    assert places_of(withdrawn.other.home.path, WORDS) == []


def test_raw_that_a_killed_run_left_loses_them_by_the_next(withdrawn: Withdrawn, tmp_path: Path) -> None:
    shutil.copytree(withdrawn.home.folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    killed = Home(tmp_path)
    shutil.copytree(withdrawn.received, killed.home.raw, dirs_exist_ok=True)
    due = withdrawing.Withdrawn("reddit", (withdrawn.gone,))
    (killed.home.lake / "withdrawn.json").write_bytes(msgspec.json.encode([due]))
    assert places_of(killed.home.path, WORDS) != []

    assert commands.expire(killed.settings) == 0
    assert places_of(killed.home.path, WORDS) == []
    assert not (killed.home.lake / "withdrawn.json").exists()


def test_a_replay_and_a_rebuild_give_the_same_tables(withdrawn: Withdrawn) -> None:
    hashes = withdrawn.home.hashes()
    commands.replay(withdrawn.home.settings, None)
    assert hashes_of(withdrawn.home.home.lake) == hashes
    commands.rebuild(withdrawn.home.settings, [], None)
    assert hashes_of(withdrawn.home.home.lake) == hashes
    assert places_of(withdrawn.home.home.lake, WORDS) == []
