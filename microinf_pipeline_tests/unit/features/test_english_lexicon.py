from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.features.english_lexicon import EnglishLexicon

_LEXICON = EnglishLexicon()
_WORDS = (
    "good bad GREAT awful love no not never without doubt so this but least at very kind of sort the bomb ass to die for "
    "or nor isn't VERY really death kiss smart. :) :D 😀 💘 a desk Desk, yeah right stop bus badass beating heart !!! ?? (hm)"
)


@given(st.lists(st.sampled_from([*_WORDS.split(), "good😀", "😀💘"]), max_size=12).map(" ".join))
def test_scores_are_those_of_the_package(text: str) -> None:
    assert _LEXICON.compound(text) == _LEXICON.polarity_scores(text)["compound"]
