"""Rows that are too old for their origin go from everywhere; what they added to sums stays and names nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from microinf_pipeline import clock
from microinf_pipeline.errors import RefusedError
from microinf_pipeline.night import commands, publishing
from microinf_pipeline.storage.raw import closed_nights
from microinf_pipeline_tests.homes import POST, POSTS_SOURCE, SmallHome, a_post, write_csv
from microinf_pipeline_tests.traces_in import places_of

pytestmark = pytest.mark.nights

FIRST, LAST = "2026-03-16", "2026-03-30"
TRACES = ("Altweibersommer", "oldposter", "99887766", "kaputte Zeile")
POLICIES = "policies: {aging_export: {max_age_days: 10}}\n"
AGING = POSTS_SOURCE.format(name="aging", required="true").replace("licensed_export", "aging_export")


def write_aging(home: SmallHome, *rows: dict[str, object]) -> None:
    write_csv(home.folder / "aging.csv", POST, rows)


@dataclass
class Expired:
    """A home whose first night came of age in its last one."""

    home: SmallHome
    before: list[dict[str, object]]


DAYS = "day, network, tier, relation, mentions, engagements, likes, accounts, authorless_posts"


@pytest.fixture(scope="module")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Expired:
    kept = a_post(FIRST, "k1", user="ben", uid="b1", text="Auch #acme", likes=3, comments=1, followers=400)
    home = SmallHome(tmp_path_factory.mktemp("expiring"), {"feed": [kept, a_post(LAST, "k2", user="ben", uid="b1")]})
    home.config.write_text(home.config.read_text() + AGING + POLICIES)
    old = {"user": "oldposter", "uid": "99887766", "likes": 10, "comments": 2, "followers": 400}
    broken = a_post(FIRST, "", user="", uid="", text="kaputte Zeile", created="")
    write_aging(home, a_post(FIRST, "o1", text="Altweibersommer #acme", **old), broken)
    home.config.write_text(home.config.read_text() + "gates: {reject_share: 0.6}\n")
    home.run(FIRST)
    publishing.publish(home.settings)
    assert len(places_of(home.home.path, TRACES)) > 10
    before = home.rows("mart_brand_daily", DAYS)
    write_aging(home, a_post(LAST, "n1", user="carla", uid="c1", likes=1, comments=0))
    home.run(LAST)
    publishing.publish(home.settings)
    return Expired(home, before)


def test_rows_that_came_of_age_are_in_no_byte_of_the_home(expired: Expired) -> None:
    left = {place.rpartition(": ")[2] for place in places_of(expired.home.home.path, TRACES)}
    assert left == {"kaputte Zeile"}  # a row nobody could read is kept for 30 days
    assert {row["post_id"] for row in expired.home.rows("core_posts", "post_id")} == {"k1", "k2", "n1"}


def test_what_they_added_to_sums_stays_and_names_nobody(expired: Expired) -> None:
    [before] = [row for row in expired.before if str(row["day"]) == FIRST]
    [now] = [row for row in expired.home.rows("mart_brand_daily", DAYS) if str(row["day"]) == FIRST]
    assert (before["mentions"], before["engagements"], before["accounts"], before["authorless_posts"]) == (2, 16, 2, 0)
    assert now == {**before, "accounts": 1, "authorless_posts": 1}
    [sealed] = expired.home.rows("sealed_mentions", "origin, post_id LIKE 'sealed:%' AS is_number, account_id, engagements")
    assert sealed == {"origin": "aging_export", "is_number": True, "account_id": None, "engagements": 12}


def test_what_went_is_counted_and_numbers_that_moved_say_why(expired: Expired) -> None:
    rows = expired.home.rows("mart_policy_refusals", "origin, table_name, reason, night, rows_withheld")
    assert [(r["origin"], r["table_name"], r["reason"], str(r["night"]), r["rows_withheld"]) for r in rows] == [
        ("aging_export", "core_accounts", "max_age_days", FIRST, 1), ("aging_export", "core_posts", "max_age_days", FIRST, 1),
    ]  # fmt: skip
    restated = {(row["kpi"], row["reason"]) for row in expired.home.rows("mart_restatements", "kpi, reason")}
    assert {reason for _, reason in restated} == {"expiry"}
    assert "mentions" not in {kpi for kpi, _ in restated}


def test_raw_of_old_nights_is_gone_and_a_replay_changes_nothing(expired: Expired) -> None:
    purged = {(str(night), m.purged) for night, ms in closed_nights(expired.home.home.raw, "aging").items() for m in ms}
    assert purged == {(FIRST, True), (LAST, False)}
    hashes = expired.home.hashes()
    commands.replay(expired.home.settings, None)
    assert expired.home.hashes() == hashes


def test_a_rebuild_keeps_what_is_sealed(expired: Expired) -> None:
    hashes = expired.home.hashes()
    commands.rebuild(expired.home.settings, [], None)
    assert expired.home.hashes() == hashes


def test_clean_takes_away_what_is_too_old_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = SmallHome(tmp_path)
    home.config.write_text(home.config.read_text() + AGING + POLICIES)
    write_aging(home, a_post(FIRST, "o1", user="oldposter", uid="99887766", text="Altweibersommer #acme"))
    home.run(FIRST)
    publishing.publish(home.settings)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 20, tzinfo=UTC))
    assert commands.expire(home.settings) == 0
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 20, tzinfo=UTC))
    assert commands.expire(home.settings) == 2
    assert places_of(home.home.path, TRACES) == []
    assert home.rows("mart_brand_daily", "mentions") == [{"mentions": 1}]
    with pytest.raises(RefusedError, match="the raw of these nights is gone"):
        commands.replay(home.settings, [date.fromisoformat(FIRST)])
