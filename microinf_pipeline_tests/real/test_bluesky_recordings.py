"""Real Bluesky answers: every recorded post is accounted for, and agrees with an independent reading of the same data.

The oracle is twitwi's normal form (medialab, MIT), written by others for other ends. Where it differs on purpose, the
comparison says so: it normalises addresses, calls a quoted list a quote, keeps withdrawn quotes, and calls gifs videos.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from microinf_pipeline.catalog.capture import BrandTerms, Page, Parsed
from microinf_pipeline.sources.bluesky_fields import POST_COLLECTION, read_time
from microinf_pipeline.sources.bluesky_parse import MENTION_REASONS, parse_pages
from microinf_pipeline.sources.bluesky_queries import brand_queries

pytestmark = pytest.mark.real

REPOSITORY = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("MICROINF_REAL_DATA", REPOSITORY.parent / "shared" / "data")) / "recordings" / "bluesky"
RECEIVED = datetime(2026, 11, 20, tzinfo=UTC)  # after everything recorded

Item = dict[str, Any]


def recorded(path: str) -> Any:
    return json.loads((FOLDER / path).read_text())


def page(kind: str, body: Any) -> Page:
    return Page(f"{kind}-1", kind, "acme", "#acme", {"params": []}, 200, RECEIVED, json.dumps(body, ensure_ascii=False))


def exchange(name: str) -> Item:
    """The body of a recorded exchange."""
    (only,) = yaml.safe_load((FOLDER / "bskyr" / f"{name}.yml").read_text())["http_interactions"]
    body: Item = json.loads(only["response"]["body"]["string"])
    return body


def twitwi() -> list[Item]:
    """All posts that twitwi recorded, as items of a feed."""
    posts = recorded("twitwi/bluesky-posts.json") + recorded("twitwi/bluesky-hydrated-firehose-posts.json")
    return [item if "post" in item else {"post": item} for item in posts]


def twitwi_normal() -> Iterator[Item]:
    """twitwi's reading of each of its posts, without the posts it takes out of quotes."""
    for item, normals in zip(twitwi()[:123], recorded("twitwi/bluesky-normalized-posts.json"), strict=True):
        yield next(normal for normal in normals if normal["uri"] == item["post"]["uri"])


def read_twitwi() -> Parsed:
    return parse_pages([page("feed", {"feed": twitwi()})])


def test_every_post_twitwi_recorded_is_a_row_but_the_one_of_the_year_0() -> None:
    parsed = read_twitwi()
    assert parsed.posts["post_type"].to_list().count("repost") == 2
    assert parsed.posts.height == 123 + 9 + 2 - 1
    assert parsed.rejects["reason"].to_list() == ["time out of range"]
    assert '"createdAt": "0000-10-14T15:06:10.730Z"' in parsed.rejects["raw"][0]


def ours_and_theirs() -> list[tuple[Item, Item]]:
    rows = {row["row_number"]: row for row in read_twitwi().posts.iter_rows(named=True) if row["post_type"] != "repost"}
    normals = [normal for normal in twitwi_normal() if normal["timestamp_utc"] > 0]
    return list(zip([rows[number] for number in sorted(rows)][: len(normals)], normals, strict=True))


def test_counts_texts_times_and_authors_agree_with_twitwi() -> None:
    ours = [
        (
            row["post_id"], row["likes"], row["comments"], row["shares"], row["quotes"], row["saves"], row["text"],
            int(row["created_at"].replace(tzinfo=UTC).timestamp()), row["account_id"], row["handle"] or "handle.invalid",
            row["display_name"] or "", row["reply_to_post_id"], row["reply_to_account_id"], row["thread_root_post_id"],
            row["bridged_from_uri"], sorted(row["given_mentions"]),
        )
        for row, _ in ours_and_theirs()
    ]  # fmt: skip
    names = (
        "uri", "like_count", "reply_count", "repost_count", "quote_count", "bookmark_count", "original_text",
        "timestamp_utc", "user_did", "user_handle", "user_display_name", "to_post_uri", "to_user_did", "to_root_post_uri",
        "bridgy_original_url",
    )  # fmt: skip
    theirs = [(*(one.get(name) for name in names), sorted(one["mentioned_user_dids"])) for _, one in ours_and_theirs()]
    assert len(ours) == 122
    assert ours == theirs


def key(row: Item) -> str:
    return str(row["post_id"].rpartition("/")[2])


def test_quoted_posts_agree_but_for_withdrawn_ones_and_what_is_no_post() -> None:
    differing = {
        key(row): one["quoted_uri"] for row, one in ours_and_theirs() if row["quote_of_post_id"] != one.get("quoted_uri")
    }
    withdrawn = differing.pop("3llw5g6h6ps2j")
    assert POST_COLLECTION in withdrawn
    assert sorted(uri.split("/")[3] for uri in differing.values()) == [
        "app.bsky.actor.profile",
        "app.bsky.feed.generator",
        "app.bsky.graph.list",
    ]


def test_hashtags_agree_but_for_the_tags_field_and_facets_without_a_tag() -> None:
    ours_only: dict[str, set[str]] = {}
    theirs_only: list[tuple[str, str]] = []
    for row, one in ours_and_theirs():
        ours, theirs = {tag.lower() for tag in row["given_hashtags"]}, set(one["hashtags"])
        if ours - theirs:
            ours_only[key(row)] = ours - theirs
        theirs_only += [(tag, row["text"].lower()) for tag in theirs - ours]
    assert ours_only == {
        "3li6d5cduibg2": {"vídeo da tv"},
        "3lorusdtfur2y": {"soundskyaudio"},
        "3lagdncjsu22y": {"tag1", "tag2"},
    }
    assert len(theirs_only) == 8
    assert all(f"#{tag}" in text for tag, text in theirs_only)  # the features of the text find them


def test_links_lead_to_the_same_hosts_but_for_gifs_and_cards() -> None:
    def hosts(links: list[str]) -> set[str]:
        return {link.split("/")[2].partition("?")[0].lower().removeprefix("www.") for link in links}

    ours_only, theirs_only = Counter[str](), Counter[str]()
    for row, one in ours_and_theirs():
        ours_only.update(hosts(row["given_links"]) - hosts(one["links"]))
        theirs_only.update(hosts(one["links"]) - hosts(row["given_links"]))
    assert ours_only == {"media.tenor.com": 4, "bsky.app": 2, "headline01.com": 1, "skulle.herokuapp.com": 1}
    assert theirs_only == {"bsky.app": 1, "atozbuzz.com": 1}  # a starter pack's page, and an embed no client shows


def test_media_agree_but_for_gifs_and_embeds_no_client_shows() -> None:
    differing = Counter[tuple[str, str]]()
    for row, one in ours_and_theirs():
        ours = {kind for kind in row["media_types"] if kind != "link"}
        theirs = {{"image": "picture"}.get(kind.split("/")[0], kind.split("/")[0]) for kind in one["media_types"]}
        if ours != theirs and theirs <= {"picture", "video"}:  # other types are files with a wrong label
            differing["+".join(sorted(ours)), "+".join(sorted(theirs))] += 1
    assert differing == {("gif", "video"): 4, ("", "video"): 3, ("", "picture"): 2}


def test_profiles_agree_with_twitwi() -> None:
    raw = recorded("twitwi/bluesky-profiles.json")
    accounts = parse_pages([page("profiles", {"profiles": raw})]).accounts
    ours = accounts.select("account_id", "handle", "display_name", "bio", "followers", "following", "post_count").rows()
    names = ("did", "handle", "display_name", "description", "followers", "follows", "posts")
    assert ours == [tuple(one[name] for name in names) for one in recorded("twitwi/bluesky-normalized-profiles.json")]
    assert accounts["created_at"].null_count() == 0


@pytest.mark.parametrize(
    ("name", "kind", "posts", "reposts"),
    [
        ("f_search", "search", 25, 0),
        ("f_getposts", "posts", 1, 0),
        ("f_getquotes", "posts", 2, 0),
        ("f_autfeed", "feed", 50, 7),
        ("f_timeline", "feed", 49, 3),
        ("f_get_list_feed", "feed", 10, 0),
    ],
)
def test_every_post_of_a_recorded_answer_is_a_row(name: str, kind: str, posts: int, reposts: int) -> None:
    body = exchange(name)
    parsed = parse_pages([page(kind, body)])
    kinds = Counter(parsed.posts["post_type"] == "repost")
    assert (kinds[False], kinds[True], parsed.rejects.height) == (posts, reposts, 0)
    items = body["feed"] if kind == "feed" else [{"post": post} for post in body["posts"]]
    authors = {item["post"]["author"]["did"] for item in items} | {
        item["reason"]["by"]["did"] for item in items if "reason" in item
    }
    assert sorted(parsed.accounts["account_id"]) == sorted(authors)
    assert parsed.posts.filter(pl.col("post_type") != "repost").select("likes", "shares", "comments").null_count().row(0) == (
        0,
        0,
        0,
    )


def test_recorded_answers_without_bookmarks_leave_saves_unknown() -> None:
    assert parse_pages([page("search", exchange("f_search"))]).posts["saves"].null_count() == 25


def test_of_50_recorded_notifications_the_18_about_us_are_posts() -> None:
    body = exchange("n_notifications")
    wanted = Counter(item["reason"] for item in body["notifications"] if item["reason"] in MENTION_REASONS)
    parsed = parse_pages([page("notifications", body)])
    assert (wanted, parsed.posts.height, parsed.rejects.height) == ({"mention": 11, "quote": 7}, 18, 0)
    assert parsed.posts["quote_of_post_id"].drop_nulls().len() >= 7


def test_the_recorded_profile_is_an_account() -> None:
    accounts = parse_pages([page("profiles", exchange("a_profile"))]).accounts
    assert accounts.select("followers", "following", "post_count", "with_post").rows() == [(554, 296, 65, False)]


def vectors(name: str) -> list[str]:
    lines = (FOLDER / "interop_syntax" / f"{name}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_every_valid_moment_of_the_protocols_own_vectors_is_read() -> None:
    assert [text for text in vectors("datetime_syntax_valid") if read_time(text) is None] == []


def test_what_cannot_be_a_moment_is_refused_and_only_other_iso_forms_are_forgiven() -> None:
    assert [text for text in vectors("datetime_parse_invalid") if read_time(text) is not None] == []
    forgiven = {text for text in vectors("datetime_syntax_invalid") if read_time(text) is not None}
    assert forgiven == {
        "1985-04-12T23:20:50.123-00:00", "1985-04-12T23:20Z", "1985-04-12T23:20:50.123+00", "1985-04-12T23:20:50.123+0000",
    }  # fmt: skip


def test_queries_name_only_parameters_of_the_lexicon() -> None:
    lexicon = recorded("lexicons/app.bsky.feed.searchPosts.json")["defs"]["main"]["parameters"]
    brand = BrandTerms("acme", ("acme",), ("AcmeCola",), ("acme.example.test",), ("acmecola.example",))
    for query in brand_queries(brand):
        names = {name for name, _ in query.params}
        assert set(lexicon["required"]) <= names <= set(lexicon["properties"])
        assert int(dict(query.params)["limit"]) <= lexicon["properties"]["limit"]["maximum"]
