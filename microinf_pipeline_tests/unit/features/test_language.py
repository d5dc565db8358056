from __future__ import annotations

import polars as pl
import pytest

from microinf_pipeline.features.language import detect_language, with_language
from microinf_pipeline_tests.unit.features.posts_of import posts_of

GERMAN = "Heute war der Zug schon wieder zu spät"
FRENCH = "J'aime cette ville et ses habitants"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (GERMAN, "de"), ("@acme https://acme.example/the-best-shoes-ever so schön ist es heute hier #shoes", "de"),
        ("Love this new shoe, it is great", "en"), (FRENCH, None), ("Bardzo dobra kawa", None), ("素敵なコーヒー", None),
        ("@acme ❤️ 12 https://acme.example/x", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_language_that_is_not_allowed_is_never_named_as_another(text: str | None, lang: str | None) -> None:
    found = detect_language(pl.Series([text], dtype=pl.String), ["de", "en"])
    assert found["lang"].to_list() == [lang]
    assert found["confidence"].is_null().to_list() == [lang is None]


def test_what_is_short_or_unsure_is_a_guess_and_says_so() -> None:
    found = detect_language(pl.Series(["so schön", GERMAN, "Danke"]), ["de", "en"])
    assert found.select("lang", "lang_source").rows() == [("de", "guessed"), ("de", "detected"), ("de", "guessed")]


def test_of_short_texts_only_the_languages_looked_for_are_weighed() -> None:
    found = detect_language(pl.Series(["grazie mille", "gracias a todos", "love it"]), ["en", "es", "it"])
    assert found["lang"].to_list() == ["it", "es", "en"]


def test_a_tweet_of_hashtags_is_read_by_their_words_and_is_a_guess() -> None:
    found = detect_language(pl.Series(["#GutenMorgen #Sonntag @acme", "#HappyBirthday_to_you"]), ["de", "en"])
    assert found.select("lang", "lang_source").rows() == [("de", "guessed"), ("en", "guessed")]


def test_shouts_ornaments_and_markup_change_no_language() -> None:
    texts = [GERMAN, f"RT @acme: {GERMAN.upper()} &amp; https://acme.example/a", "ｈｅｕｔｅ war der Zug schon wieder zu spät"]
    assert detect_language(pl.Series(texts), ["de", "en"])["lang_source"].to_list() == ["detected"] * 3


def test_what_the_source_says_stays() -> None:
    posts = posts_of({"text": GERMAN, "lang": "nl"}, {"text": GERMAN}, {"text": FRENCH}, {"text": None})
    rows = with_language(posts, ["de"]).select("lang", "lang_source").rows()
    assert rows == [("nl", "source"), ("de", "detected"), (None, None), (None, None)]


def test_nothing_is_asked_where_every_row_has_a_language() -> None:
    posts = posts_of({"text": GERMAN, "lang": "de"})
    assert with_language(posts, ["de"]).drop("lang_source").equals(posts)


def test_hindi_in_latin_letters_is_not_taken_for_english() -> None:
    texts = pl.Series(["yeh shoes kya great hain friends", "bhai aap ka new phone nahi good"])
    assert detect_language(texts, ["en"])["lang"].to_list() == [None, None]


def test_one_word_that_is_hindi_too_leaves_a_guess() -> None:
    found = detect_language(pl.Series(["ma tu hai visto il nuovo negozio in centro ieri sera"]), ["en", "it"])
    assert found.select("lang", "lang_source").rows() == [("it", "guessed")]


def test_a_megabyte_is_judged_by_its_beginning() -> None:
    assert detect_language(pl.Series([f"{GERMAN} " * 30_000]), ["de"])["lang"].to_list() == ["de"]
