"""Pages of X: which field becomes which column, in both vocabularies, and what becomes of odd ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.x_parse import SUPERSEDED, parse_pages
from microinf_pipeline_tests.unit.sources.fake_x import NOW, a_post, an_account, id_at
from microinf_pipeline_tests.unit.sources.fake_x_shapes import Shape

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)
EVERYTHING = frozenset({
    "author_id", "created_at", "conversation_id", "lang", "entities", "withheld", "paid_partnership", "in_reply_to_user_id",
    "attachments", "geo", "public_metrics", "description", "verified", "protected", "url", "attachments.media_keys",
    "geo.place_id", *(f"{name}_{word}{end}" for word in ("tweet", "post") for name, end in (("note", ""), ("referenced", "s"))),
    "referenced_tweets.id",
})  # fmt: skip
TWEET, POST = (Shape(word, EVERYTHING, EVERYTHING, EVERYTHING) for word in ("tweet", "post"))
ANNA = an_account("11", "anna")


def page(body: Any, kind: str = "search", **request: Any) -> Page:
    text = body if isinstance(body, str) else json.dumps(body)
    return Page("p1", kind, "acme", "Acme", request, 200, SEEN, text)


def told(*posts: dict[str, Any], referred: tuple[dict[str, Any], ...] = (), shape: Shape = TWEET) -> Parsed:
    return parse_pages([page(shape.page(posts, referred, [ANNA]))])


def row(frame: pl.DataFrame, *columns: str, at: int = 0) -> tuple[Any, ...]:
    return frame.select(columns).row(at)


LONG = a_post(
    1, "I drink &lt;Acme&gt; all day …", note={"text": "I drink &lt;Acme&gt; all day, #acme https://t.co/a", "entities": {
        "hashtags": [{"start": 1, "end": 2, "tag": "acme"}], "mentions": [{"start": 1, "end": 2, "username": "Ben"}],
        "urls": [{"start": 1, "end": 2, "url": "https://t.co/a", "expanded_url": "https://acme.example/?a=1&b=2"}],
    }},
    media=[{"media_key": "7_1", "type": "video", "public_metrics": {"view_count": 90}}], paid_partnership=True,
    place={"id": "p", "country_code": "AT"}, lang="in",
)  # fmt: skip


@pytest.mark.parametrize("shape", [TWEET, POST], ids=["tweet", "post"])
def test_a_post_tells_the_same_in_both_vocabularies(shape: Shape) -> None:
    posts = told(LONG, shape=shape).posts
    assert row(posts, "post_id", "url", "account_id", "handle", "display_name", "lang", "country", "post_type") == (
        LONG["id"], f"https://x.com/i/status/{LONG['id']}", "11", "anna", "Anna", "id", "AT", "original",
    )  # fmt: skip
    assert row(posts, "text", "given_hashtags", "given_mentions", "given_links") == (
        "I drink <Acme> all day, #acme https://acme.example/?a=1&b=2", ["acme"], ["Ben"], ["https://acme.example/?a=1&b=2"],
    )  # fmt: skip
    counts = (
        "likes",
        "comments",
        "shares",
        "quotes",
        "saves",
        "impressions",
        "views",
        "followers",
        "is_paid_label",
        "media_types",
    )
    assert row(posts, *counts) == (12, 3, 2, 0, 1, 800, 90, 1500, True, ["video"])
    assert row(posts, "created_at", "capture_reason") == (datetime(2026, 11, 19, 15), "mention")


@pytest.mark.parametrize("shape", [TWEET, POST], ids=["tweet", "post"])
def test_an_account_tells_the_same_in_both_vocabularies(shape: Shape) -> None:
    accounts = told(LONG, shape=shape).accounts
    columns = ("account_id", "handle", "bio", "url", "followers", "followers_precision", "following", "post_count", "with_post")
    assert row(accounts, *columns) == ("11", "anna", "Coffee & cups", "https://x.com/anna", 1500, "exact", 300, 900, True)


def test_what_is_not_told_is_unknown_and_never_zero() -> None:
    posts = parse_pages([page({"data": [{"id": LONG["id"], "text": "Acme"}]})]).posts
    numbers = (
        "likes",
        "comments",
        "shares",
        "quotes",
        "saves",
        "impressions",
        "views",
        "followers",
        "is_paid_label",
        "account_id",
    )
    assert row(posts, *numbers) == (None,) * len(numbers)
    assert row(posts, "text", "created_at") == ("Acme", datetime(2026, 11, 19, 15, 0, 0))  # from the id


def test_a_repost_points_at_its_original_and_repeats_neither_its_text_nor_its_counts() -> None:
    original = a_post(2, "The whole long text with #acme")
    repost = a_post(3, "RT @anna: The whole …", "12", referenced=[{"type": "retweeted", "id": original["id"]}])
    posts = told(repost, referred=(original,)).posts.sort("post_type")
    assert list(posts.select("post_type", "repost_of_post_id", "text", "likes", "shares").iter_rows()) == [
        ("original", None, "The whole long text with #acme", 12, 2), ("repost", original["id"], None, None, None),
    ]  # fmt: skip


def test_a_repost_whose_original_did_not_come_along_keeps_the_cut_text_without_its_mark() -> None:
    repost = a_post(3, "RT @anna: The whole …", referenced=[{"type": "retweeted", "id": "99"}])
    assert row(told(repost).posts, "repost_of_post_id", "text", "likes") == ("99", "The whole …", None)


def test_a_reply_that_quotes_is_a_reply_that_quotes() -> None:
    references = [{"type": "replied_to", "id": "8"}, {"type": "quoted", "id": "9"}]
    post = a_post(1, "@ben look", referenced=references, in_reply_to_user_id="12", conversation_id="7")
    columns = ("post_type", "reply_to_post_id", "reply_to_account_id", "quote_of_post_id", "thread_root_post_id")
    assert row(told(post).posts, *columns) == ("reply", "8", "12", "9", "7")


def an_edited(first_hours: float = 10, **over: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    first, second = a_post(1, "Acmi", hours=first_hours), a_post(2, "Acme", hours=first_hours - 0.25)
    chain = [first["id"], second["id"]]
    return first | {"edit_history_ids": chain} | over, second | {"edit_history_ids": chain} | over


def test_an_edited_post_is_keyed_by_its_first_version_and_says_its_last() -> None:
    first, second = an_edited()
    assert row(told(second).posts, "post_id", "text", "created_at", "edited_at", "url") == (
        first["id"], "Acme", datetime(2026, 11, 19, 15), datetime(2026, 11, 19, 15, 15), f"https://x.com/i/status/{second['id']}",
    )  # fmt: skip


def test_an_older_version_of_an_edited_post_is_no_delivery() -> None:
    first, _ = an_edited()
    parsed = told(first)
    assert (parsed.posts.height, parsed.rejects["reason"].to_list()) == (0, [SUPERSEDED])


def test_a_quote_of_an_edited_post_points_at_the_key_of_that_post() -> None:
    first, second = an_edited()
    quote = a_post(5, "look", referenced=[{"type": "quoted", "id": second["id"]}])
    posts = told(quote, referred=(second,)).posts.filter(pl.col("post_type") == "quote")
    assert row(posts, "quote_of_post_id") == (first["id"],)


@pytest.mark.parametrize(
    ("urls", "text", "wanted", "links"),
    [
        (
            [{"url": "https://t.co/p", "expanded_url": "https://x.com/anna/status/1/photo/1", "media_key": "3_1"}],
            "Cup https://t.co/p", "Cup", [],
        ),
        ([{"url": "https://t.co/q", "expanded_url": "https://twitter.com/ben/status/7"}], "See https://t.co/q", "See",
         ["https://twitter.com/ben/status/7"]),
        ([{"url": "https://t.co/c", "expanded_url": "https://a.example/?x=1&copy=2"}], "a https://t.co/c b",
         "a https://a.example/?x=1&copy=2 b", ["https://a.example/?x=1&copy=2"]),
        ([{"url": "https://t.co/c", "expanded_url": "https://bit.example/1", "unwound_url": "https://shop.example/cup"}],
         "https://t.co/c", "https://bit.example/1", ["https://shop.example/cup"]),
        (None, "plain &amp; simple", "plain & simple", []),
    ],
)  # fmt: skip
def test_texts_are_as_their_authors_wrote_them(
    urls: list[dict[str, Any]] | None, text: str, wanted: str, links: list[str]
) -> None:  # fmt: skip
    posts = told(a_post(1, text, entities={"urls": urls})).posts
    assert row(posts, "text", "given_links") == (wanted, links)


@pytest.mark.parametrize(
    ("told_as", "code"),
    [("en", "en"), ("in", "id"), ("iw", "he"), ("zh-TW", "zh"), ("und", None), ("qme", None), ("ckb", None)],
)
def test_languages_are_two_letters_or_unknown(told_as: str, code: str | None) -> None:
    assert row(told(a_post(1, "x", lang=told_as)).posts, "lang") == (code,)


@pytest.mark.parametrize(
    ("withheld_in", "countries", "status"),
    [((), ["IN"], "withheld"), (("DE",), ["IN"], None), (("DE",), ["IN", "DE"], "withheld"), (("DE",), ["XX"], "withheld")],
)
def test_a_post_is_withheld_where_that_counts(withheld_in: tuple[str, ...], countries: list[str], status: str | None) -> None:
    post = a_post(1, "x", withheld={"copyright": False, "country_codes": countries})
    statuses = parse_pages([page(TWEET.page([post], [], []))], withheld_in).statuses
    assert statuses["status"].to_list() == ([] if status is None else [status])


def test_a_post_of_an_account_that_is_protected_or_withheld_is_so_too() -> None:
    people = [an_account("11", "anna", protected=True), an_account("12", "ben", withheld={"country_codes": ["DE"]})]
    shape = Shape("tweet", EVERYTHING, EVERYTHING | {"withheld"}, EVERYTHING)
    body = shape.page([a_post(1, "x"), a_post(2, "y", "12"), a_post(3, "z", "13")], [], people)
    statuses = parse_pages([page(body)]).statuses
    assert statuses["status"].to_list() == ["protected", "withheld"]
    assert statuses["evidence"].to_list() == ["shown to followers only", "withheld in DE"]


def an_error(key: str, kind: str, title: str, detail: str = "") -> dict[str, Any]:
    return {
        "resource_type": "tweet", "resource_id": key, "title": title, "detail": detail, "type": f"https://api.twitter.com/2/problems/{kind}",
    }  # fmt: skip


def test_a_look_up_tells_what_became_of_each_post() -> None:
    there, edited = a_post(1, "x"), an_edited()[1]
    errors = [
        an_error("2", "resource-not-found", "Not Found Error"), an_error("3", "not-authorized-for-resource", "Authorization Error"),
        an_error("4", "resource-not-found", "Forbidden", "User has been suspended: [4]."),
        an_error("5", "internal-error", "Internal Error"),
    ]  # fmt: skip
    first = edited["edit_history_ids"][0]
    asked = {key: key for key in (there["id"], "2", "3", "4", "5", "6")} | {edited["id"]: first}
    parsed = parse_pages([page(TWEET.page([there, edited], [], []) | {"errors": errors}, "posts", asked=asked)])
    assert set(parsed.statuses.select("post_id", "status").iter_rows()) == {
        (there["id"], "available"), (first, "available"), ("2", "deleted"), ("3", "protected"), ("4", "deleted"), ("6", "unknown"),
    }  # fmt: skip


def test_after_a_general_failure_inside_an_answer_absence_says_nothing() -> None:
    error = {"title": "Internal Error", "detail": "x", "type": "https://api.x.com/2/problems/internal-error"}
    assert parse_pages([page({"errors": [error]}, "posts", asked={"6": "6"})]).statuses.is_empty()


def test_items_that_cannot_be_read_are_rejects_and_the_others_are_read() -> None:
    body = {
        "data": [{"id": 7}, "text", {"id": "7"}, {"id": id_at(NOW), "lang": 5}, {"id": LONG["id"], "text": "Acme"}],
        "includes": {"users": [{"id": 1}, ANNA], "tweets": 5, "media": [{"media_key": 4}]}, "errors": [7], "meta": [],
    }  # fmt: skip
    parsed = parse_pages([page(body)])
    assert sorted(parsed.rejects["reason"]) == [
        "no time",
        "not a post",
        "not a post",
        "not a post",
        "not a post",
        "not an account",
    ]
    assert (parsed.posts["text"].to_list(), parsed.accounts["account_id"].to_list()) == (["Acme"], ["11"])
    assert parsed.rejects["row_number"].n_unique() == 6


@pytest.mark.parametrize("body", ["<html>", "[]", '{"data": [{"id": ', "7", "null"])
def test_a_page_that_is_no_answer_of_this_kind_is_one_reject(body: str) -> None:
    assert parse_pages([page(body)]).rejects["reason"].to_list() == ["not JSON of this endpoint"]
    assert parse_pages([page(body, "profiles")]).rejects["reason"].to_list() == ["not JSON of this endpoint"]


def test_a_time_of_the_future_is_a_reject() -> None:
    parsed = told(a_post(1, "x", hours=-48))
    assert (parsed.posts.height, parsed.rejects["reason"].to_list()) == (0, ["time out of range"])


def test_links_of_a_profile_are_written_out() -> None:
    link = [{"url": "https://t.co/a", "expanded_url": "https://anna.example"}]
    user = an_account("11", "anna", url="https://t.co/a", entities={"url": {"urls": link}, "description": {"urls": None}})
    profiles = parse_pages([page({"data": [user]}, "profiles")]).accounts
    assert row(profiles, "profile_links", "with_post") == ("https://anna.example", False)


def test_a_compliance_job_names_what_must_go() -> None:
    lines = [
        {"id": "1", "action": "delete", "created_at": "2020-01-01T00:00:00.000Z", "reason": "deleted"},
        {"id": "2", "action": "delete", "reason": "protected"}, {"id": "3", "action": "delete", "reason": "suspended"},
        {"id": "4", "action": "rehydrate", "reason": "tweet_edited"}, {"id": "1", "action": "delete", "reason": "deleted"},
    ]  # fmt: skip
    body = "\n".join([*map(json.dumps, lines), "", '{"id": "5", "act'])
    parsed = parse_pages([page(body, "compliance")])
    assert list(parsed.statuses.select("post_id", "status", "evidence").iter_rows()) == [
        ("1", "deleted", "compliance: deleted"), ("2", "protected", "compliance: protected"),
        ("3", "deleted", "compliance: suspended"), ("1", "deleted", "compliance: deleted"),
    ]  # fmt: skip
    assert parsed.rejects["reason"].to_list() == ["not a line of a compliance job"]
