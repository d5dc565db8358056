from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.folding import fold, fold_word, written

EVERY_CHARACTER = [
    chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF and unicodedata.category(chr(code)) != "Cn"
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GROẞE Straße", "grosse STRASSE"),
        ("Café", "Cafe\u0301"),
        ("ＡＣＭＥ", "acme"),
        ("ﬁt", "fit"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("Ac\u200bme\u200f", "acme"),
        ("Ac\u00adme", "acme"),
        ("\u2764\ufe0f", "\u2764"),
        ("a\u00a0 \t\n b ", "a b"),
        ("مرحبا\u202c بكم", "مرحبا بكم"),
        ("5…", "5..."),
    ],
)
def test_texts_a_reader_takes_for_the_same_fold_to_the_same(one: str, other: str) -> None:
    assert fold_word(one) == fold_word(other)


@pytest.mark.parametrize(
    ("one", "other"), [("schon", "schön"), ("Müller", "Mueller"), ("S-Bahn", "S Bahn"), ("résumé", "resume")]
)
def test_accents_umlauts_and_hyphens_stay_different(one: str, other: str) -> None:
    assert fold_word(one) != fold_word(other)


def test_written_form_keeps_case_and_drops_what_cannot_be_seen() -> None:
    assert written(pl.Series([" Große\u200b  ＡＣＭＥ\n", None])).to_list() == ["Große ACME", None]


def test_folding_equals_unicode_case_folding_but_for_known_letters() -> None:
    different = {
        character
        for character, ours, theirs in zip(
            EVERY_CHARACTER,
            fold(pl.Series(["a" + character + "b" for character in EVERY_CHARACTER])),
            fold(pl.Series(["a" + unicodedata.normalize("NFKC", character).casefold() + "b" for character in EVERY_CHARACTER])),
            strict=True,
        )
        if ours != theirs
    }
    greek_iota_below = {c for c in different if "GREEK" in unicodedata.name(c)} | {"\u0345"}
    archaic_cyrillic = {chr(code) for code in range(0x1C80, 0x1C89)}
    assert different == greek_iota_below | archaic_cyrillic


def test_folding_any_character_twice_changes_nothing() -> None:
    once = fold(pl.Series(["a" + character + "b" for character in EVERY_CHARACTER]))
    assert fold(once).equals(once)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=1, max_size=20))
def test_folding_is_idempotent_and_keeps_nulls(texts: list[str | None]) -> None:
    once = fold(pl.Series(texts, dtype=pl.String))
    assert fold(once).equals(once)
    assert once.is_null().to_list() == [text is None for text in texts]


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=30))
def test_composed_and_decomposed_texts_are_equal(text: str) -> None:
    assert fold_word(unicodedata.normalize("NFD", text)) == fold_word(unicodedata.normalize("NFC", text))
