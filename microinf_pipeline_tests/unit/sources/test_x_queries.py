"""Terms of a brand in the language of X's search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.catalog.capture import BrandTerms
from microinf_pipeline.sources.x_queries import RECENT, Impossible, Query, brand_queries, joined, quotes_of


def rules(brand: BrandTerms) -> list[str]:
    return [query.rule for query in brand_queries(brand, RECENT.longest)[0]]


def test_terms_of_a_brand_share_a_query() -> None:
    brand = BrandTerms("acme", ("acme", "acmecup"), ("Acme", "acme zero"), ("acmecups",), ("acme.example/shop",))
    assert rules(brand) == ['#acme OR #acmecup OR @acmecups OR Acme OR "acme zero" OR url:"acme.example/shop"']


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("Acme", "Acme"), ("Café", "Café"), ("coca-cola", '"coca-cola"'), ("-acme", '"-acme"'), ("or", '"or"'), ("a:b", '"a:b"'),
        ('say "acme" now', '"say acme now"'), ("acme (cups)", '"acme (cups)"'), ("☕", '"☕"'), ("a_b", '"a_b"'),
    ],
)  # fmt: skip
def test_nothing_in_a_keyword_is_read_as_an_operator(word: str, asked: str) -> None:
    assert rules(BrandTerms("acme", keywords=(word,))) == [asked]


def test_a_tag_that_the_network_cannot_recognise_is_searched_for_as_words() -> None:
    assert rules(BrandTerms("acme", hashtags=("acme-zero", "größe"))) == ['"#acme-zero" OR #größe']


def test_terms_that_cannot_be_asked_are_told() -> None:
    long = "a" * 600
    assert brand_queries(BrandTerms("acme", keywords=(long, '"'), handles=("sixteen_letters_x", "ok")), RECENT.longest) == (
        [Query("acme", "@ok")],
        [
            Impossible("acme", "@sixteen_letters_x", "no handle of X: 1 to 15 letters, digits and _"),
            Impossible("acme", "a" * 60, "longer than a query of 512 characters"),
        ],
    )


def test_quotes_of_many_posts_take_several_queries() -> None:
    queries = quotes_of([str(10**18 + n) for n in range(30)], RECENT.longest)
    assert [query.count("quotes_of_tweet_id:") for query in queries] == [12, 12, 6]


@given(st.lists(st.text("abc", min_size=1, max_size=40), max_size=30))
def test_joining_loses_no_term_and_keeps_every_query_short_enough(terms: list[str]) -> None:
    queries = joined(terms, 60)
    assert [term for query in queries for term in query.split(" OR ")] == terms
    assert all(len(query) <= 60 for query in queries)
