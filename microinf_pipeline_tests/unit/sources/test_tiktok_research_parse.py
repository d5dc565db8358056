"""Which field of a Research API's answer becomes which column, and what becomes of what cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.tiktok_fields import created_of, handle_in, handles, is_handle, paid_by_tag
from microinf_pipeline.sources.tiktok_research_parse import parse_pages
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import a_video, id_at

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)
MADE = datetime(2026, 11, 19, 10)


def page(data: Any, kind: str = "search", **body: Any) -> Page:
    answer = {"data": data, "error": {"code": "ok", "message": "", "log_id": "1"}}
    return Page("p1", kind, "acme", "#acme", {"params": [], "body": body}, 200, SEEN, json.dumps(answer))


def videos(*items: Any, kind: str = "search") -> Page:
    return page({"videos": list(items), "has_more": False}, kind)


def test_a_video_becomes_a_post_of_its_handle() -> None:
    full = a_video(1, username="Anna", video_mention_list=["acmecola"], video_tag={"type": "Branded Type", "number": 1})
    (row,) = parse_pages([videos(full)]).posts.iter_rows(named=True)
    told = {name: value for name, value in row.items() if value is not None}
    assert told == {
        "network": "tiktok", "post_id": str(full["id"]), "url": f"https://www.tiktok.com/@anna/video/{full['id']}",
        "handle": "anna", "text": "Coffee 1 #acme", "created_at": MADE, "observed_at": SEEN.replace(tzinfo=None),
        "post_type": "original", "media_types": ["video"], "likes": 40, "comments": 3, "shares": 2, "saves": 5, "views": 1200,
        "is_paid_label": True, "given_hashtags": ["acme"], "given_mentions": ["acmecola"], "capture_reason": "mention",
        "file": "p1", "row_number": 1,
    }  # fmt: skip


def test_what_is_not_told_is_null_and_zero_stays_zero() -> None:
    bare = {"id": id_at(SEEN), "create_time": int(SEEN.timestamp()), "like_count": 0}
    posts = parse_pages([videos(bare)]).posts
    columns = ("handle", "text", "likes", "comments", "shares", "saves", "views", "is_paid_label", "given_hashtags")
    assert list(posts.select(columns).iter_rows()) == [(None, None, 0, None, None, None, None, None, None)]


def test_an_id_keeps_all_its_digits_and_may_have_its_older_name() -> None:
    old = {"video_id": 7296688856609475123, "create_time": 1698895423}
    assert parse_pages([videos(old)]).posts["post_id"].to_list() == ["7296688856609475123"]


def test_an_author_told_with_a_video_has_the_country_of_registration() -> None:
    accounts = parse_pages(
        [videos(a_video(1, username="anna"), a_video(4, username="anna"), a_video(2, region_code=None))]
    ).accounts
    assert list(accounts.select("handle", "country", "followers", "with_post").iter_rows()) == [("anna", "DE", None, True)]


def test_an_account_is_the_one_that_the_request_named() -> None:
    user = {
        "display_name": "Anna", "bio_description": "Coffee", "bio_url": "https://anna.example", "is_verified": True,
        "follower_count": 999, "following_count": 5, "video_count": 80, "likes_count": 7,
    }  # fmt: skip
    accounts = parse_pages([page(user, "user", username="anna"), page({}, "user", username="ben")]).accounts
    columns = (
        "handle",
        "display_name",
        "followers",
        "followers_precision",
        "post_count",
        "verified",
        "profile_links",
        "with_post",
    )
    assert list(accounts.select(columns).iter_rows()) == [
        ("anna", "Anna", 999, "exact", 80, True, "https://anna.example", False),
        ("ben", None, None, None, None, None, "", False),
    ]


def test_nobody_of_a_name_is_neither_an_account_nor_a_reject() -> None:
    nobody = Page(
        "u1", "user", None, "profiles", {"body": {"username": "anna"}}, 400, SEEN, '{"error": {"code": "invalid_params"}}'
    )
    parsed = parse_pages([nobody])
    assert (parsed.accounts.height, parsed.rejects.height) == (0, 0)


def test_videos_that_cannot_be_read_are_rejects_and_the_others_are_read() -> None:
    parsed = parse_pages(
        [videos({"id": 1}, "text", a_video(2), {"id": "x", "create_time": 1}, a_video(3) | {"like_count": "many"})]
    )
    assert parsed.rejects["reason"].to_list() == ["not a video", "not a video", "no id", "not a video"]
    assert parsed.posts["post_id"].to_list() == [str(a_video(2)["id"])]
    assert [*parsed.rejects["row_number"], *parsed.posts["row_number"]] == [1, 2, 4, 5, 3]


@pytest.mark.parametrize("body", ["<html>", '{"data": 7}', "[]", '{"data": {"videos": [{"id": '])
def test_a_page_that_is_no_answer_of_this_kind_is_one_reject(body: str) -> None:
    for kind in ("search", "user"):
        broken = Page("p1", kind, "acme", "#acme", {"body": {}}, 200, SEEN, body)
        assert parse_pages([broken]).rejects["reason"].to_list() == ["not JSON of this endpoint"]


@pytest.mark.parametrize(
    ("tag", "paid"),
    [
        ({"type": "Branded Type", "number": 1}, True),
        ({"type": "Branded Type", "number": "7"}, True),
        ([{"type": "AIGC Type", "number": 1}, {"type": "Branded Type", "number": 7}], True),
        ({"type": "AIGC Type", "number": 1}, None),
        ({"type": "Branded Type", "number": 2}, None),
        ({}, None),
        ("Paid", None),
    ],
)
def test_a_branded_tag_says_that_somebody_pays_and_any_other_says_nothing(tag: Any, paid: bool | None) -> None:
    assert paid_by_tag(tag) is paid


def test_an_id_tells_the_second_it_was_made_in() -> None:
    assert created_of(str(id_at(SEEN, 77))) == SEEN.replace(tzinfo=None)
    assert created_of("no-id") is None


def test_an_address_names_its_author_unless_it_is_a_short_one() -> None:
    assert handle_in("https://www.tiktok.com/@Anna.B/video/72?lang=de") == "anna.b"
    assert handle_in("https://vm.tiktok.com/ZM8abc/") is None


def test_accounts_known_by_number_are_asked_for_by_the_handle_last_seen() -> None:
    assert handles(["71000", "h:Ben", "72000", "ben"], {"71000": "Anna"}) == ["anna", "ben"]


def test_a_number_is_no_handle() -> None:
    assert [is_handle(name) for name in ("anna1", "7100000000000000011", "")] == [True, False, False]
