"""Hand-made Bluesky pages become deliveries, column by column; nothing is dropped in silence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.catalog.capture import Parsed
from microinf_pipeline.catalog.observed import ACCOUNT_DELIVERY, POST_DELIVERY, REJECT_DELIVERY, STATUS_DELIVERY
from microinf_pipeline.sources.bluesky_parse import parse_pages
from microinf_pipeline.sources.frames import LOCATION
from microinf_pipeline_tests.unit.sources.bluesky_pages import ANNA, BEN, author, page, post, record, tag, uri

AT, SEEN = datetime.fromisoformat("2026-11-19T10:00:00"), datetime.fromisoformat("2026-11-20T03:00:00")
NOTHING: dict[str, Any] = dict.fromkeys([*POST_DELIVERY, *LOCATION])


def search(*posts: Any) -> Parsed:
    return parse_pages([page("search", {"posts": list(posts), "cursor": "100"})])


def only(frame: pl.DataFrame) -> dict[str, Any]:
    (row,) = frame.iter_rows(named=True)
    return row


ORIGINAL = {
    **NOTHING,
    "network": "bluesky", "post_id": uri("3k1"), "protocol_uri": uri("3k1"),
    "url": "https://bsky.app/profile/did:plc:anna/post/3k1",
    "account_id": ANNA, "handle": "anna.example.test", "display_name": "Anna", "text": "I like AcmeCola",
    "created_at": AT, "observed_at": SEEN, "post_type": "original", "media_types": [],
    "likes": 3, "comments": 2, "shares": 1, "quotes": 0, "saves": 4,
    "given_hashtags": [], "given_mentions": [], "given_links": [],
    "capture_reason": "mention", "file": "search-1", "row_number": 1,
}  # fmt: skip


def test_a_post_fills_its_columns_and_leaves_the_unknown_null() -> None:
    assert only(search(post()).posts) == ORIGINAL


def test_every_frame_follows_the_contract_even_without_rows() -> None:
    for parsed in (parse_pages([]), search(post())):
        assert parsed.posts.schema == {**POST_DELIVERY, **LOCATION}
        assert parsed.accounts.schema == {**ACCOUNT_DELIVERY, **LOCATION}
        assert parsed.statuses.schema == {**STATUS_DELIVERY, **LOCATION}
        assert parsed.rejects.schema == {**REJECT_DELIVERY, **LOCATION}


def test_a_post_without_counts_has_unknown_metrics_not_zero() -> None:
    bare = {key: value for key, value in post().items() if not key.endswith("Count")}
    row = only(search(bare).posts)
    assert [row[name] for name in ("likes", "comments", "shares", "quotes", "saves", "views", "followers")] == [None] * 7


def test_tags_mentions_links_media_language_and_bridge_come_from_the_record() -> None:
    row = only(
        search(
            post(
                langs=["de-AT"], tags=["extra"], facets=[tag("acme")], bridgyOriginalUrl="https://social.example.test/@anna/1",
                embed={"$type": "app.bsky.embed.external", "external": {"uri": "https://x.test/"}},
            )
        ).posts
    )  # fmt: skip
    changed = {
        "lang": "de", "given_hashtags": ["acme", "extra"], "given_links": ["https://x.test/"], "media_types": ["link"],
        "bridged_from_uri": "https://social.example.test/@anna/1",
    }  # fmt: skip
    assert row == {**ORIGINAL, **changed}


def test_a_reply_knows_its_parent_and_root() -> None:
    reply = {"parent": {"uri": uri("3p", BEN)}, "root": {"uri": uri("3r")}}
    row = only(search(post(reply=reply)).posts)
    changed = {
        "post_type": "reply", "reply_to_post_id": uri("3p", BEN), "reply_to_account_id": BEN,
        "thread_root_post_id": uri("3r"),
    }  # fmt: skip
    assert row == {**ORIGINAL, **changed}


def test_a_quote_with_picture_knows_the_quoted_post_until_that_is_withdrawn() -> None:
    quoted = {"$type": "app.bsky.embed.record", "record": {"uri": uri("3q", BEN)}}
    embed = {"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": {"$type": "app.bsky.embed.images"}}
    withdrawn = {"embed": {"record": {"record": {"$type": "app.bsky.embed.record#viewDetached", "uri": uri("3q", BEN)}}}}
    expected = {**ORIGINAL, "post_type": "quote", "quote_of_post_id": uri("3q", BEN), "media_types": ["picture"]}
    assert only(search(post(embed=embed)).posts) == expected
    assert only(search(post(embed=embed, view=withdrawn)).posts) == {**expected, "quote_of_post_id": None}


def test_a_repost_in_a_feed_is_a_row_beside_its_original() -> None:
    by = author(BEN)
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": by,
        "uri": "at://did:plc:ben/app.bsky.feed.repost/1",
        "indexedAt": "2026-11-19T12:00:00Z",
    }
    parsed = parse_pages([page("feed", {"feed": [{"post": post(), "reason": reason}]})])
    original, repost = parsed.posts.iter_rows(named=True)
    assert original == {**ORIGINAL, "capture_reason": "timeline", "file": "feed-1"}
    expected = {
        **NOTHING,
        "network": "bluesky", "post_id": reason["uri"], "protocol_uri": reason["uri"], "account_id": BEN,
        "handle": "ben.example.test", "display_name": "Ben", "created_at": datetime.fromisoformat("2026-11-19T12:00:00"),
        "observed_at": SEEN, "post_type": "repost", "repost_of_post_id": uri("3k1"), "media_types": [],
        "given_hashtags": [], "given_mentions": [], "given_links": [],
        "capture_reason": "timeline", "file": "feed-1", "row_number": 2,
    }  # fmt: skip
    assert repost == expected
    assert parsed.accounts["account_id"].to_list() == [ANNA, BEN]


def test_a_pinned_post_in_a_feed_is_no_repost() -> None:
    pinned = {"post": post(), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    assert parse_pages([page("feed", {"feed": [pinned]})]).posts["post_type"].to_list() == ["original"]


def test_notifications_that_are_posts_are_mentions_without_metrics() -> None:
    def notification(key: str, reason: str) -> dict[str, Any]:
        return {
            "uri": uri(key), "cid": "c", "author": author(description="bio"), "reason": reason, "record": record(),
            "isRead": False, "indexedAt": "2026-11-19T10:00:01Z",
        }  # fmt: skip

    like = {**notification("x", "like"), "uri": "at://did:plc:anna/app.bsky.feed.like/1", "record": {"subject": {}}}
    items = [like, notification("3a", "mention"), notification("3b", "reply"), notification("3c", "quote")]
    parsed = parse_pages([page("notifications", {"notifications": items})])
    assert parsed.posts.select("post_id", "likes", "capture_reason").rows() == [
        (uri(key), None, "mention") for key in ("3a", "3b", "3c")
    ]
    assert parsed.rejects.is_empty()
    assert only(parsed.accounts)["bio"] == "bio"


def test_the_author_block_comes_once_a_page_and_says_nothing_of_followers() -> None:
    accounts = search(post("3a"), post("3b"), post("3c", BEN)).accounts
    assert accounts.select("account_id", "with_post", "followers", "followers_precision", "row_number").rows() == [
        (ANNA, True, None, None, 1),
        (BEN, True, None, None, 3),
    ]


def test_a_profile_carries_counts_bio_and_badge() -> None:
    profile = author(
        description="Cola fan", followersCount=1200, followsCount=80, postsCount=45, createdAt="2024-01-02T03:04:05Z",
        verification={"verifiedStatus": "valid", "verifications": []},
    )  # fmt: skip
    row = only(parse_pages([page("profiles", {"profiles": [profile]}, rule="profiles")]).accounts)
    expected = {
        **dict.fromkeys([*ACCOUNT_DELIVERY, *LOCATION]),
        "network": "bluesky", "account_id": ANNA, "handle": "anna.example.test", "display_name": "Anna", "bio": "Cola fan",
        "url": "https://bsky.app/profile/did:plc:anna", "followers": 1200, "followers_precision": "exact", "following": 80,
        "post_count": 45, "verified": True, "created_at": datetime.fromisoformat("2024-01-02T03:04:05"), "observed_at": SEEN,
        "with_post": False, "file": "profiles-1", "row_number": 1,
    }  # fmt: skip
    assert row == expected


def test_an_invalid_handle_is_no_handle() -> None:
    assert only(search(post(view={"author": author(handle="handle.invalid")})).posts)["handle"] is None


def test_a_second_look_tells_what_is_there_and_what_is_absent() -> None:
    asked = [("uris", uri("3a")), ("uris", uri("3b")), ("uris", uri("3c"))]
    broken = {**post("3c"), "record": record(text=7)}
    parsed = parse_pages([page("posts", {"posts": [post("3a"), broken]}, rule="refresh", params=asked)])
    assert parsed.statuses.select("post_id", "status", "evidence", "observed_at", "row_number").rows() == [
        (uri("3a"), "available", "returned by getPosts", SEEN, 1),
        (uri("3b"), "unknown", "absent from getPosts", SEEN, 2),
        (uri("3c"), "available", "returned by getPosts", SEEN, 3),
    ]
    assert only(parsed.posts)["capture_reason"] is None
    assert parsed.rejects["reason"].to_list() == ["not a post"]


def test_an_impossible_time_is_a_reject_with_the_post_as_received() -> None:
    strange = post("3x", createdAt="0000-10-14T15:06:10.730Z", view={"indexedAt": "0000-10-14T15:06:10.730Z"})
    parsed = search(post("3a"), strange, post("3b"))
    reject = only(parsed.rejects)
    assert (reject["reason"], reject["file"], reject["row_number"]) == ("time out of range", "search-1", 2)
    assert reject["raw"].startswith('{"uri": "at://did:plc:anna/app.bsky.feed.post/3x"')
    assert parsed.posts["row_number"].to_list() == [1, 3]


def test_one_unreadable_post_does_not_cost_the_others() -> None:
    parsed = search(post("3a"), "nonsense", {"uri": uri("3n")}, post("3b"))
    assert parsed.posts["post_id"].to_list() == [uri("3a"), uri("3b")]
    assert parsed.rejects.select("reason", "raw").rows() == [
        ("not a post", '"nonsense"'),
        ("not a post", f'{{"uri": "{uri("3n")}"}}'),
    ]


def test_a_page_that_is_no_answer_is_one_reject() -> None:
    html = "<html>" + "x" * 5000
    parsed = parse_pages([page("search", html), page("profiles", {"posts": []})])
    assert parsed.rejects["reason"].to_list() == ["not JSON of this endpoint"] * 2
    assert len(parsed.rejects["raw"][0]) == 4000


def test_unknown_fields_and_types_pass_through() -> None:
    new = post(embed={"$type": "app.bsky.embed.hologram"}, novelty={"a": 1}, view={"newCount": 5})
    assert only(search(new).posts) == ORIGINAL


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["good", "broken", "out of time"]), max_size=12))
def test_every_item_is_a_row_or_a_reject_in_its_place(kinds: list[str]) -> None:
    made = {
        "good": post(), "broken": {"uri": 5}, "out of time": post(createdAt="", view={"indexedAt": ""}),
    }  # fmt: skip
    parsed = search(*(made[kind] for kind in kinds))
    rows = dict.fromkeys(parsed.posts["row_number"], "good")
    names = {"not a post": "broken", "time out of range": "out of time"}
    rows |= {number: names[reason] for reason, number in parsed.rejects.select("reason", "row_number").rows()}
    assert [rows[number] for number in sorted(rows)] == kinds
