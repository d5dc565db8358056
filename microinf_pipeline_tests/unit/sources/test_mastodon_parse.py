"""What the parser makes of pages under the Mastodon API. The pages are hand-made; recorded ones are in contract/."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.catalog.observed import ACCOUNT_DELIVERY, POST_DELIVERY, REJECT_DELIVERY, STATUS_DELIVERY
from microinf_pipeline.sources.frames import LOCATION
from microinf_pipeline.sources.mastodon_parse import parse_pages
from microinf_pipeline_tests.unit.sources.mastodon_pages import HOME, OTHER, SEEN, account, page, status

NAIVE_SEEN = SEEN.replace(tzinfo=None)
TEN = NAIVE_SEEN.replace(day=19, hour=10)


def only_post(*pages: Page) -> dict[str, Any]:
    posts = parse_pages(pages).posts
    assert posts.height == 1
    return posts.row(0, named=True)


def test_a_public_post_becomes_one_row_of_the_delivery_contract() -> None:
    row = only_post(page(status(tags=[{"name": "AcmeCola"}], mentions=[{"id": "9", "acct": "bo@town.example"}])))
    given = {name: value for name, value in row.items() if value is not None}
    assert given == {
        "network": "mastodon", "post_id": f"{HOME}/users/ann/statuses/1", "protocol_uri": f"{HOME}/users/ann/statuses/1",
        "url": f"{HOME}/@ann/1", "account_id": "ann@social.example", "handle": "ann@social.example", "display_name": "Ann",
        "text": "I like AcmeCola 1", "lang": "en", "created_at": TEN, "observed_at": NAIVE_SEEN,
        "post_type": "original", "media_types": [], "likes": 3, "comments": 1, "shares": 2, "followers": 120,
        "followers_precision": "exact", "given_hashtags": ["AcmeCola"], "given_mentions": ["bo@town.example"],
        "given_links": [], "capture_reason": "mention", "file": "page-1", "row_number": 1,
    }  # fmt: skip


def test_frames_are_as_wide_as_the_contract_even_without_rows() -> None:
    parsed = parse_pages([])
    schemas = [dict(frame.schema) for frame in (parsed.posts, parsed.accounts, parsed.statuses, parsed.rejects)]
    assert schemas == [{**wide, **LOCATION} for wide in (POST_DELIVERY, ACCOUNT_DELIVERY, STATUS_DELIVERY, REJECT_DELIVERY)]


def test_the_author_comes_along_once_a_page() -> None:
    accounts = parse_pages([page(status(1), status(2))]).accounts
    assert accounts.select("account_id", "bio", "followers", "following", "post_count", "account_type", "with_post").rows() == [
        ("ann@social.example", "Tea & trains", 120, 80, 900, None, True)
    ]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (account(suspended=True, followers_count=0), (None, None, None)),
        (account(pleroma={"hide_followers_count": True}, followers_count=0), (None, "hidden", None)),
        (account(followers_count=-1), (None, "hidden", None)),
        (account(bot=True), (120, "exact", "bot")),
    ],
)
def test_counts_of_a_suspended_or_hiding_account_are_not_zeros(author: dict[str, Any], expected: tuple[Any, ...]) -> None:
    rows = (
        parse_pages([page(author, kind="account")]).accounts.select("followers", "followers_precision", "account_type").rows()
    )
    assert rows == [expected]


def test_a_server_that_answers_zero_for_everybody_hides_its_counts() -> None:
    parsed = parse_pages([page(status(), shows_follower_counts=False)])
    counts = parsed.accounts.select("followers", "followers_precision", "following", "post_count").rows()
    assert counts == [(None, "hidden", None, None)]
    assert parsed.posts.select("followers", "followers_precision").rows() == [(None, "hidden")]


def test_fields_of_a_profile_tell_its_links_and_which_of_them_were_checked() -> None:
    fields = [
        {
            "name": "Web",
            "value": '<a href="https://ann.example/?a=1&amp;b=2" rel="me">ann</a>',
            "verified_at": "2026-01-01T00:00:00Z",
        },
        {"name": "X", "value": '<a href="https://x.com/ann">x.com/ann</a>', "verified_at": None},
        {"name": "Pronouns", "value": "she"},
    ]
    pages = [page(account(acct, fields=told), kind="account") for acct, told in (("a", fields), ("b", []), ("c", None))]
    assert parse_pages(pages).accounts.select("profile_links", "checked_links").rows() == [
        ("https://ann.example/?a=1&b=2 https://x.com/ann", "https://ann.example/?a=1&b=2"), ("", ""), (None, None)
    ]  # fmt: skip


def test_the_handle_takes_the_domain_the_server_gives_itself() -> None:
    assert only_post(page(status(), domain="example.net"))["handle"] == "ann@example.net"


@pytest.mark.parametrize("visibility", ["private", "direct", "local", None])
def test_a_post_that_is_not_public_is_counted_and_nothing_of_it_kept(visibility: str | None) -> None:
    secret = status(1, visibility=visibility, content="<p>secret</p>")
    pages = [
        page(secret, name="a"),
        page(status(2, reblog=secret), name="b"),
        page(
            {"id": "5", "type": "mention", "created_at": "2026-11-19T10:00:00Z", "status": secret},
            kind="notifications",
            name="c",
        ),
    ]
    parsed = parse_pages(pages)
    assert parsed.posts.height == parsed.accounts.height == 0
    assert parsed.rejects["reason"].to_list() == ["not public"] * 3
    if visibility is not None:  # without one the row says nothing that could be cut by
        assert not any("secret" in raw or "Ann" in raw for raw in parsed.rejects["raw"])


def test_unlisted_posts_are_public_enough() -> None:
    assert only_post(page(status(visibility="unlisted")))["likes"] == 3


def test_a_boost_gives_the_original_and_a_row_that_points_to_it() -> None:
    original = status(1)
    boost = status(
        2, uri=f"{HOME}/users/bo/statuses/2/activity", content="", account=account("bo@town.example", id="8"), reblog=original
    )
    rows = parse_pages([page(boost)]).posts.select("post_id", "post_type", "repost_of_post_id", "text", "likes").rows()
    assert rows == [
        (original["uri"], "original", None, "I like AcmeCola 1", 3),
        (boost["uri"], "repost", original["uri"], None, None),
    ]


def test_a_reply_knows_its_parent_only_when_both_are_seen_on_the_same_instance() -> None:
    reply = status(2, in_reply_to_id="1001", in_reply_to_account_id="7", account=account("bo", id="8"))
    alone = only_post(page(reply))
    assert (alone["post_type"], alone["reply_to_post_id"], alone["reply_to_account_id"]) == ("reply", None, None)
    elsewhere = parse_pages([page(status(1), base=OTHER, name="o"), page(reply)]).posts.filter(post_type="reply")
    assert elsewhere["reply_to_post_id"].to_list() == [None]
    together = parse_pages([page(reply, name="1"), page(status(1), name="2")]).posts.filter(post_type="reply")
    assert together.select("reply_to_post_id", "reply_to_account_id").rows() == [(status(1)["uri"], "ann@social.example")]


def test_the_answered_account_is_known_from_the_mentions_or_the_author() -> None:
    named = status(1, in_reply_to_id="99", in_reply_to_account_id="9", mentions=[{"id": "9", "acct": "Bo@town.example"}])
    own = status(2, in_reply_to_id="99", in_reply_to_account_id="7")
    assert parse_pages([page(named, own)]).posts["reply_to_account_id"].to_list() == ["bo@town.example", "ann@social.example"]


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ({"state": "accepted", "quoted_status": status(9)}, ("quote", status(9)["uri"])),
        ({"state": "revoked", "quoted_status": None}, ("quote", None)),
        ({"state": "pending", "quoted_status": None}, ("quote", None)),
        ({"state": "accepted", "quoted_status_id": "1001"}, ("quote", status(1)["uri"])),  # shallow; seen on the page
        ({"id": "1001", "uri": status(9)["uri"]}, ("quote", status(9)["uri"])),  # Pleroma: the status itself
        (None, ("original", None)),
    ],
)
def test_a_quote_leads_to_its_post_only_while_it_is_allowed(quote: Any, expected: tuple[str, str | None]) -> None:
    posts = parse_pages([page(status(1), status(2, quote=quote))]).posts
    assert posts.filter(post_id=status(2)["uri"]).select("post_type", "quote_of_post_id").rows() == [expected]


def test_warning_media_poll_and_card_are_delivered() -> None:
    row = only_post(
        page(
            status(
                spoiler_text="food & <drink>",
                media_attachments=[{"type": kind} for kind in ("image", "image", "gifv", "video", "audio", "unknown")],
                poll={"id": "1"},
                card={"url": "https://shop.example/a?b=1"},
            )
        )
    )
    assert row["text"] == "food & <drink>\n\nI like AcmeCola 1"
    assert row["media_types"] == ["picture", "gif", "video", "audio", "poll", "link"]
    assert row["given_links"] == ["https://shop.example/a?b=1"]


def test_a_bridged_copy_names_its_original() -> None:
    at = "at://did:plc:abc123/app.bsky.feed.post/3kxyz"
    for uri in (f"https://bsky.brid.gy/convert/ap/{at}", f"https://bsky.brid.gy/convert/ap/{at.replace(':', '%3A')}"):
        assert only_post(page(status(uri=uri)))["bridged_from_uri"] == at
    assert only_post(page(status(uri=f"https://evil.example/brid.gy/{at}")))["bridged_from_uri"] is None


def test_what_a_server_leaves_out_is_null_and_not_zero() -> None:
    bare = {"id": "1", "uri": f"{HOME}/o/1", "created_at": "2026-11-19T10:00:00Z", "visibility": "public",
            "account": {"id": "7", "acct": "ann"}}  # fmt: skip
    row = only_post(page(bare))
    names = ("likes", "comments", "shares", "quotes", "followers", "followers_precision", "lang", "edited_at", "url")
    assert [row[name] for name in names] == [None] * len(names)


def test_times_of_other_servers_are_utc() -> None:
    given = ["2026-11-19T10:00:00+00:00", "2026-11-19T11:00:00.000000+01:00", "2026-11-19T10:00:00Z"]
    posts = parse_pages([page(*(status(n, created_at=time) for n, time in enumerate(given)))]).posts
    assert posts["created_at"].to_list() == [TEN] * 3


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (status(created_at="0000-01-01T00:00:00Z"), "time out of range"),
        (status(created_at="2026-11-22T00:00:00Z"), "time out of range"),
        (status(created_at="soon"), "time out of range"),
        ({**status(), "uri": None}, "not a status"),
        ({**status(), "account": []}, "not a status"),
    ],
)
def test_an_unreadable_post_is_refused_and_the_rest_of_the_page_read(item: dict[str, Any], reason: str) -> None:
    parsed = parse_pages([page(status(1), item, status(2))])
    assert parsed.posts["post_id"].to_list() == [status(1)["uri"], status(2)["uri"]]
    assert [(row[0], json.loads(row[1])) for row in parsed.rejects.rows()] == [(reason, item)]


@pytest.mark.parametrize(
    ("kind", "body"), [("tag", "<html>"), ("tag", '{"error":"x"}'), ("search", "[]"), ("search", "{}"), ("tag", '[{"id":')]
)
def test_a_page_that_is_no_list_is_one_reject(kind: str, body: str) -> None:
    rejects = parse_pages([page(kind=kind, body=body)]).rejects
    assert rejects.select("reason", "raw").rows() == [("not JSON of this endpoint", body)]


def test_other_notifications_than_mentions_are_no_posts() -> None:
    items = [{"id": "1", "type": "favourite", "status": status(1)}, {"id": "2", "type": "mention", "status": status(2)}]
    assert only_post(page(*items, kind="notifications"))["post_id"] == status(2)["uri"]


def test_an_edit_is_a_status() -> None:
    statuses = parse_pages([page(status(edited_at="2026-11-19T11:00:00.000Z"))]).statuses
    assert statuses.select("post_id", "status", "evidence").rows() == [
        (status()["uri"], "edited", "edited_at 2026-11-19T11:00:00.000000")
    ]


def test_refreshed_posts_are_available_unknown_or_deleted() -> None:
    uris = [status(n)["uri"] for n in (1, 2, 3)]
    pages = [
        page(status(1), kind="statuses", rule="refresh", name="1", asked={"1001": uris[0], "1002": uris[1]}),
        page(kind="status", rule="refresh", name="2", code=404, asked={"1002": uris[1]}),
        page(kind="status", rule="refresh", name="3", code=410, body="", asked={"1003": uris[2]}),
        page(kind="resolve", rule="refresh", name="4", asked={uris[2]: uris[2]}),
    ]
    parsed = parse_pages(pages)
    assert parsed.statuses.select("post_id", "status", "evidence").rows() == [
        (uris[0], "available", "HTTP 200"),
        (uris[1], "unknown", "absent from statuses, HTTP 200"),
        (uris[1], "deleted", "HTTP 404"),
        (uris[2], "deleted", "HTTP 410"),
        (uris[2], "unknown", "absent from resolve, HTTP 200"),
    ]
    assert parsed.posts.select("post_id", "capture_reason").rows() == [(uris[0], None)]


def test_a_refreshed_post_that_cannot_be_read_is_not_called_absent() -> None:
    broken = {**status(1), "account": None}
    statuses = parse_pages([page(broken, kind="statuses", asked={"1001": status(1)["uri"]})]).statuses
    assert statuses.select("status", "evidence").rows() == [("unknown", "not readable in statuses, HTTP 200")]


def test_the_home_instance_knows_best() -> None:
    home = page(status(1, favourites_count=5, reblogs_count=1), name="a", seen=SEEN)
    other = page(status(1, id="88", favourites_count=1, reblogs_count=2, account=account("ann@social.example", id="5")),
                 base=OTHER, name="b", seen=SEEN.replace(hour=5))  # fmt: skip
    for pages in ([home, other], [other, home]):
        parsed = parse_pages(pages)
        assert parsed.posts.select("post_id", "likes", "shares", "file").rows() == [(status(1)["uri"], 5, 1, "a")]
        assert parsed.accounts.select("account_id", "file").rows() == [("ann@social.example", "a")]


def test_without_the_home_instance_the_highest_counts_stand() -> None:
    author = account("cy@far.example", id="5", followers_count=9)
    seen = [
        page(status(1, uri="https://far.example/1", account=author, favourites_count=4, reblogs_count=0), name="a"),
        page(status(1, uri="https://far.example/1", account={**author, "followers_count": 0}, favourites_count=1, reblogs_count=2),
             base=OTHER, name="b", seen=SEEN.replace(hour=5)),
    ]  # fmt: skip
    row = only_post(*seen)
    assert (row["likes"], row["shares"], row["followers"], row["file"]) == (4, 2, 9, "b")


@settings(deadline=None)
@given(st.permutations([(HOME, 1), (HOME, 2), (OTHER, 1), (OTHER, 2), ("https://far.example", 3)]))
def test_the_order_of_pages_does_not_matter(order: list[tuple[str, int]]) -> None:
    def made(base: str, number: int) -> Page:
        acct = "ann" if base == HOME else "ann@social.example"
        one = status(number, favourites_count=number * len(base), in_reply_to_id="1001", account=account(acct))
        return page(one, base=base, name=f"{base}-{number}")

    first = parse_pages([made(*one) for one in sorted(order)])
    again = parse_pages([made(*one) for one in order])
    for frame in ("posts", "accounts", "statuses"):
        ordered = [getattr(parsed, frame).sort(pl.all().exclude(pl.List)) for parsed in (first, again)]
        assert ordered[0].equals(ordered[1])
