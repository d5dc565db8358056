from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.catalog.observed import POST_DELIVERY, PROVENANCE
from microinf_pipeline.features.rows import OBSERVED_FEATURES, with_features
from microinf_pipeline_tests.unit.features.posts_of import posts_of


def _utc(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2026 as tables hold it: UTC, without zone."""
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC).replace(tzinfo=None)


def _feature(name: str, **row: Any) -> Any:
    return with_features(posts_of(row))[name].to_list()[0]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_features_widen_the_delivery_by_their_schema_and_nothing_else() -> None:
    assert with_features(posts_of({"text": "a"})).schema == pl.Schema({**POST_DELIVERY, **PROVENANCE, **OBSERVED_FEATURES})
    assert with_features(posts_of()).schema == pl.Schema({**POST_DELIVERY, **PROVENANCE, **OBSERVED_FEATURES})


@pytest.mark.parametrize(
    ("row", "post_id"),
    [
        ({"post_id": "77", "url": "https://x.com/acme/status/9"}, "77"),
        ({"post_id": None, "url": "https://twitter.com/acme/status/9?s=20"}, "9"),
        (
            {"post_id": None, "network": "blog", "url": "http://www.blog.example/a/?utm_source=x"},
            "u:" + _hash("https://blog.example/a"),
        ),
        (
            {"post_id": None, "handle": "Anna", "created_at": _utc(1, 12), "text": "Hallo"},
            "c:" + _hash("anna\n2026-03-01T12:00:00.000000\nHallo"),
        ),
        ({"post_id": None, "title": "Nur Titel"}, "c:" + _hash("\n\nNur Titel")),
    ],
)
def test_post_id_is_the_platforms_else_in_the_url_else_a_hash(row: dict[str, Any], post_id: str) -> None:
    assert _feature("post_id", **row) == post_id


@pytest.mark.parametrize(
    ("account_id", "handle", "key"), [("1", "Anna", "1"), (None, "Anna.B", "h:anna.b"), (None, None, None)]
)
def test_account_key_is_the_id_else_the_handle_else_null(account_id: str | None, handle: str | None, key: str | None) -> None:
    assert _feature("account_key", account_id=account_id, handle=handle) == key


def test_days_and_sight_fall_back_to_the_night() -> None:
    created, seen = _utc(13, 23, 59, 59), _utc(15, 0, 0, 1)
    days = ["posted_on", "observed_on", "seen_at"]
    rows = with_features(posts_of({"created_at": created, "observed_at": seen}, {})).select(days).rows()
    assert rows == [(date(2026, 3, 13), date(2026, 3, 15), seen), (None, date(2026, 3, 14), _utc(15))]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Neu: #AcmeSommer, #acmesommer und #Größe!", ["AcmeSommer", "Größe"]),
        ("#1 ist kein Tag, #1Platz und #2026_sommer schon", ["1Platz", "2026_sommer"]),
        ("a#b &#39; https://acme.example/#top www.acme.example/x#top x/#y", []),
        ("（＃全角）と #日本語", ["全角", "日本語"]),
        ("#️⃣ Taste, #acme-sale #a#b", ["acme", "a"]),
        ("שלום #מותג ועוד", ["מותג"]),
        ("#cafe\u0301", ["café"]),
    ],
)
def test_hashtags_in_texts(text: str, tags: list[str]) -> None:
    assert _feature("hashtags_as_written", text=text) == tags


def test_given_hashtags_follow_those_of_the_text_each_once_with_parallel_spelling() -> None:
    rows = with_features(posts_of({"text": "#Zwei #eins", "given_hashtags": ["#EINS", " Drei ", ""]}, {"text": "nichts"}))
    assert rows.select("hashtags", "hashtags_as_written").rows() == [
        (["zwei", "eins", "drei"], ["Zwei", "eins", "Drei"]),
        ([], []),
    ]


def test_title_is_part_of_what_is_said() -> None:
    row = {"title": "Großer #Test", "text": "mit @acme"}
    assert _feature("hashtags", **row) == ["test"]
    assert _feature("text_folded", **row) == "grosser #test mit @acme"


@pytest.mark.parametrize(
    ("network", "text", "handles"),
    [
        ("x", "@Acme, danke! .@bob_1 und @acme.", ["acme", "bob_1"]),
        ("x", "@acme-shop (@Bob)", ["acme", "bob"]),
        ("instagram", "mit @acme.shop. und @acme_de!", ["acme.shop", "acme_de"]),
        ("mastodon", "Hallo @Anna@social.example und @bob", ["anna@social.example", "bob"]),
        ("bluesky", "hey @anna.bsky.example.", ["anna.bsky.example"]),
        ("x", "info@acme.example josé@acme.example https://medium.example/@acme", []),
        ("x", "こんにちは@acme ＠bob", ["acme", "bob"]),
        ("web", "5 @ 3 @", []),
        ("x", "Foto //@acme /@carl, @anna/@bob/@carl", ["acme", "carl", "anna", "bob"]),
        ("x", "medium.example/@acme", []),
    ],
)
def test_handles_in_texts(network: str, text: str, handles: list[str]) -> None:
    assert _feature("mentioned", network=network, text=text) == handles


def test_given_mentions_are_kept_whole_behind_those_of_the_text() -> None:
    given = ["did:plc:AbC", "@Acme"]
    assert _feature("mentioned", text="@acme hi", given_mentions=given) == ["acme", "did:plc:abc"]


def test_link_hosts_are_registrable_domains_and_deeper_hosts_of_text_and_given_links() -> None:
    text = "Siehe (https://shop.acme.co.uk/x). Oder WWW.Foo.example, http://127.0.0.1/"
    assert _feature("link_hosts", text=text, given_links=["https://acme.co.uk/y", "https://bar.example"]) == [
        "acme.co.uk", "shop.acme.co.uk", "foo.example", "bar.example",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("@acme", False), ("@acme @bob@social.example, 😍 …", False), ("@acme https://t.example/x", False), ("@acme danke", True),
        ("@acme #acme", True), (".@acme", True), ("Danke @acme", True), ("😍", False), ("https://t.example/x", False), ("5", True),
        ("", False), (None, None),
    ],
)  # fmt: skip
def test_words_beyond_leading_handles(text: str | None, says: bool | None) -> None:
    assert _feature("words_beyond_handles", text=text) is says


def test_media_types_are_sorted_each_once_and_null_when_unknown() -> None:
    rows = with_features(posts_of({"media_types": ["video", "picture", "video"]}, {"media_types": []}, {}))
    assert rows["media_types"].to_list() == [["picture", "video"], [], None]


_ROWS = st.fixed_dictionaries(
    {
        "network": st.sampled_from(["x", "mastodon", "web"]),
        "post_id": st.sampled_from([None, "1"]),
        "url": st.sampled_from([None, "https://x.com/a/status/5", "http://b.example/?b=1&a=2", "at://x/y"]),
        "handle": st.sampled_from([None, "Anna"]),
        "text": st.one_of(st.none(), st.text("aß #@.1😍\u200b", max_size=15), st.just("@a #b https://c.example/d")),
        "given_hashtags": st.sampled_from([None, [], ["Tag", "b"]]),
        "given_mentions": st.sampled_from([None, ["A"]]),
        "given_links": st.sampled_from([None, ["https://d.example"]]),
        "media_types": st.sampled_from([None, ["video", "gif"]]),
    }
)


@settings(deadline=None, max_examples=50)
@given(st.lists(_ROWS, min_size=1, max_size=4))
def test_a_row_tells_the_same_alone_as_among_others(rows: list[dict[str, Any]]) -> None:
    together = with_features(posts_of(*rows))
    alone = pl.concat([with_features(posts_of(row)) for row in rows])
    assert together.equals(alone)
    assert together["post_id"].null_count() == 0


def test_slices_put_together_keep_the_order() -> None:
    two, places = posts_of({"text": "#a"}, {"text": "@b"}), [0, 1] * 60_000
    assert with_features(two[places]).equals(with_features(two)[places])
