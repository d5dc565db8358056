from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.sentiment import SENTIMENT, languages, sentiment


def score(text: str | None, language: str | None = "en") -> float | None:
    value = sentiment(pl.Series([text], dtype=pl.String), pl.Series([language], dtype=pl.String))["sentiment"][0]
    return None if value is None else float(value)


def ordered(*texts: str, language: str) -> bool:
    """Whether each text feels better than the one before."""
    scores = [score(text, language) or 0.0 for text in texts]
    return all(worse < better for worse, better in pairwise(scores))


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (("I hate this terrible flight", "We landed in Boston", "I love this wonderful flight"), "en"),
        (("Ich hasse diesen schlechten Zug", "Ich liebe diesen wunderschönen Tag"), "de"),
        (("je déteste ça, c'est nul", "merci, j'adore, c'est magnifique"), "fr"),
        (("odio todo esto, qué asco", "gracias, me encanta, qué bonito"), "es"),
    ],
)
def test_a_glad_text_scores_above_a_cross_one(texts: tuple[str, ...], language: str) -> None:
    assert ordered(*texts, language=language)


def test_a_negation_turns_the_feeling() -> None:
    assert ordered("This is not good", "This is good", language="en")
    assert ordered("Das ist nicht gut", "Das ist gut", language="de")


@pytest.mark.parametrize(
    ("text", "language"), [(None, "en"), ("", "en"), ("123 !!!", "en"), ("I love it", None), ("I love it", "xx"), ("👟", "en")]
)
def test_nothing_to_judge_is_null(text: str | None, language: str | None) -> None:
    assert score(text, language) is None


@pytest.mark.parametrize(("text", "expected"), [("😍😍😍", 0.75), ("😡", -0.5), ("😍😡", 0.0)])
def test_emoji_alone_are_judged_in_any_language(text: str, expected: float) -> None:
    assert score(text, None) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["I love مرحبا 你好 это", "אני אוהב את זה", "\u202eevol\u202c it", "ＬＯＶＥ it"])
def test_mixed_scripts_and_directions_have_a_score(text: str) -> None:
    found = score(text)
    assert found is not None
    assert -1 <= found <= 1


def test_handles_and_links_are_no_features() -> None:
    assert score("@lovely_hater https://love.example/hate nice shoes") == score("@acme https://a.example/b nice shoes")


def test_a_megabyte_scores_as_its_beginning() -> None:
    assert score("nice shoes " * 100_000) == score(("nice shoes " * 100)[:1_000])


def test_no_text_at_all_is_no_row() -> None:
    none = pl.Series([], dtype=pl.String)
    assert sentiment(none, none).equals(pl.DataFrame(schema=SENTIMENT))


_TEXTS = ["I love it", "I hate it", "", "😍", "soooooo good", "مرحبا", "ok"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=8), st.sampled_from(sorted(languages())))
def test_each_text_is_judged_by_itself(texts: list[str], language: str) -> None:
    together = sentiment(pl.Series(texts), pl.Series([language] * len(texts)))["sentiment"].to_list()
    assert (
        together == pytest.approx([score(text, language) for text in texts], nan_ok=True)
        if None not in together
        else [value is None for value in together] == [score(text, language) is None for text in texts]
    )
