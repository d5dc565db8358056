"""Single fields of Bluesky posts are read whatever their authors wrote."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.sources.bluesky_fields import (
    Embed,
    Facets,
    is_withdrawn,
    post_time,
    read_embed,
    read_facets,
    read_lang,
    read_references,
    read_time,
    with_tags,
)
from microinf_pipeline_tests.unit.sources.bluesky_pages import tag, uri

LATEST = datetime.fromisoformat("2026-11-21T03:00:00")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["features", "tag", "uri", "did", "record", "media", "external", "$type", "parent"]), inner
        )
    ),
    max_leaves=12,
)


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def test_facets_name_tags_mentions_and_links_once_and_in_order() -> None:
    facets = [
        tag("Acme"), tag("acme"), tag("Acme"),
        {"index": {}, "features": [{"$type": "…#mention", "did": "did:plc:ben"}, {"$type": "…#link", "uri": "https://x.test/1"}]},
    ]  # fmt: skip
    assert read_facets(raw(facets)) == Facets(("Acme", "acme"), ("did:plc:ben",), ("https://x.test/1",))


@pytest.mark.parametrize(
    "index",
    [
        {"byteStart": 500, "byteEnd": 900},
        {"byteStart": 9, "byteEnd": 3},
        {"byteStart": -1, "byteEnd": 0},
        {"byteStart": 1, "byteEnd": 2},
    ],
)
def test_wrong_byte_offsets_lose_no_tag(index: dict[str, int]) -> None:
    assert read_facets(raw([tag("日本", **index)])).tags == ("日本",)


def test_malformed_facets_give_what_can_be_read() -> None:
    facets = [
        "nonsense",
        {"features": {"tag": "no list"}},
        {
            "features": [
                7,
                {"$type": "app.bsky.richtext.facet#Tag", "tag": "#acme"},
                {"tag": 5},
                {"uri": "ftp://x"},
                {"did": "anna"},
            ]
        },
    ]
    assert read_facets(raw(facets)) == Facets(("acme",), (), ())


def test_the_tags_field_adds_to_the_facets() -> None:
    assert with_tags(("acme",), ["#Cola", "acme", " ", 7]) == ("acme", "Cola")
    assert with_tags(("acme",), "cola") == ("acme",)


@pytest.mark.parametrize(
    ("embed", "expected"),
    [
        (None, Embed((), ())),
        ({"$type": "app.bsky.embed.images", "images": []}, Embed(("picture",), ())),
        ({"$type": "app.bsky.embed.gallery", "items": []}, Embed(("picture",), ())),
        ({"$type": "app.bsky.embed.video", "video": {}}, Embed(("video",), ())),
        ({"$type": "app.bsky.embed.video", "presentation": "gif"}, Embed(("gif",), ())),
        ({"$type": "app.bsky.embed.external", "external": {"uri": "https://x.test/"}}, Embed(("link",), ("https://x.test/",))),
        (
            {"$type": "app.bsky.embed.external#main", "external": {"uri": "https://media.tenor.com/a.gif"}},
            Embed(("gif",), ("https://media.tenor.com/a.gif",)),
        ),
        ({"$type": "app.bsky.embed.record", "record": {"uri": uri("3q")}}, Embed((), (), uri("3q"))),
        ({"$type": "app.bsky.embed.record", "record": {"uri": "at://did:plc:anna/app.bsky.graph.list/1"}}, Embed((), ())),
        (
            {
                "$type": "app.bsky.embed.recordWithMedia",
                "record": {"$type": "app.bsky.embed.record", "record": {"uri": uri("3q")}},
                "media": {"$type": "app.bsky.embed.external", "external": {"uri": "http://x.test"}},
            },
            Embed(("link",), ("http://x.test",), uri("3q")),
        ),
        ({"$type": "dev.example.embed.secret", "images": []}, Embed((), ())),
        ({"$type": "app.bsky.embed.external", "external": "https://x.test/"}, Embed((), ())),
        ([], Embed((), ())),
    ],
)
def test_embeds_give_media_links_and_the_quoted_post(embed: Any, expected: Embed) -> None:
    assert read_embed(raw(embed)) == expected


def test_only_the_own_quote_counts_as_withdrawn() -> None:
    detached = {"$type": "app.bsky.embed.record#viewDetached", "uri": uri("3q"), "detached": True}
    quoting_a_quote = {"$type": "app.bsky.embed.record#viewRecord", "embeds": [{"record": detached}]}
    assert is_withdrawn(raw({"record": detached}))
    assert is_withdrawn(raw({"record": {"record": detached}, "media": {}}))
    assert not is_withdrawn(raw({"record": quoting_a_quote}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-16T16:09:09.779Z", "2025-03-16T16:09:09.779"),
        ("2025-05-19T17:10:09.561858Z", "2025-05-19T17:10:09.561858"),
        ("2025-12-05T10:16:59.78349200Z", "2025-12-05T10:16:59.783492"),
        ("2025-02-11T18:00:02+00:00", "2025-02-11T18:00:02"),
        ("2025-02-11T18:00:02-04:00", "2025-02-11T22:00:02"),
        ("2025-02-11T18:00:02+08:00", "2025-02-11T10:00:02"),
    ],
)
def test_times_are_read_in_every_recorded_form_as_utc(text: str, expected: str) -> None:
    assert read_time(text) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "0000-10-14T15:06:10.730Z",
        "2025-02-11",
        "2025-02-11T18:00:02",
        "2025-13-01T00:00:00Z",
        "soon, very soon, at last",
    ],
)
def test_what_is_no_moment_is_no_time(text: str | None) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize(
    ("created", "indexed", "expected"),
    [
        ("2026-11-19T10:00:00Z", "2026-11-19T11:00:00Z", "2026-11-19T10:00:00"),
        ("0000-10-14T15:06:10Z", "2026-11-19T11:00:00Z", "2026-11-19T11:00:00"),
        ("1970-01-01T00:00:00Z", "2026-11-19T11:00:00Z", "2026-11-19T11:00:00"),
        ("2031-01-01T00:00:00Z", "2026-11-19T11:00:00Z", "2026-11-19T11:00:00"),
        ("2026-11-20T20:00:00Z", "2026-11-19T11:00:00Z", "2026-11-20T20:00:00"),
        ("0000-10-14T15:06:10Z", "0000-10-14T15:06:10Z", None),
        ("2031-01-01T00:00:00Z", "", None),
    ],
)
def test_an_impossible_authors_time_gives_way_to_the_servers(created: str, indexed: str, expected: str | None) -> None:
    assert post_time(created, indexed, LATEST) == (expected and datetime.fromisoformat(expected))


@pytest.mark.parametrize(
    ("langs", "expected"),
    [
        (["en"], "en"),
        (["en-US", "de"], "en"),
        (["PT"], "pt"),
        (["fil"], None),
        ([], None),
        (None, None),
        ("en", None),
        ([7], None),
    ],
)
def test_the_first_language_counts_when_it_has_two_letters(langs: Any, expected: str | None) -> None:
    assert read_lang(langs) == expected


def test_a_reply_names_parent_and_root() -> None:
    reply = {"parent": {"uri": uri("3p"), "cid": "c"}, "root": {"uri": uri("3r"), "cid": "c"}}
    assert read_references(reply) == (uri("3p"), uri("3r"))
    assert read_references({"parent": {"uri": "https://x.test"}, "root": 5}) == (None, None)


@settings(deadline=None, max_examples=50)
@given(anything)
def test_no_shape_of_a_record_breaks_the_reading(value: Any) -> None:
    facets, embed, references = read_facets(raw(value)), read_embed(raw(value)), read_references(value)
    assert all((*facets.tags, *facets.mentions, *facets.links, *embed.links))
    assert isinstance(is_withdrawn(raw(value)), bool)
    assert len(references) == 2
