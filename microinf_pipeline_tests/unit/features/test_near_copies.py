"""Two texts are judged by what both say, whichever comes first; groups do not know in which order."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.copy_groups import grouped
from microinf_pipeline.features.folding import fold
from microinf_pipeline.features.near_copies import EDGE, TEXT, formula_in, judged, likely, similarities
from microinf_pipeline.features.signatures import normal_form
from microinf_pipeline.features.sketches import matrix, sketches

_SENTENCE = "The small brown kettle sings again every winter morning"
WORDS = st.lists(
    st.sampled_from(["kettle", "morning", "winter", "song", "brown", "small", "every", "@anna", "12345", "xY7z", "Tobago"]),
    min_size=1,
    max_size=9,
)
SENTENCES = WORDS.map(" ".join)


def texts(*written: str) -> pl.DataFrame:
    said = pl.Series(written, dtype=pl.String)
    return pl.DataFrame({"no": range(len(said)), "normal": normal_form(fold(said)), "written": said}, TEXT)


def verdict(one: str, other: str) -> tuple[float, bool] | None:
    """similarity and is_form of two texts; None where they are not alike."""
    found = judged(pl.DataFrame({"a": [0], "b": [1]}), texts(one, other))
    return None if found.is_empty() else found.row(0)[2:]


@given(SENTENCES, SENTENCES)
@settings(deadline=None)
def test_the_verdict_is_the_same_both_ways_and_a_text_is_its_own_copy(one: str, other: str) -> None:
    assert verdict(one, other) == verdict(other, one)
    assert verdict(_SENTENCE + one, _SENTENCE + one) == (1.0, False)


@given(SENTENCES, SENTENCES)
@settings(deadline=None)
def test_likeness_is_the_share_of_letter_triples_both_hold(one: str, other: str) -> None:
    pair = texts(one, other)
    a, b = (set(zip(f" {n} ", f"{n} ", f"{n} "[1:], strict=False)) for n in pair["normal"])
    assert similarities(pair["normal"], np.array([(0, 1)]))[0] == len(a & b) / len(a | b)


@given(st.lists(SENTENCES, min_size=2, max_size=8))
@settings(deadline=None)
def test_the_fast_first_look_loses_no_pair(sentences: list[str]) -> None:
    some = texts(*sentences)
    pairs = pl.DataFrame([(a, b) for a in some["no"] for b in some["no"] if a < b], schema=["a", "b"], orient="row")
    sketched, letters = matrix(sketches(some["normal"])), some["normal"].str.len_chars().to_numpy()
    left = likely(pairs, np.arange(some.height), sketched, letters)
    assert judged(left, some).equals(judged(pairs, some))


def test_a_copy_with_a_word_changed_is_a_copy() -> None:
    found = verdict(_SENTENCE, _SENTENCE.replace("winter", "summer"))
    assert found is not None
    assert found[0] > 0.6
    assert not found[1]


def test_other_people_tagged_in_the_same_words_fill_in_a_form() -> None:
    found = verdict(*(f"I want to win the summer mug because of {who} #mugs" for who in ("@anna_b", "@carlo77")))
    assert found is not None
    assert found[1]


def test_other_words_are_no_copy() -> None:
    assert verdict(_SENTENCE, "Tomorrow we travel to the quiet island by ferry") is None


def test_contest_and_share_button_words_are_formulas() -> None:
    written = [
        "Big GIVEAWAY today",
        "Unser Gewinnspiel läuft",
        "I just earned the gold badge",
        "Check out my video",
        "What a morning",
    ]
    assert [formula_in(t.lower()) for t in written] == ["contest", "contest", "share_button", "share_button", None]


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
