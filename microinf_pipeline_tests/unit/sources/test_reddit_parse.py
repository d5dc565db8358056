"""Which field of Reddit's answers becomes which column, and what is no post any more."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.reddit_parse import GONE_UPSTREAM, SUSPENDED, parse_pages
from microinf_pipeline_tests.unit.sources.fake_reddit import WRITTEN, a_comment, a_link

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)
AT = datetime(2026, 11, 19, 10)


def page(*things: Any, kind: str = "search", ids: str = "", raw: bool = True) -> Page:
    params = [("id", ids)] if ids else []
    request = {
        "method": "GET",
        "url": "https://reddit.example.test",
        "params": [*params, *([("raw_json", "1")] if raw else [])],
    }
    body = json.dumps({"kind": "Listing", "data": {"children": list(things), "after": None}})
    return Page("p1", kind, "acme", "Acme", request, 200, SEEN, body)


def answer(kind: str, body: Any) -> Page:
    return Page("p1", kind, None, "profiles", {"params": [("raw_json", "1")]}, 200, SEEN, json.dumps(body))


def posts(*things: Any, **how: Any) -> list[dict[str, Any]]:
    return parse_pages([page(*things, **how)]).posts.to_dicts()


def told(parsed: Parsed) -> list[tuple[str, str, str]]:
    return list(parsed.statuses.select("post_id", "status", "evidence").iter_rows())


def test_a_submission_with_a_text_of_its_own() -> None:
    (row,) = posts(a_link("p1", edited=WRITTEN + 60))
    filled = {name: value for name, value in row.items() if value is not None and value != []}
    assert filled == {
        "network": "reddit", "post_id": "t3_p1", "url": "https://www.reddit.com/r/coffee/comments/p1/acme/",
        "account_id": "t2_anna", "handle": "Anna_Brews", "title": "Acme and coffee p1", "text": "Two cups", "created_at": AT,
        "edited_at": datetime(2026, 11, 19, 10, 1), "observed_at": datetime(2026, 11, 20, 3), "post_type": "original",
        "likes": 12, "comments": 3, "capture_reason": "mention", "file": "p1", "row_number": 1,
    }  # fmt: skip


def test_a_comment_answers_its_parent_and_tells_no_count_of_answers() -> None:
    (row,) = posts(a_comment("c1", parent_id="t1_c0"))
    names = ("post_id", "url", "title", "text", "post_type", "reply_to_post_id", "thread_root_post_id", "likes", "comments")
    assert tuple(row[name] for name in names) == (
        "t1_c1", "https://www.reddit.com/r/coffee/comments/p1/acme/c1/", None, "I like Acme", "reply", "t1_c0", "t3_p1", 4, None,
    )  # fmt: skip


def test_a_comment_of_the_inbox_finds_its_thread_in_the_path_it_is_shown_under() -> None:
    of_inbox = a_comment("c1", type="username_mention", context="/r/coffee/comments/p9/acme/c1/?context=3")
    for absent in ("permalink", "link_id", "edited", "score_hidden"):
        del of_inbox["data"][absent]
    (row,) = posts(of_inbox, kind="mentions")
    assert (row["thread_root_post_id"], row["url"], row["capture_reason"]) == (
        "t3_p9", "https://www.reddit.com/r/coffee/comments/p9/acme/c1/", "mention",
    )  # fmt: skip


def test_a_crosspost_under_the_same_title_is_a_repost_and_under_another_a_quote() -> None:
    original = a_link("p1", title="Acme opens  a café", author_fullname="t2_ben", author="Ben")["data"]
    shared = {"crosspost_parent": "t3_p1", "crosspost_parent_list": [original], "is_self": False, "selftext": ""}
    rows = posts(a_link("p2", title="Acme opens a Café", **shared), a_link("p3", title="At last!", **shared))
    names = ("post_id", "post_type", "repost_of_post_id", "quote_of_post_id", "given_links")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("t3_p2", "repost", "t3_p1", None, []), ("t3_p1", "original", None, None, []),
        ("t3_p3", "quote", None, "t3_p1", []), ("t3_p1", "original", None, None, []),
    ]  # fmt: skip
    assert [row["account_id"] for row in rows[:2]] == ["t2_anna", "t2_ben"]


def test_a_crosspost_whose_original_is_not_shown_still_points_at_it() -> None:
    (row,) = posts(a_link("p2", crosspost_parent="t3_p1", crosspost_parent_list=[]))
    assert (row["post_type"], row["quote_of_post_id"]) == ("quote", "t3_p1")


def test_a_look_at_known_posts_brings_no_other_post_and_says_nothing_of_why() -> None:
    shared = a_link("p2", crosspost_parent="t3_p1", crosspost_parent_list=[a_link("p1")["data"]])
    rows = posts(shared, kind="info", ids="t3_p2")
    assert [(row["post_id"], row["capture_reason"]) for row in rows] == [("t3_p2", None)]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Fish &amp; chips &lt;3 &#x200B;end", "Fish & chips <3 \u200bend"),
        (r"by u/some\_name in \#acmeday \*really\*", "by u/some_name in #acmeday *really*"),
        (r"C:\temp", r"C:\temp"),
        ("", None),
    ],
)
def test_markdown_is_read_as_its_reader_sees_the_words(written: str, text: str | None) -> None:
    (row,) = posts(a_link("p1", selftext=written))
    assert row["text"] == text


def test_without_raw_json_texts_titles_and_addresses_have_one_more_layer_of_entities() -> None:
    shown = a_link(
        "p1", title="A &amp; B", selftext="&amp;lt;b&amp;gt;", is_self=False, url="https://acme.example/?a=1&amp;b=2"
    )
    (row,) = posts(shown, raw=False)
    assert (row["title"], row["text"], row["given_links"]) == ("A & B", "<b>", ["https://acme.example/?a=1&b=2"])
    (title,) = posts(a_link("p1", title="A &amp; B"))
    assert title["title"] == "A &amp; B"


def test_tagged_accounts_and_links_are_given_apart() -> None:
    text = "u/Acme_Team and /u/ben, not example.com/u/cat; [shop](https://acme.example/x) [shop](https://acme.example/x)"
    outward = a_link("p1", selftext=text, is_self=False, url="https://news.example/acme", domain="news.example")
    (row,) = posts(outward)
    assert row["given_mentions"] == ["Acme_Team", "ben"]
    assert row["given_links"] == ["https://news.example/acme", "https://acme.example/x"]


@pytest.mark.parametrize(
    ("over", "media", "links"),
    [
        ({}, [], []),
        ({"media_metadata": {"a": {"e": "Image"}}}, ["picture"], []),
        ({"poll_data": {"options": []}}, ["poll"], []),
        ({"poll_data": None, "media_metadata": None}, [], []),
        ({"is_self": False, "domain": "i.redd.it", "url": "https://i.redd.it/a.jpg"}, ["picture"], []),
        ({"is_self": False, "domain": "i.redd.it", "url": "https://i.redd.it/a.gif"}, ["gif"], []),
        ({"is_self": False, "is_gallery": True, "url": "https://www.reddit.com/gallery/p1"}, ["picture"], []),
        ({"is_self": False, "is_video": True, "url": "https://v.redd.it/a"}, ["video"], []),
        ({"is_self": False, "post_hint": "rich:video", "url": "https://tube.example/w"}, ["video"], ["https://tube.example/w"]),
        ({"is_self": False, "url": "https://acme.example/"}, ["link"], ["https://acme.example/"]),
    ],
)
def test_what_is_attached_is_told_in_the_words_all_networks_share(
    over: dict[str, Any], media: list[str], links: list[str]
) -> None:
    (row,) = posts(a_link("p1", **over))
    assert (row["media_types"], row["given_links"]) == (media, links)


@pytest.mark.parametrize("edited", [False, None, True])
def test_an_edit_without_a_time_has_none(edited: bool | None) -> None:
    (row,) = posts(a_link("p1", edited=edited))
    assert row["edited_at"] is None


def test_a_score_that_is_hidden_or_below_zero_is_no_count() -> None:
    rows = posts(a_link("p1", hide_score=True, score=1), a_comment("c1", score_hidden=True, score=1), a_comment("c2", score=-3))
    assert [row["likes"] for row in rows] == [None, None, None]


@pytest.mark.parametrize(
    ("thing", "status", "evidence"),
    [
        (a_link("p1", selftext="[deleted]"), "deleted", "deleted by its author"),
        (a_link("p1", removed_by_category="deleted", author="[deleted]"), "deleted", "deleted by its author"),
        (a_link("p1", author="[deleted]"), "deleted", "its author is deleted"),
        (a_link("p1", selftext="[removed]"), "withheld", "removed by moderators"),
        (a_link("p1", removed_by_category="copyright_takedown"), "withheld", "removed by copyright takedown"),
        (a_comment("p1", body="[removed]", author="[deleted]"), "withheld", "removed by moderators"),
    ],
)
def test_what_is_gone_is_a_status_and_nothing_of_it_is_kept(thing: dict[str, Any], status: str, evidence: str) -> None:
    parsed = parse_pages([page(thing)])
    name = thing["data"]["name"]
    assert (parsed.posts.height, parsed.accounts.height) == (0, 0)
    assert list(parsed.rejects.select("reason", "raw").iter_rows()) == [(GONE_UPSTREAM, name)]
    assert told(parsed) == [(name, status, evidence)]


def test_a_look_tells_of_every_post_asked_for() -> None:
    parsed = parse_pages([page(a_link("p1"), a_link("p2", author="[deleted]"), kind="info", ids="t3_p1,t3_p2,t3_p3")])
    assert told(parsed) == [
        ("t3_p1", "available", "returned by api/info"), ("t3_p2", "deleted", "its author is deleted"),
        ("t3_p3", "unknown", "absent from api/info"),
    ]  # fmt: skip


def test_things_that_cannot_be_read_are_rejects_and_the_others_are_read() -> None:
    broken = [{"kind": "t3", "data": {"name": "t3_b", "created_utc": "noon"}}, {"kind": "t9", "data": {}}, "text"]
    parsed = parse_pages([page(*broken, a_link("p1"), kind="info", ids="t3_b,t3_p1")])
    assert parsed.rejects.select("reason", "row_number").rows() == [("not a post", 1), ("not a post", 2), ("not a post", 3)]
    assert (parsed.posts["post_id"].to_list(), parsed.statuses["status"].to_list()) == (["t3_p1"], ["available", "available"])


@pytest.mark.parametrize("body", ["<html>", '{"data": 7}', "[]", '{"kind": "Listing", "data": {', '{"error": 404}'])
@pytest.mark.parametrize("kind", ["search", "users", "about"])
def test_a_page_that_is_no_answer_of_this_kind_is_one_reject(kind: str, body: str) -> None:
    broken = Page("p1", kind, None, None, {"params": []}, 200, SEEN, body)
    assert parse_pages([broken]).rejects.height == 1


def test_subreddits_and_stubs_in_a_listing_are_no_posts_and_no_rejects() -> None:
    parsed = parse_pages([page({"kind": "t5", "data": {}}, {"kind": "more", "data": {}}, a_link("p1"))])
    assert (parsed.posts.height, parsed.rejects.height) == (1, 0)


def test_profiles_tell_followers_where_they_are_shown() -> None:
    def about(subscribers: int | None) -> Page:
        told = {"title": "", "public_description": "Fish &amp; chips", "subscribers": subscribers}
        return answer(
            "about", {"kind": "t2", "data": {"name": "Anna", "id": "anna", "created_utc": WRITTEN, "subreddit": told}}
        )

    users = answer("users", {"t2_ben": {"name": "Ben", "created_utc": WRITTEN, "link_karma": 9}})
    rows = parse_pages([about(1230), about(0), about(None), users]).accounts
    names = ("account_id", "handle", "display_name", "bio", "followers", "followers_precision", "created_at", "with_post")
    assert rows.select(names).rows() == [
        ("t2_anna", "Anna", None, "Fish & chips", 1230, "exact", AT, False),
        ("t2_anna", "Anna", None, "Fish & chips", None, "hidden", AT, False),
        ("t2_anna", "Anna", None, "Fish & chips", None, None, AT, False),
        ("t2_ben", "Ben", None, None, None, None, AT, False),
    ]


def test_a_suspended_account_has_no_profile() -> None:
    parsed = parse_pages([answer("about", {"kind": "t2", "data": {"name": "Cat", "is_suspended": True}})])
    assert (parsed.accounts.height, parsed.rejects["reason"].to_list()) == (0, [SUSPENDED])


def test_the_author_of_many_posts_is_told_once_a_page() -> None:
    accounts = parse_pages([page(a_link("p1"), a_link("p2"), a_comment("c1"), a_link("p3", author_fullname=None))]).accounts
    assert accounts.select("account_id", "handle", "with_post").rows() == [
        ("t2_anna", "Anna_Brews", True),
        ("t2_ben", "Ben", True),
    ]


@pytest.mark.parametrize("seconds", [float("1e300"), -5e12])
def test_a_time_out_of_range_is_none(seconds: float) -> None:
    (row,) = posts(a_link("p1", created_utc=seconds))
    assert row["created_at"] is None
