"""Two texts are judged by what both say, whichever comes first; groups do not know in which order."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.copy_groups import grouped
from microinf_pipeline.features.folding import fold
from microinf_pipeline.features.near_copies import EDGE, Text, formula_in, judged, likely, similarity, verdict_on
from microinf_pipeline.features.signatures import normal_form
from microinf_pipeline.features.sketches import matrix, sketches

_SENTENCE = "The small brown kettle sings again every winter morning"
WORDS = st.lists(
    st.sampled_from(["kettle", "morning", "winter", "song", "brown", "small", "every", "@anna", "12345", "xY7z", "Tobago"]),
    min_size=1,
    max_size=9,
)
SENTENCES = WORDS.map(" ".join)


def text(written: str) -> Text:
    return Text(normal_form(fold(pl.Series([written])))[0], written)


@given(SENTENCES, SENTENCES)
@settings(deadline=None)
def test_likeness_and_verdict_are_the_same_both_ways(one: str, other: str) -> None:
    a, b = text(one), text(other)
    assert similarity(a.normal, b.normal) == similarity(b.normal, a.normal)
    assert verdict_on(a, b) == verdict_on(b, a)
    assert similarity(a.normal, a.normal) == 1.0


@given(st.lists(SENTENCES, min_size=2, max_size=8))
@settings(deadline=None)
def test_the_fast_first_look_loses_no_pair(sentences: list[str]) -> None:
    texts = {n: text(s) for n, s in enumerate(sentences)}
    pairs = pl.DataFrame([(a, b) for a in texts for b in texts if a < b], schema=["a", "b"], orient="row")
    normal = pl.Series([t.normal for t in texts.values()])
    left = likely(pairs, np.arange(len(texts)), matrix(sketches(normal)), normal.str.len_chars().to_numpy())
    assert judged(left, texts).equals(judged(pairs, texts))


def test_a_copy_with_a_word_changed_is_a_copy() -> None:
    verdict = verdict_on(text(_SENTENCE), text(_SENTENCE.replace("winter", "summer")))
    assert verdict is not None
    assert verdict[0] > 0.6
    assert not verdict[1]


def test_other_people_tagged_in_the_same_words_fill_in_a_form() -> None:
    entries = [text(f"I want to win the summer mug because of {who} #mugs") for who in ("@anna_b", "@carlo77")]
    verdict = verdict_on(*entries)
    assert verdict is not None
    assert verdict[1]


def test_other_words_are_no_copy() -> None:
    assert verdict_on(text(_SENTENCE), text("Tomorrow we travel to the quiet island by ferry")) is None


def test_contest_and_share_button_words_are_formulas() -> None:
    texts = [
        "Big GIVEAWAY today",
        "Unser Gewinnspiel läuft",
        "I just earned the gold badge",
        "Check out my video",
        "What a morning",
    ]
    assert [formula_in(t.lower()) for t in texts] == ["contest", "contest", "share_button", "share_button", None]


EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()).filter(lambda e: e[0] != e[1]), max_size=15)


@given(EDGES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_groups_do_not_depend_on_the_order_of_edges(edges: list[tuple[int, int, bool]], random: object) -> None:
    shuffled = [(b, a, form) for a, b, form in edges]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert grouped(edges_of(edges)).equals(grouped(edges_of(shuffled)))


def edges_of(edges: list[tuple[int, int, bool]], similarity: float = 0.6) -> pl.DataFrame:
    return pl.DataFrame([(a, b, similarity, form) for a, b, form in edges], schema=EDGE, orient="row")


def test_a_form_joins_clusters_and_not_groups() -> None:
    found = grouped(edges_of([(1, 2, False), (2, 3, True), (7, 8, False)]))
    assert found.rows() == [(1, 1, 1, 1), (2, 1, 1, 1), (3, 3, 1, 1), (7, 7, 7, 7), (8, 7, 7, 7)]


def test_likeness_is_not_handed_on_along_a_chain() -> None:
    chain = grouped(edges_of([(n, n + 1, False) for n in range(1, 6)], similarity=0.5))
    assert chain["group_no"].to_list() == [1, 1, 1, 4, 4, 6]
    assert chain["component_no"].unique().to_list() == [1]


def test_texts_that_are_surely_one_hold_as_a_chain() -> None:
    chain = grouped(edges_of([(n, n + 1, False) for n in range(1, 6)], similarity=0.9))
    assert chain["group_no"].unique().to_list() == [1]
