"""Recorded answers about Facebook's Pages through the real parser, row by row: read, or no question of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl
import pytest

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.facebook_parse import parse_pages
from microinf_pipeline.sources.graph_paging import cursor_of
from microinf_pipeline_tests.real.recordings import RECORDINGS

pytestmark = pytest.mark.real

SEEN: Final = datetime(2026, 11, 20, tzinfo=UTC)
FOLDER: Final = RECORDINGS / "facebook"
#: Recorded file → the kind of page it is.
ASKED: Final = {
    "facebook/apidata/posts/feeds_default_fields_p1.json": "posts",
    "facebook/apidata/posts/feeds_default_fields_p2.json": "posts",
    "facebook/apidata/posts/feed_fields_p1.json": "posts",
    "facebook/apidata/posts/feed_fields_p2.json": "posts",
    "base/full_connecions_p1.json": "posts",
    "base/full_connecions_p2.json": "posts",
    "facebook/apidata/posts/multi_posts_data.json": "refresh",
    "facebook/apidata/posts/multi_posts_data_fields.json": "refresh",
    "facebook/apidata/comments/comments_p1.json": "comments",
    "facebook/apidata/comments/comments_p2.json": "comments",
    "facebook/apidata/pages/multi_default_fields.json": "profiles",
    "facebook/apidata/pages/multi_pages.json": "profiles",
    "base/objects_default.json": "profiles",
    "facebook/apidata/pages/single_default_page.json": "own",
    "facebook/apidata/pages/single_fields_page.json": "own",
    "base/object_data.json": "own",
    "base/object_default.json": "own",
}
#: Objects that were asked for one by one; a list of ours holds the same, so they are read as one.
SINGLE: Final = {
    "facebook/apidata/posts/single_post_data.json": "posts",
    "facebook/apidata/posts/single_post_data_fields.json": "posts",
    "facebook/apidata/comments/comment_info.json": "comments",
    "facebook/apidata/comments/comments_info.json": "comments",
    "facebook/apidata/comments/create_resp.json": "comments",
}
#: Answers to questions a night never asks, or that hold no rows, by the beginning of their path.
NEVER_ASKED: Final = {
    "facebook/apidata/videos/": "videos of a Page come as its posts", "facebook/apidata/pages/search_pages": "search of Pages",
    "base/discovery_medias": "Instagram's, read there", "base/connecion_data": "a picture", "base/error_data": "an error",
    "error.json": "an error", "base/long_term_token": "a token", "base/threads_user": "a token", "base/user_accounts_token": "a token",
    "base/basic_display_api_user_token": "a token", "base/token_info": "a token",
}  # fmt: skip


def recorded() -> Iterator[tuple[Page, list[dict[str, Any]]]]:
    """Pages, each with the rows a plain look at its JSON finds."""
    for name, kind in {**ASKED, **SINGLE}.items():
        body = json.loads((FOLDER / name).read_text(encoding="utf-8"))
        if name in SINGLE:
            body = {"data": [body] if "id" in body else list(body.values())}
        items = [body] if kind == "own" else body["data"] if "data" in body else list(body.values())
        ids = ",".join(str(one.get("id")) for one in items)
        request = {"params": [("ids", ids)], "about": {"account": "1", "username": "us", "post": "2"}}
        yield Page(name, kind, "acme", kind, request, 200, SEEN, json.dumps(body)), items


RECORDED: Final = list(recorded())


@pytest.mark.parametrize(("page", "items"), RECORDED, ids=[page.name for page, _ in RECORDED])
def test_every_recorded_row_is_delivered_with_the_counts_that_were_there(page: Page, items: list[dict[str, Any]]) -> None:
    parsed = parse_pages([page])
    assert parsed.rejects.is_empty()
    if page.kind in ("own", "profiles"):
        told = list(parsed.accounts.select("account_id", "handle", "display_name").iter_rows())
        assert told == [(one["id"], one.get("username"), one["name"]) for one in items]
        return
    wanted = [
        (one.get("id"), one.get("message"), _likes(one), one.get("shares", {}).get("count", _none_shared(one))) for one in items
    ]
    assert list(parsed.posts.select("post_id", "text", "likes", "shares").iter_rows()) == wanted
    assert parsed.posts["created_at"].null_count() == 0


def _likes(one: dict[str, Any]) -> int | None:
    total: int | None = one.get("reactions", {}).get("summary", {}).get("total_count", one.get("like_count"))
    return total


def _none_shared(one: dict[str, Any]) -> int | None:
    return 0 if "reactions" in one else None


def test_comments_whose_id_was_not_asked_for_keep_the_address_that_tells_them_apart() -> None:
    comments = parse_pages([page for page, _ in RECORDED if page.kind == "comments"]).posts
    nameless = comments.filter(pl.col("post_id").is_null())
    assert nameless.height == 15
    assert nameless["url"].n_unique() == 15


def test_every_post_of_a_recorded_look_up_is_there() -> None:
    statuses = parse_pages([page for page, _ in RECORDED if page.kind == "refresh"]).statuses
    assert set(statuses["status"]) == {"available"}


def test_no_recorded_file_of_facebook_is_forgotten() -> None:
    files = [path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.rglob("*.json"))]
    known = {*ASKED, *SINGLE}
    assert [one for one in files if one not in known and not one.startswith(tuple(NEVER_ASKED))] == []


def test_recorded_lists_are_turned_by_cursor_or_by_time_and_never_with_a_token() -> None:
    paging = {page.name: json.loads(page.body)["paging"] for page, _ in RECORDED if "paging" in json.loads(page.body)}
    assert {name.rpartition("/")[2]: cursor_of(one) for name, one in paging.items() if "next" in one} == {
        "feeds_default_fields_p1.json": "after=after", "full_connecions_p1.json": "after=after",
        "comments_p1.json": "after=after", "feed_fields_p1.json": "until=1624385168&__paging_token=__paging_token",
    }  # fmt: skip
    assert {cursor_of(one) for one in paging.values() if "next" not in one} == {None}
