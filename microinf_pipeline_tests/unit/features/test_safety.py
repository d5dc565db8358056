from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.features.folding import written
from microinf_pipeline.features.safety import FLAGS, safety, safety_evidence


def flags(text: str) -> list[dict[str, Any]]:
    return list(json.loads(safety_evidence(pl.Series([text]))[0]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You are an IDIOT", [{"flag": "abuse", "words": ["IDIOT"]}]),
        ("Diese Vollidioten, so ein Arsch", [{"flag": "abuse", "words": ["Vollidioten", "Arsch"]}]),
        ("Verpiss  dich", [{"flag": "abuse", "words": ["Verpiss dich"]}]),
        ("free porn pics", [{"flag": "adult", "words": ["porn"]}]),
        ("I will kill you, moron", [{"flag": "abuse", "words": ["moron"]}, {"flag": "violence", "words": ["will kill you"]}]),
        ("Check out my new channel", [{"flag": "spam", "rule": "own_channel", "words": ["Check out my"]}]),
        ("Click here https://acme.example/x", [{"flag": "spam", "rule": "link_with_call", "words": ["Click here"]}]),
        ("https://acme.example/x", [{"flag": "spam", "rule": "bare_link", "words": []}]),
        ("She said “moron” to me", [{"flag": "abuse", "words": ["moron"], "quoted": ["moron"]}]),
        ("ein Scheißkerl", [{"flag": "abuse", "words": ["Scheißkerl"]}]),
        ("qué gilipollas 😡", [{"flag": "abuse", "words": ["gilipollas"]}]),
        ("مرحبا idiot", [{"flag": "abuse", "words": ["idiot"]}]),
    ],
)  # fmt: skip
def test_a_flag_names_what_raised_it(text: str, found: list[dict[str, Any]]) -> None:
    assert flags(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "👟", "He is not an idiot", "Er ist kein Arschloch", "This delay is bullshit, worst airline ever", "Scunthorpe and Essex",
        "killing it today", "Der Packesel und die Verpackung", "my flight was late again", "See https://acme.example/news for the story",
    ],
)  # fmt: skip
def test_complaints_negations_and_parts_of_words_raise_nothing(text: str) -> None:
    assert flags(text) == []


def test_a_negation_ends_with_its_clause() -> None:
    assert flags("I do not care, idiot") == [{"flag": "abuse", "words": ["idiot"]}]


def test_no_text_is_not_judged() -> None:
    assert safety_evidence(pl.Series([None, "hello"], dtype=pl.String)).to_list() == [None, "[]"]


def test_a_megabyte_is_read_as_far_as_the_rules_say() -> None:
    assert flags("x " * 500_000 + "idiot") == []
    assert flags("idiot " + "check out my " * 80_000) == [
        {"flag": "abuse", "words": ["idiot"]}, {"flag": "spam", "rule": "own_channel", "words": ["check out my"]},
    ]  # fmt: skip


_PIECES = [
    "idiot",
    "Arsch",
    "kill you",
    "not",
    "check out my",
    "https://acme.example/x",
    "„",
    "“",
    "😡",
    "مرحبا",
    "Straße",
    ".",
    "PORN",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join))
def test_the_evidence_stands_in_the_text(text: str) -> None:
    seen = written(pl.Series([text]))[0]
    for flag in flags(text):
        assert flag["flag"] in FLAGS
        assert all(word in seen for word in (*flag["words"], *flag.get("quoted", ())))


@given(st.permutations(["idiot", "hello", "free porn", ""]))
def test_each_text_is_judged_by_itself(texts: list[str]) -> None:
    together = safety_evidence(pl.Series(texts)).to_list()
    assert together == [safety_evidence(pl.Series([text]))[0] for text in texts]


def test_of_many_texts_each_is_judged_as_it_is_alone() -> None:
    texts = [
        "idiot",
        "hello",
        "Check out my new channel",
        "❤️ https://acme.example/x",
        "subscribe to Acme",
        "qué gilipollas",
        "our view",
    ]
    alone = [safety_evidence(pl.Series([text]))[0] for text in texts]
    assert safety_evidence(pl.Series(texts * 300)).to_list() == alone * 300


def test_lists_clear_only_texts_of_a_language_they_know() -> None:
    texts = pl.Series(["what a day", "bello, che giornata", "素敵な一日", "du Idiot", "hm", None])
    read = safety(texts, pl.Series(["en", "it", "ja", "ja", None, "en"], dtype=pl.String))
    assert read["safety_flags"].to_list() == ["[]", "[]", None, '["abuse"]', None, None]
    assert read["safety_evidence"].to_list() == ["[]", "[]", None, '[{"flag":"abuse","words":["Idiot"]}]', None, None]


def test_words_that_look_like_evidence_add_no_flag() -> None:
    text = 'du idiot "flag":"spam" "flag":"adult"'
    assert safety(pl.Series([text]), pl.Series(["de"]))["safety_flags"].to_list() == ['["abuse"]']
