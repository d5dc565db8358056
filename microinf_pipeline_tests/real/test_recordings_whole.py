"""Recorded answers of real servers, laid down as raw captures and replayed through a whole night: every post accounted for.

Two recorded answers of one post are one row of core_posts; copies of it are counted as duplicates with their survivor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from microinf_pipeline.sources import bluesky_parse, mastodon_parse
from microinf_pipeline.storage.home import Home
from microinf_pipeline_tests.real.nights import RealNight, run_night
from microinf_pipeline_tests.real.recordings import bluesky_pages, lay_down, mastodon_pages, reddit_files, reddit_pages

pytestmark = pytest.mark.real

NIGHT = date(2026, 8, 31)
RECEIVED = datetime(2026, 8, 31, 3, tzinfo=UTC)
CONFIG = """\
home: home
brands:
  - {{id: {0}, name: {0}, keywords: [{0}], hashtags: [{0}], timezone: Europe/Berlin}}
sources:
  - {1}
"""
BLUESKY = "{name: recorded, type: bluesky, identifier: acme.example, app_password: '${BLUESKY_APP_PASSWORD}'}"
REDDIT = "{name: recorded, type: reddit, client_id: app, client_secret: '${REDDIT_SECRET}', username: acme_team}"
MASTODON = "{name: recorded, type: mastodon, instances: [{host: mastodon.social}]}"


@pytest.fixture(scope="module", autouse=True)
def a_log_in_that_no_replay_uses() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUESKY_APP_PASSWORD", "none")
        patch.setenv("REDDIT_SECRET", "none")
        yield


@pytest.fixture(scope="module")
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    def before(home: Home) -> None:
        lay_down(home, "recorded", NIGHT, bluesky_pages(RECEIVED))

    folder = tmp_path_factory.mktemp("bluesky")
    return run_night(
        "bluesky recordings", CONFIG.format("bluesky", BLUESKY), folder, NIGHT.isoformat(), before=before, replay=True
    )


@pytest.fixture(scope="module")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    def before(home: Home) -> None:
        lay_down(home, "recorded", NIGHT, mastodon_pages())

    folder = tmp_path_factory.mktemp("mastodon")
    return run_night(
        "mastodon recordings", CONFIG.format("mastodon", MASTODON), folder, NIGHT.isoformat(), before=before, replay=True
    )


@pytest.fixture(scope="module")
def reddit(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    def before(home: Home) -> None:
        lay_down(home, "recorded", NIGHT, (page for path in reddit_files() for page, _ in reddit_pages(path, RECEIVED)))

    folder = tmp_path_factory.mktemp("reddit")
    return run_night(
        "reddit recordings", CONFIG.format("reddit", REDDIT), folder, NIGHT.isoformat(), before=before, replay=True
    )


@pytest.fixture(params=["bluesky", "mastodon", "reddit"])
def night(request: pytest.FixtureRequest) -> RealNight:
    done: RealNight = request.getfixturevalue(request.param)
    return done


def test_every_recorded_post_is_a_row_or_merged_or_rejected(night: RealNight) -> None:
    assert night.unaccounted() == 0
    assert night.one("SELECT count(*) FROM core_rejects") == night.delivered("rows_rejected") + night.delivered("rows_withheld")


def test_no_gate_of_the_night_stands_red(night: RealNight) -> None:
    assert night.rows("SELECT table_name, gate, evidence FROM mart_quality WHERE NOT passed AND severity <> 'WARN'") == []


def test_a_post_is_counted_unless_it_repeats_another(night: RealNight) -> None:
    assert night.rows("SELECT DISTINCT post_type FROM core_posts WHERE NOT is_counted") == [("repost",)]
    assert night.one("SELECT count(*) FROM core_posts WHERE is_counted AND post_type = 'repost'") == 0


def test_every_post_has_its_author_and_time(night: RealNight) -> None:
    assert night.rows("SELECT post_id FROM core_posts WHERE account_id IS NULL OR created_at IS NULL") == []


def test_bluesky_counts_are_missing_only_where_a_notification_was_all_that_told_of_a_post(bluesky: RealNight) -> None:
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for page in bluesky_pages(RECEIVED):
        told[page.kind == "notifications"] |= _uris(page.kind, json.loads(page.body))
    unknown = bluesky.rows("SELECT post_id FROM core_posts WHERE engagements IS NULL AND post_type <> 'repost'")
    assert {uri for (uri,) in unknown} == told[True] - told[False]


def test_bluesky_posts_are_those_of_the_recorded_answers(bluesky: RealNight) -> None:
    uris: set[str] = set()
    for page in bluesky_pages(RECEIVED):
        uris |= _uris(page.kind, json.loads(page.body))
    kept = {uri for (uri,) in bluesky.rows("SELECT post_id FROM core_posts WHERE post_type <> 'repost'")}
    assert len(uris - kept) == 1  # the one of the year 0
    assert kept - uris == set()


def _uris(kind: str, body: Any) -> set[str]:
    if kind == "feed":
        return {item["post"]["uri"] for item in body["feed"]}
    if kind == "notifications":
        return {item["uri"] for item in body["notifications"] if item["reason"] in bluesky_parse.MENTION_REASONS}
    return {post["uri"] for post in body["posts"]} if kind in ("search", "posts") else set()


def test_recorded_posts_that_are_not_public_or_gone_are_withheld_and_make_no_night_red(mastodon: RealNight) -> None:
    reasons = mastodon.counted("SELECT reason, count(*) FROM core_rejects GROUP BY 1")
    assert reasons == {"not public": 4, "mention without its post": 39}
    assert (mastodon.delivered("rows_withheld"), mastodon.delivered("rows_rejected")) == (43, 0)
    assert mastodon.one("SELECT count(*) FROM core_rejects WHERE raw LIKE '%\"content\":%' AND reason = 'not public'") == 0


def test_mastodon_posts_are_those_its_parser_reads_page_by_page(mastodon: RealNight) -> None:
    alone = {post_id for page in mastodon_pages() for post_id in mastodon_parse.parse_pages([page]).posts["post_id"]}
    assert {post_id for (post_id,) in mastodon.rows("SELECT post_id FROM core_posts")} == alone


def test_recorded_posts_that_are_gone_on_reddit_leave_their_names_alone(reddit: RealNight) -> None:
    gone = reddit.counted("SELECT reason, count(*) FROM core_rejects GROUP BY 1")
    assert gone.keys() == {"deleted or removed upstream"}
    assert reddit.delivered("rows_rejected") == 0
    assert reddit.one("SELECT count(*) FROM core_rejects WHERE NOT regexp_full_match(raw, 't[13]_[a-z0-9]+')") == 0
    shown = "SELECT count(*) FROM core_posts WHERE handle = '[deleted]' OR text IN ('[deleted]', '[removed]')"
    assert reddit.one(shown) == 0


def test_a_replay_of_the_same_recordings_publishes_the_same_tables(
    bluesky: RealNight, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def before(home: Home) -> None:
        lay_down(home, "recorded", NIGHT, sorted(bluesky_pages(RECEIVED), key=lambda page: page.name, reverse=True))

    again = run_night(
        "bluesky recordings, again", CONFIG.format("bluesky", BLUESKY), tmp_path_factory.mktemp("again"), NIGHT.isoformat(),
        before=before, replay=True,
    )  # fmt: skip
    for table in ("core_posts", "core_accounts", "core_mentions", "mart_kpi"):
        assert again.rows(f"SELECT * FROM {table} ORDER BY ALL") == bluesky.rows(f"SELECT * FROM {table} ORDER BY ALL")
