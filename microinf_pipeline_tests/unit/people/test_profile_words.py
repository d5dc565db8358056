from __future__ import annotations

import polars as pl
import pytest

from microinf_pipeline.people.account_kind import account_kind
from microinf_pipeline.people.authority import authority
from microinf_pipeline.people.profile_text import profile_text


def one(bio: str | None, **more: str) -> pl.DataFrame:
    row = {"network": "x", "account_id": "1", "bio": bio, "display_name": None, "category": None, "account_type": None} | more
    return pl.DataFrame([row], schema=dict.fromkeys(row, pl.String()))


@pytest.mark.parametrize(
    ("bio", "kind", "words"),
    [
        ("Professor of physics", "academic", "Professor"),
        ("Freie Journalistin | Kaffee", "journalist", "Journalistin"),
        ("Software Engineer @acme", "technical_expert", "Software Engineer"),
        ("Head chef & dad", "practitioner", "Head chef"),
        ("Periodista\nmadre", "journalist", "Periodista"),
    ],
)
def test_an_authority_is_read_with_its_words(bio: str, kind: str, words: str) -> None:
    assert authority(one(bio)).row(0)[2:] == (kind, words)


@pytest.mark.parametrize(
    "bio",
    ["son of a professor", "future engineer", "journalism student", "Journalist student", "ex journalist", "fan of every chef", "PhD student",
     "not a journalist", "angehende Lehrerin", "hello", None],
)  # fmt: skip
def test_what_is_not_the_owners_own_is_not_taken(bio: str | None) -> None:
    assert authority(one(bio)).row(0)[2:] == (None, None)


@pytest.mark.parametrize(
    ("bio", "more", "kind", "evidence"),
    [
        ("I love my dog", {"account_type": "brand"}, "brand", "network"),
        ("Automated account, posts hourly", {}, "bot", "bio: Automated account"),
        (None, {"display_name": "Acme GmbH"}, "brand", "name: GmbH"),
        (None, {"category": "Newspaper"}, "media", "category: Newspaper"),
        ("Ich mag Brot", {"account_type": "unknown"}, "person", "bio: Ich"),
        ("robots and bottles", {}, "unknown", None),
    ],
)
def test_the_kind_of_account_comes_from_the_network_first(
    bio: str | None, more: dict[str, str], kind: str, evidence: str | None
) -> None:
    assert account_kind(one(bio, **more)).row(0)[2:] == (kind, evidence)


@pytest.mark.parametrize(
    ("bio", "email"),
    [
        ("Mail: Lena.K (at) beispiel . example", "lena.k@beispiel.example"),
        ("lena@beispiel.example.", "lena@beispiel.example"),
        ("x [at] y [dot] example", "x@y.example"),
        ("lena at beispiel dot example", "lena@beispiel.example"),
        ("find me at acme.example", None),
        ("with @acme.example", None),
    ],
)
def test_addresses_are_found_however_written(bio: str, email: str | None) -> None:
    assert profile_text(one(bio))["email"].to_list() == [email]


@pytest.mark.parametrize(
    ("bio", "invited", "words"),
    [
        ("Kooperationen: dm", True, "Kooperationen"),
        ("no collabs please", False, "no collabs"),
        ("hello", False, None),
        (None, None, None),
    ],
)
def test_business_is_invited_by_the_owners_words_only(bio: str | None, invited: bool | None, words: str | None) -> None:
    assert profile_text(one(bio)).select("invites_business", "invitation_evidence").row(0) == (invited, words)


@pytest.mark.parametrize(
    ("bio", "country", "words"),
    [
        ("Berlin, Germany", "DE", "Berlin, Germany"),
        ("🇧🇷 mãe", "BR", "🇧🇷"),
        ("🇩🇪🇦🇹", None, None),
        ("I love Paris", None, None),
        ("ich schreibe deutsch", None, None),
    ],
)
def test_a_country_is_stated_or_unknown(bio: str, country: str | None, words: str | None) -> None:
    assert profile_text(one(bio)).select("country_stated", "country_evidence").row(0) == (country, words)


def test_links_are_kept_as_written() -> None:
    assert profile_text(one("see https://acme.example/a and www.acme.example"))["links"].to_list() == [
        ["https://acme.example/a", "www.acme.example"]
    ]
