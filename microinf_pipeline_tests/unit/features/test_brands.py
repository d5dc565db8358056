from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.brands import BRAND_MATCHES, BrandRules, match_brands
from microinf_pipeline.features.rows import with_features
from microinf_pipeline_tests.unit.features.posts_of import posts_of

NORDBAHN = BrandRules(
    "nordbahn",
    keywords=(("Große Nordbahn", ()), ("Bahn", ("S-Bahn", "Bahn frei"))),
    hashtags=("#NordbahnLiebe",),
    handles={"x": ("Nordbahn",), "mastodon": ("nordbahn@social.example",)},
    domains=("nordbahn.example", "tickets.verkehr.example"),
    owned_accounts={"bluesky": ("did:plc:nord",)},
    campaign_hashtags=("SommerAmZug",),
)


def _matches(*rows: dict[str, Any], brands: tuple[BrandRules, ...] = (NORDBAHN,)) -> pl.DataFrame:
    return match_brands(with_features(posts_of(*rows)), brands)


def _found(word: str, text: str | None, *exclusions: str) -> str | None:
    rows = _matches({"text": text}, brands=(BrandRules("b", keywords=((word, exclusions),)),))
    return rows["matched_text"][0] if rows.height else None


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("Bahn", "Die BAHN kommt", "BAHN"),
        ("Bahn", "wegen der Bahn.", "Bahn"),
        ("Bahn", "Bahn's Plan, Bahns Plan", "Bahn's"),
        ("Bahn", "zwei Bahnen", "Bahnen"),
        ("Bahn", "der Bahn-Chef", "Bahn"),
        ("Bahn", "(Bahn)", "Bahn"),
        ("Bahn", "#Bahn!", "#Bahn"),
        ("Große Nordbahn", "der Großen Nordbahn", "Großen Nordbahn"),
        ("Große Nordbahn", "GROSSE\n nordbahn’s", "GROSSE nordbahn’s"),
        ("Große Nordbahn", "Große-Nordbahn", "Große-Nordbahn"),
        ("Große Nordbahn", "#GroßeNordbahn und #große_nordbahn", "#GroßeNordbahn"),
        ("Coca-Fizz", "coca fizz", "coca fizz"),
        ("bahn*", "am Bahnhof", "Bahnhof"),
        ("*bahn", "auf der Autobahn", "Autobahn"),
        ("*bahn*", "Autobahnkreuz", "Autobahnkreuz"),
        ("bahn*", "#Bahnstreik", "#Bahnstreik"),
        ("QX", "QX fährt, QXs auch", "QX"),
        ("H&N", "bei h & n gekauft", "h & n"),
        ("O'Nill", "von O’Nill", "O’Nill"),
        ("Löwenbräu", "Lo\u0308wenbra\u0308u", "Löwenbräu"),
        ("Acme", "ＡＣＭＥ!", "ACME"),
        ("Acme", "Ac\u200bme", "Acme"),
        ("İzmir Kola", "izmir kola, IZMIR", "izmir kola"),
        ("Kırmızı", "KIRMIZI", "KIRMIZI"),
        ("Straße", "STRASSE", "STRASSE"),
        ("strasse", "Straße", "Straße"),
        ("מותג", "אני אוהב מותג מאוד", "מותג"),
        ("Acme", "私はAcmeが好き", "Acme"),
        ("ソニル", "私はソニルが好き", "ソニル"),
        ("🥤", "love🥤🥤", "🥤"),
        ("c++", "ich mag C++!", "C++"),
        ("Acme", "RT @bob: Acme", "Acme"),
        ("Acme", "acme.example", "acme"),
    ],
)
def test_a_keyword_is_found(word: str, text: str, found: str) -> None:
    assert _found(word, text) == found


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Bahn", "Bahnhof, Autobahn, Bahn_1, Bahn2, xBahn"),
        ("Bahn", "#Bahnhof #Autobahn #bahn_chef"),
        (
            "Bahn",
            "https://zug.example/bahn www.bahn.example @bahn @bahn@social.example bahn@zug.example, an.bahn.de@zug.example",
        ),
        ("Große Nordbahn", "Große alte Nordbahn"),
        ("Große Nordbahn", "große @bob nordbahn"),
        ("Große Nordbahn", "groß Nordbahn, GroßeNordbahn"),
        ("QX", "qx Qx"),
        ("Sky", "Skyer, Skye"),
        ("schon", "schön"),
        ("Acme", ""),
        ("Acme", None),
    ],
)
def test_a_keyword_is_not_found(word: str, text: str | None) -> None:
    assert _found(word, text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bahn", "Bahn"), ("S-Bahn", None), ("die S-Bahnen", None), ("S-Bahn S-Bahn, S-Bahns", None), ("#SBahn", None),
        ("Bahn und S-Bahn", "Bahn"), ("die S-Bahnen, die Bahnen", "Bahnen"), ("#Bahn statt #SBahn", "#Bahn"), ("Bahn, SBahnhof", "Bahn"),
        ("Bahn s bahnhof", "Bahn"),
    ],
)  # fmt: skip
def test_an_exclusion_that_holds_the_word_takes_away_those_places(text: str, found: str | None) -> None:
    assert _found("Bahn", text, "S-Bahn") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("Bahn", "Bahn"), ("Modell einer Bahn", None), ("Bahn #Modell", None), ("Bahn, Modellbau", "Bahn")],
)
def test_an_exclusion_without_the_word_takes_away_the_whole_post(text: str, found: str | None) -> None:
    assert _found("Bahn", text, "Modell") == found


def test_one_keywords_exclusion_leaves_the_others() -> None:
    assert _matches({"text": "S-Bahn der Großen Nordbahn"})["matched_text"].to_list() == ["Großen Nordbahn"]


@pytest.mark.parametrize(
    ("row", "evidence"),
    [
        ({"text": "#NORDBAHNLIEBE Bahn @nordbahn"}, ("hashtag", "#NORDBAHNLIEBE", True, False)),
        ({"text": "x #sommeramzug"}, ("hashtag", "#sommeramzug", True, False)),
        ({"text": "x", "given_hashtags": ["SommerAmZug"]}, ("hashtag", "#sommeramzug", False, False)),
        ({"text": "@Nordbahn hallo"}, ("handle", "@Nordbahn", False, True)),
        ({"text": "@Nordbahn hallo", "given_brand_id": "nordbahn"}, ("handle", "@Nordbahn", False, True)),
        ({"text": "@bob @nordbahn: Bahn!"}, ("handle", "@nordbahn", True, False)),
        ({"text": "@bob frag @nordbahn"}, ("handle", "@nordbahn", True, False)),
        ({"text": ".@nordbahn hallo"}, ("handle", "@nordbahn", True, False)),
        ({"text": "hallo", "given_mentions": ["nordbahn"]}, ("handle", "@nordbahn", False, False)),
        ({"text": "hi @nordbahn@social.example", "network": "mastodon"}, ("handle", "@nordbahn@social.example", True, False)),
        ({"text": "hi", "network": "bluesky", "given_mentions": ["did:plc:nord"]}, ("handle", "@did:plc:nord", False, False)),
        ({"text": "https://shop.nordbahn.example/x Bahn"}, ("domain", "nordbahn.example", True, False)),
        ({"text": "x", "given_links": ["https://nordbahn.example"]}, ("domain", "nordbahn.example", False, False)),
        (
            {"text": "x", "given_links": ["https://tickets.verkehr.example/y"]},
            ("domain", "tickets.verkehr.example", False, False),
        ),
        ({"text": "http://de.tickets.verkehr.example."}, ("domain", "de.tickets.verkehr.example", True, False)),
        ({"text": "Bahn", "given_brand_id": "nordbahn"}, ("keyword", "Bahn", True, False)),
        ({"title": "Die Bahn", "text": "sonst nichts"}, ("keyword", "Bahn", True, False)),
        ({"text": None, "given_hashtags": ["bahn"]}, ("keyword", "#bahn", False, False)),
        ({"text": "nichts", "given_brand_id": "nordbahn"}, ("export", None, False, False)),
    ],
)
def test_the_strongest_evidence_names_the_match(row: dict[str, Any], evidence: tuple[str, str | None, bool, bool]) -> None:
    assert _matches(row).rows() == [(row.get("network", "x"), "0", "nordbahn", *evidence)]


@pytest.mark.parametrize(
    "row",
    [
        {"text": "@nordbahn hallo", "network": "instagram"},
        {"text": "@nordbahn hallo", "network": "mastodon"},
        {"text": "@nordbahner #NordbahnLieben"},
        {"text": "https://verkehr.example/x https://nottickets.verkehr.example"},
        {"text": "https://nordbahn.example.org https://mynordbahn.example"},
        {"text": "nichts", "given_brand_id": "other"},
        {},
    ],
)
def test_what_only_looks_like_the_brand_is_no_match(row: dict[str, Any]) -> None:
    assert _matches(row).rows() == []


def test_matches_come_in_the_order_of_posts_and_brands() -> None:
    other = BrandRules("zug", keywords=(("Zug", ()),))
    rows = _matches({"text": "Zug Bahn"}, {"text": "nichts"}, {"text": "Zug"}, brands=(NORDBAHN, other))
    assert rows.select("post_id", "brand_id").rows() == [("0", "nordbahn"), ("0", "zug"), ("2", "zug")]


def test_no_brands_or_no_posts_give_an_empty_frame_of_the_same_shape() -> None:
    empty = pl.DataFrame(schema=BRAND_MATCHES)
    assert _matches({"text": "Bahn"}, brands=()).equals(empty)
    assert _matches().equals(empty)
    assert _matches().schema == empty.schema


_TEXTS = st.lists(
    st.lists(
        st.sampled_from(["Bahn", "#bahn", "@nordbahn", "S-Bahn", "#SommerAmZug", "https://nordbahn.example/x", "Zug", "😍", "a@b.example"]),
        max_size=5,
    ).map(" ".join),
    min_size=1, max_size=8, unique=True,
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(_TEXTS, st.randoms())
def test_the_order_of_rows_does_not_matter(texts: list[str], random: Any) -> None:
    posts = [{"post_id": text, "text": text} for text in texts]
    shuffled = random.sample(posts, len(posts))
    assert _matches(*shuffled).sort("post_id").equals(_matches(*posts).sort("post_id"))
