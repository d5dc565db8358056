"""Which stored posts and accounts a night asks a network for again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from microinf_pipeline.catalog.capture import CaptureTask
from microinf_pipeline.night.capturing import task_of
from microinf_pipeline.night.run import open_run
from microinf_pipeline.settings.networks.reddit import RedditSource
from microinf_pipeline.settings.networks.threads import ThreadsSource
from microinf_pipeline.settings.networks.tiktok import TikTokSource
from microinf_pipeline.settings.networks.youtube import YouTubeSource
from microinf_pipeline.settings.sources import NetworkSection
from microinf_pipeline_tests.homes import POST, POSTS_SOURCE, SmallHome, a_post, write_csv

FIRST, LATER = "2026-03-01", "2026-03-20"
POSTS = [
    a_post(FIRST, f"p{n}", uid=uid, created=f"2026-0{n}-01T10:00:00Z", seen=f"{FIRST}T12:00:00Z", followers=5000)
    for n, uid in ((1, "a1"), (2, ""), (3, "a1"))
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """The same three posts of January, February and March on four networks; February's author is known by handle alone."""
    folder: Path = tmp_path_factory.mktemp("due")
    lines = "".join(
        POSTS_SOURCE.format(name=f"{network}_feed", required="true").replace("network: instagram", f"network: {network}")
        for network in ("reddit", "threads", "tiktok", "youtube")
    )
    home = SmallHome(folder, lines=lines)
    for network in ("reddit", "threads", "tiktok", "youtube"):
        rows = [post | {"user": "ben" if post["uid"] == "" else "anna"} for post in POSTS]
        write_csv(folder / f"{network}_feed.csv", POST, rows)
    home.run(FIRST)
    return home


def asked(home: SmallHome, source: NetworkSection, night: str = LATER) -> CaptureTask:
    engine = home.engine()
    try:
        return task_of(open_run(home.settings, engine, [date.fromisoformat(night)]), source, date.fromisoformat(night))
    finally:
        engine.close()


@pytest.mark.nights
def test_only_where_deletions_are_followed_every_stored_post_is_looked_at_again(home: SmallHome) -> None:
    reddit = RedditSource.model_construct(name="new", refresh_days=(1,))
    youtube = YouTubeSource.model_construct(name="new", refresh_days=(1,))
    assert [post.post_id for post in asked(home, reddit).refresh_posts] == ["p3", "p2", "p1"]
    assert asked(home, youtube).refresh_posts == ()


def test_a_night_run_late_asks_for_no_post_after_it(home: SmallHome) -> None:
    reddit = RedditSource.model_construct(name="new", refresh_days=(1,))
    assert [post.post_id for post in asked(home, reddit, "2026-02-20").refresh_posts] == ["p2", "p1"]


def test_only_where_people_are_looked_up_by_handle_those_without_an_id_are_due(home: SmallHome) -> None:
    by_id, by_handle = YouTubeSource.model_construct(name="new"), ThreadsSource.model_construct(name="new")
    assert asked(home, by_id).refresh_accounts == ("a1",)
    task = asked(home, by_handle)
    assert (set(task.refresh_accounts), task.handles["h:ben"]) == ({"a1", "h:ben"}, "ben")


@pytest.mark.parametrize(
    ("night", "counted"), [("2026-03-01", {"anna", "ben"}), ("2026-03-07", {"anna", "ben"}), ("2026-03-08", set())]
)
def test_who_was_counted_in_the_last_week_need_not_be_looked_up_where_that_costs(
    home: SmallHome, night: str, counted: set[str]
) -> None:
    assert asked(home, TikTokSource.model_construct(name="new", origin="tiktok_research_api"), night).counted == counted
    assert asked(home, YouTubeSource.model_construct(name="new"), night).counted == frozenset()
