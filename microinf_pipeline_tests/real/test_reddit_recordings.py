"""Recorded answers of Reddit through the real parser, row by row: a row, a reject that says why, or no post at all.

The recordings hold posts of real people, some of whom have left since: they stay outside the repository.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.rate_limits import retry_after
from microinf_pipeline.sources.reddit_parse import GONE_UPSTREAM, parse_pages
from microinf_pipeline.sources.reddit_session import READ_WAIT
from microinf_pipeline_tests.real.recordings import reddit_exchanges, reddit_files, reddit_pages

pytestmark = pytest.mark.real

FILES = reddit_files()
NOW = datetime(2026, 11, 20, tzinfo=UTC)


PAGES = [one for path in FILES for one in reddit_pages(path, NOW)]


def out_of_scope(page: Page, thing: Any) -> bool:
    return page.kind not in ("users", "about") and thing["kind"] not in ("t1", "t3")


@pytest.mark.parametrize(("page", "things"), PAGES, ids=[page.name for page, _ in PAGES])
def test_every_recorded_thing_is_a_row_a_reject_that_says_why_or_no_post(page: Page, things: list[Any]) -> None:
    parsed = parse_pages([page])
    wanted = [thing for thing in things if not out_of_scope(page, thing)]
    if page.kind in ("users", "about"):
        assert (parsed.accounts.height, parsed.rejects.height) == (len(wanted), 0)
        return
    originals = sum(len(thing["data"].get("crosspost_parent_list", [])) for thing in wanted) * (page.kind != "info")
    gone = parsed.rejects.filter(reason=GONE_UPSTREAM)
    assert parsed.posts.height + gone.height == len(wanted) + originals
    assert gone.height == parsed.rejects.height
    names = [thing["data"]["name"] for thing in wanted]
    assert Counter(names) <= Counter([*parsed.posts["post_id"], *gone["raw"]])


@pytest.mark.parametrize(("page", "things"), PAGES, ids=[page.name for page, _ in PAGES])
def test_counts_times_and_kinds_are_those_of_the_recording(page: Page, things: list[Any]) -> None:
    posts = parse_pages([page]).posts
    told = {row["post_id"]: row for row in posts.iter_rows(named=True)}
    for data in (thing["data"] for thing in things if not out_of_scope(page, thing) and page.kind not in ("users", "about")):
        row = told.get(data["name"])
        if row is None:
            continue
        hidden = data.get("hide_score") or data.get("score_hidden")
        assert row["likes"] == (None if hidden or data["score"] < 0 else data["score"])
        assert row["comments"] == (data["num_comments"] if data["name"].startswith("t3_") else None)
        assert row["created_at"] == datetime.fromtimestamp(data["created_utc"], UTC).replace(tzinfo=None)
        edited = data.get("edited")
        assert (row["edited_at"] is None) == isinstance(edited, bool | None)
        assert (row["post_type"] == "reply") == data["name"].startswith("t1_")


def test_the_recordings_hold_what_this_suite_is_about() -> None:
    parsed = parse_pages(page for page, _ in PAGES)
    names = {*parsed.posts["post_id"], *parsed.rejects.filter(reason=GONE_UPSTREAM)["raw"]}
    assert (len(names) > 2000, parsed.accounts.filter(~parsed.accounts["with_post"]).height >= 4) == (True, True)
    assert {"original", "reply", "repost"} <= set(parsed.posts["post_type"])
    assert set(parsed.statuses["status"]) >= {"available", "deleted", "unknown"}


def test_a_batch_says_which_of_the_ids_asked_for_are_not_there() -> None:
    (batch,) = [[page for page, _ in reddit_pages(path, NOW)] for path in FILES if path.stem == "TestReddit.test_info"]
    statuses = parse_pages(batch).statuses
    asked = [one for page in batch for name, value in page.request["params"] if name == "id" for one in value.split(",")]
    assert statuses.height == len(asked)
    absent = statuses.filter((statuses["status"] == "unknown") & statuses["post_id"].str.starts_with("t3_"))
    assert absent["post_id"].to_list() == ["t3_5dec66", "t3_5dec67", "t3_5dec68"]


def test_a_walk_to_the_end_of_a_busy_profile_gives_a_thousand_and_one_things() -> None:
    (walk,) = [
        [page for page, _ in reddit_pages(path, NOW)]
        for path in FILES
        if path.stem == "TestListingGenerator.test_exhaust_items"
    ]
    parsed = parse_pages(walk)
    assert (len(walk), len({*parsed.posts["post_id"], *parsed.rejects["raw"]})) == (11, 1001)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recorded_wait_is_read_and_is_short(path: Path) -> None:
    for exchange, _ in reddit_exchanges(path):
        headers = {name.lower(): values[0] for name, values in exchange["response"]["headers"].items()}
        told = "x-ratelimit-reset" in headers or "retry-after" in headers
        wait = READ_WAIT(headers, NOW)
        assert (wait is not None) == told
        assert wait is None or 0 <= wait <= 600
        assert "retry-after" not in headers or wait == retry_after(headers, NOW)
