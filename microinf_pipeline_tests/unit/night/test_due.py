"""Which stored posts, profiles and timelines a night asks for again, over tables given by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from microinf_pipeline.catalog.model import Table
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.due import due_posts, due_profiles, due_timelines, handles_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings.networks.mastodon import MastodonSource
from microinf_pipeline.settings.networks.youtube import YouTubeSource
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.partitions import month_of

NIGHT = date(2026, 6, 20)
_TYPES = {
    "VARCHAR": pl.String(), "BIGINT": pl.Int64(), "BOOLEAN": pl.Boolean(), "DATE": pl.Date(), "TIMESTAMP": pl.Datetime("us"),
    "DOUBLE": pl.Float64(), "INTEGER": pl.Int32(), "VARCHAR[]": pl.List(pl.String()),
}  # fmt: skip


@dataclass
class Lake:
    """Stored rows by table; `register` shows those of the months or nights asked for, as the lake's files would."""

    engine: DuckDBEngine
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append({"network": "mastodon", **row})

    def register(
        self, engine: DuckDBEngine, table: Table, months: Collection[str] | None = None, *,
        nights: Collection[str] | None = None, accepted: bool = False,
    ) -> None:  # fmt: skip
        assert accepted  # what is asked for must not hang on a night that may be refused
        frame = pl.DataFrame(self.rows.get(table.name, []), {c.name: _TYPES[c.type] for c in table.columns})
        if months is not None:
            frame = frame.filter(pl.col("posted_on").map_elements(month_of, pl.String()).is_in(list(months)))
        if nights is not None:
            frame = frame.filter(pl.col("night").cast(pl.String()).is_in(list(nights)))
        engine.register_frame(table.name, frame)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(DuckDBEngine.in_memory(spill=tmp_path))


def run(lake: Lake, folder: Path) -> NightRun:
    settings, home = SimpleNamespace(policies={}), SimpleNamespace(raw=folder / "raw")
    return cast("NightRun", SimpleNamespace(candidate=lake, engine=lake.engine, settings=settings, home=home))


def source(**settings: Any) -> MastodonSource:
    return MastodonSource.model_validate({"name": "fedi", "instances": ["one.example.test"], **settings})


def a_post(lake: Lake, key: str, account: str, days_ago: int, *, reason: str = "mention", **more: Any) -> None:
    day = NIGHT - timedelta(days=days_ago)
    lake.add(
        "core_posts", post_id=key, account_id=account, posted_on=day, created_at=datetime(day.year, day.month, day.day, 9),
        post_type="original", is_counted=True, is_mature=days_ago >= 7, capture_reason=reason, status="available", **more,
    )  # fmt: skip


def a_mention(lake: Lake, key: str, account: str, days_ago: int, *, earned: bool = True) -> None:
    a_post(lake, key, account, days_ago)
    lake.add("core_mentions", post_id=key, brand_id="acme", counts_as_earned=earned, posted_on=NIGHT - timedelta(days=days_ago))


def an_account(lake: Lake, account: str, seen_days_ago: int = 0, followers: int | None = 100, **more: Any) -> None:
    seen = datetime(2026, 6, 20, 3) - timedelta(days=seen_days_ago)
    lake.add("core_accounts", account_id=account, handle=f"{account}.example", observed_at=seen, followers=followers, **more)


def test_posts_of_timelines_are_looked_at_once_when_they_are_mature(lake: Lake, tmp_path: Path) -> None:
    for days in (1, 3, 7, 14):
        a_post(lake, f"found{days}", "a", days)
        a_post(lake, f"read{days}", "a", days, reason="timeline")
    due = due_posts(run(lake, tmp_path), source(refresh_days=[1, 7, 14]), NIGHT)
    assert [post.post_id for post in due] == ["found1", "found7", "read7", "found14"]
    due = due_posts(run(lake, tmp_path), source(refresh_days=[1, 3]), NIGHT)
    assert [post.post_id for post in due] == ["found1", "found3"]


def test_a_post_is_looked_for_under_the_name_its_author_has_today(lake: Lake, tmp_path: Path) -> None:
    lake.add("core_accounts", account_id="a", handle="anna.new", observed_at=datetime(2026, 6, 19))
    a_post(lake, "1", "a", 1, handle="anna.old")
    a_post(lake, "2", "nobody we know", 1, handle="ben")
    due = due_posts(run(lake, tmp_path), source(), NIGHT)
    assert [(post.post_id, post.handle) for post in due] == [("1", "anna.new"), ("2", "ben")]


def test_timelines_are_those_of_accounts_that_lately_earned_a_mention_newest_first(lake: Lake, tmp_path: Path) -> None:
    for account in ("newest", "older", "long ago", "paid", "silent"):
        an_account(lake, account)
    a_mention(lake, "1", "older", 5)
    a_mention(lake, "2", "newest", 1)
    a_mention(lake, "3", "newest", 30)
    a_mention(lake, "4", "long ago", 91)
    a_mention(lake, "5", "paid", 1, earned=False)
    a_post(lake, "6", "silent", 1)
    assert due_timelines(run(lake, tmp_path), source(), NIGHT) == ("newest", "older")
    assert due_timelines(run(lake, tmp_path), source(timelines_per_night=1), NIGHT) == ("newest",)
    assert due_timelines(run(lake, tmp_path), source(timelines_per_night=0), NIGHT) == ()


def test_who_has_posts_enough_for_a_rate_or_was_read_lately_or_is_no_creator_is_not_read(lake: Lake, tmp_path: Path) -> None:
    for account in ("rated", "read", "by name", "read long ago", "one short", "h:nobody"):
        an_account(lake, account)
    for kind in ("brand", "media", "bot"):
        an_account(lake, kind, account_type=kind)
    for account in (
        "rated",
        "read",
        "by name",
        "read long ago",
        "one short",
        "brand",
        "media",
        "bot",
        "h:nobody",
        "unknown to us",
    ):
        a_mention(lake, f"of {account}", account, 2)
    for n in range(5):
        a_post(lake, f"r{n}", "rated", 10, reason="timeline")
        a_post(lake, f"s{n}", "one short", 10 if n else 3)
    for account, days in (("read", 30), ("read long ago", 31)):
        lake.add("observations", account_key=account, capture_reason="timeline", night=NIGHT - timedelta(days=days))
    lake.add(
        "observations",
        account_key="h:by name.example",
        handle="By Name.example",
        capture_reason="timeline",
        night=NIGHT - timedelta(days=1),
    )
    lake.add("observations", account_key="one short", capture_reason="mention", night=NIGHT - timedelta(days=1))
    assert due_timelines(run(lake, tmp_path), source(), NIGHT) == ("one short", "read long ago")


def test_where_a_policy_forbids_comparing_no_timeline_is_read(lake: Lake, tmp_path: Path) -> None:
    an_account(lake, "a")
    a_mention(lake, "1", "a", 1)
    lake.rows = {name: [row | {"network": "youtube"} for row in rows] for name, rows in lake.rows.items()}
    of_youtube = YouTubeSource.model_construct(name="yt")
    assert due_timelines(run(lake, tmp_path), of_youtube, NIGHT) == ()


def test_profiles_grow_old_at_a_pace_that_who_talks_of_a_brand_sets(lake: Lake, tmp_path: Path) -> None:
    an_account(lake, "talks", 8)
    an_account(lake, "talks, fresh", 7)
    an_account(lake, "quiet", 29)
    an_account(lake, "quiet, fresh", 28)
    an_account(lake, "h:handle", 29)
    a_mention(lake, "1", "talks", 1)
    a_mention(lake, "2", "talks, fresh", 1)
    assert due_profiles(run(lake, tmp_path), source(), NIGHT) == ("talks", "quiet")
    assert due_profiles(run(lake, tmp_path), source(profile_days=8), NIGHT) == ()
    assert due_profiles(run(lake, tmp_path), source(profile_days=7, profiles_per_night=1), NIGHT) == ("talks",)


def test_the_most_overdue_come_first_then_those_with_most_followers(lake: Lake, tmp_path: Path) -> None:
    an_account(lake, "large", 30, followers=900)
    an_account(lake, "unknown size", 30, followers=None)
    an_account(lake, "small", 30, followers=10)
    an_account(lake, "older", 60, followers=1)
    assert due_profiles(run(lake, tmp_path), source(), NIGHT) == ("older", "large", "small", "unknown size")


def test_who_cannot_be_found_any_more_does_not_keep_others_waiting(lake: Lake, tmp_path: Path) -> None:
    for account, days in (("late", 28), ("lost", 29), ("lost, its turn", 56), ("long lost, its turn", 280)):
        an_account(lake, account, days)
        a_mention(lake, account, account, 1)
    assert due_profiles(run(lake, tmp_path), source(), NIGHT) == ("long lost, its turn", "lost, its turn", "late")


def test_handles_are_those_last_seen(lake: Lake, tmp_path: Path) -> None:
    an_account(lake, "a")
    an_account(lake, "b")
    assert handles_of(run(lake, tmp_path), source(), ("b", "c")) == {"b": "b.example"}


def test_a_first_night_asks_for_nothing_again(lake: Lake, tmp_path: Path) -> None:
    night = run(lake, tmp_path)
    assert (due_posts(night, source(), NIGHT), due_profiles(night, source(), NIGHT), due_timelines(night, source(), NIGHT)) == (
        (),
        (),
        (),
    )
    assert {"core_posts", "core_accounts", "core_mentions", "observations"} <= set(TABLES)
