"""Which field of Threads' answers becomes which column, and what is said of posts that are not shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.threads_parse import parse_pages
from microinf_pipeline_tests.unit.sources.fake_threads import a_post, insights

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)


def page(kind: str, body: Any, *, path: str = "keyword_search", name: str = "p1", status: int = 200, **about: str) -> Page:
    request = {"method": "GET", "url": f"https://threads.example.test/v1.0/{path}", "params": [], "about": about}
    text = body if isinstance(body, str) else json.dumps(body)
    return Page(name, kind, "acme", "#acme", request, status, SEEN, text)


def listed(*posts: Any, kind: str = "search") -> Page:
    return page(kind, {"data": list(posts), "paging": {"cursors": {"after": "2"}}})


def rows(*pages: Page) -> list[dict[str, Any]]:
    return parse_pages(pages).posts.to_dicts()


def test_a_found_post_tells_its_author_by_name_and_no_counts() -> None:
    (row,) = rows(listed(a_post("100", topic_tag="Tea Time", link_attachment_url="https://acme.example/")))
    filled = {name: value for name, value in row.items() if value is not None and value != []}
    assert filled == {
        "network": "threads", "post_id": "100", "url": "https://www.threads.net/@anna_brews/post/C100", "handle": "anna_brews",
        "text": "Tea with #acme 100", "created_at": datetime(2026, 11, 19, 10), "observed_at": datetime(2026, 11, 20, 3),
        "post_type": "original", "media_types": ["link"], "given_hashtags": ["Tea Time"],
        "given_links": ["https://acme.example/"], "capture_reason": "mention", "file": "p1", "row_number": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({"is_reply": True}, ("reply", None, None, None, None)),
        ({"is_reply": True, "replied_to": {"id": "2"}, "root_post": {"id": "1"}}, ("reply", "2", None, None, "1")),
        ({"is_quote_post": True}, ("quote", None, None, None, None)),
        ({"is_quote_post": True, "quoted_post": {"id": "3"}}, ("quote", None, None, "3", None)),
        ({"media_type": "REPOST_FACADE", "reposted_post": {"id": "4"}}, ("repost", None, "4", None, None)),
        ({"is_reply": True, "is_quote_post": True, "quoted_post": {"id": "3"}}, ("reply", None, None, "3", None)),
    ],
)
def test_what_a_post_answers_shares_and_quotes(over: dict[str, Any], told: tuple[str | None, ...]) -> None:
    (row,) = rows(listed(a_post("100", **over)))
    names = ("post_type", "reply_to_post_id", "repost_of_post_id", "quote_of_post_id", "thread_root_post_id")
    assert tuple(row[name] for name in names) == told


@pytest.mark.parametrize(
    ("over", "media"),
    [
        ({}, []),
        ({"media_type": "IMAGE"}, ["picture"]),
        ({"media_type": "VIDEO"}, ["video"]),
        ({"media_type": "AUDIO"}, ["audio"]),
        ({"media_type": "CAROUSEL_ALBUM", "children": {"data": [{"id": "1"}]}}, ["picture"]),
        ({"gif_url": "https://gif.example/1"}, ["gif"]),
        ({"poll_attachment": {"option_a": "tea"}}, ["poll"]),
        ({"poll_attachment": None}, []),
        ({"media_type": "OF_TOMORROW"}, []),
    ],
)
def test_what_is_attached_is_told_in_the_words_all_networks_share(over: dict[str, Any], media: list[str]) -> None:
    assert rows(listed(a_post("100", **over)))[0]["media_types"] == media


def test_counts_of_own_posts_stand_in_pages_of_their_own_and_the_latest_counts() -> None:
    def counted(name: str, hour: int, **counts: int) -> Page:
        one = page("insights", insights(**counts), path="100/insights", name=name)
        return Page(one.name, one.kind, None, None, one.request, 200, SEEN.replace(hour=hour), one.body)

    pages = [
        counted("b", 5, likes=9, views=100, replies=2, reposts=3, quotes=0),
        listed(a_post("100"), kind="own"),
        counted("a", 4, likes=1),
    ]
    names = ("likes", "comments", "shares", "quotes", "views", "capture_reason")
    for ordered in (pages, pages[::-1]):
        (row,) = rows(*ordered)
        assert tuple(row[name] for name in names) == (9, 2, 3, 0, 100, "owned")


def test_the_own_account_has_an_id_and_followers_and_others_a_name() -> None:
    me = page("me", {"id": "7001", "username": "acme_tea", "name": "", "threads_biography": "We brew", "is_verified": True})
    total = page("followers", {"data": [{"name": "followers_count", "total_value": {"value": 321}}]}, name="p2")
    lookup = {"username": "ben", "biography": "Cats", "follower_count": 0, "likes_count": 4}
    accounts = parse_pages([total, me, page("profile", lookup, name="p3")]).accounts
    names = ("account_id", "handle", "display_name", "bio", "followers", "followers_precision", "verified", "with_post")
    assert accounts.select(names).rows() == [
        ("7001", "acme_tea", None, "We brew", 321, "exact", True, False),
        (None, "ben", None, "Cats", 0, "exact", None, False),
    ]


def test_a_reply_of_our_own_below_our_post_is_owned() -> None:
    me = page("me", {"id": "7001", "username": "acme_tea"})
    answers = page("answers", {"data": [a_post("1", "ben"), a_post("2", "Acme_Tea")]}, name="p2")
    assert [row["capture_reason"] for row in rows(me, answers)] == ["mention", "owned"]


def test_a_post_that_is_not_shown_means_something_where_others_are_shown_or_it_is_our_own() -> None:
    me = page("me", {"id": "7001", "username": "acme_tea"})
    shown = page("look", a_post("100"), path="100", name="p2")
    gone = page("look", {"error": {"message": "no"}}, path="101", name="p3", status=404, handle="anna_brews")
    ours = page("look", {"error": {"message": "no"}}, path="102", name="p4", status=404, handle="Acme_Tea")

    def told(*pages: Page) -> list[tuple[str, str]]:
        return parse_pages(pages).statuses.select("post_id", "status").rows()

    assert told(me, gone, ours) == [("102", "unknown")]
    assert told(me, shown, gone) == [("100", "available"), ("101", "unknown")]
    assert told(me, page("look", a_post("100", "acme_tea"), path="100", name="p2"), gone) == [("100", "available")]


def test_posts_that_cannot_be_read_are_rejects_and_the_others_are_read() -> None:
    parsed = parse_pages([listed({"id": 7}, "text", None, a_post("100"), {"text": "no id"})])
    assert parsed.rejects["reason"].to_list() == ["not a post"] * 4
    assert parsed.posts["post_id"].to_list() == ["100"]


@pytest.mark.parametrize("body", ["<html>", '{"data": 7}', "[]", '{"data": ['])
@pytest.mark.parametrize("kind", ["search", "own", "answers", "insights", "me", "profile", "look", "followers"])
def test_a_page_that_is_no_answer_of_this_kind_is_one_reject(kind: str, body: str) -> None:
    parsed = parse_pages([page(kind, body, path="1/x")])
    assert (parsed.rejects.height, parsed.posts.height, parsed.statuses.height) == (1, 0, 0)


@pytest.mark.parametrize("timestamp", ["soon", "2026-11-19T10:00:00", "0000-00-00T00:00:00+0000", None])
def test_a_time_that_is_none_is_missing(timestamp: str | None) -> None:
    assert rows(listed(a_post("100", timestamp=timestamp)))[0]["created_at"] is None
