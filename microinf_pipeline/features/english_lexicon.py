"""What VADER's lexicon says of English texts, asked only for the words it knows.

The package's own rules judge a word with its neighbours (three before, two behind: all they look at), and only where a
neighbour can change it; else a word counts as much as it always does. The same scores in a third of the time. Put here:
that. Keep out: what a score weighs (`sentiment`).
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    allcap_differential,
    normalize,
)

_BEFORE: Final = 3
_BEHIND: Final = 2
_SHORT: Final = 2  # what is left of an emoticon without its punctuation
#: One word of every phrase that the package's rules know, and the words those rules name themselves.
_CHANGING: Final = frozenset(max(phrase.split(), key=len) for phrase in (*BOOSTER_DICT, *NEGATE, *SPECIAL_CASES)) | {
    "no", "least", "this",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    """What the package reads of a text, or of a part of it."""

    words_and_emoticons: Sequence[str]
    is_cap_diff: bool


class EnglishLexicon(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the package has no types
    """VADER, faster."""

    def __init__(self) -> None:
        super().__init__()
        self._signs = frozenset(sign for sign in self.emojis if len(sign) == 1)

    def compound(self, text: str) -> float:
        """Its compound score, -1 to 1, four decimals: what `polarity_scores` gives."""
        text = self._described(text)
        pairs = [_bare(token) for token in text.split()]
        lower = [low for _, low in pairs]
        told = [place for place, word in enumerate(lower) if word in self.lexicon]
        if not told:
            return 0.0
        words = [word for word, _ in pairs]
        whole = _Words(words, allcap_differential(words))
        valences: list[float] = [0] * len(words)
        for place in told:
            if lower[place] not in BOOSTER_DICT and lower[place : place + 2] != ["kind", "of"]:
                valences[place] = self._valence(whole, lower, place)
        total = float(sum(self._but_check(words, valences)))
        emphasis = self._punctuation_emphasis(text)
        return float(round(normalize(total + (total > 0) * emphasis - (total < 0) * emphasis), 4))

    def _valence(self, whole: _Words, lower: Sequence[str], place: int) -> float:
        first, end = max(0, place - _BEFORE), place + _BEHIND + 1
        words, differs = whole.words_and_emoticons, whole.is_cap_diff
        if all(word not in _CHANGING and "n't" not in word for word in lower[first:end]):
            value = float(self.lexicon[lower[place]])
            loud = C_INCR if differs and words[place].isupper() else 0.0
            return value + loud if value > 0 else value - loud
        around = _Words(words[first:end], differs)
        return float(self.sentiment_valence(0, around, words[place], place - first, [])[0])

    def _described(self, text: str) -> str:
        """Emoji as the words that describe them, set apart from what they hang on."""
        for sign in self._signs.intersection(text):
            words = self.emojis[sign]
            if text.startswith(sign):
                text = words + text[1:]
            text = text.replace(f" {sign}", f" {words}").replace(sign, f" {words}")
        return text.strip()


@lru_cache(maxsize=100_000)
def _bare(token: str) -> tuple[str, str]:
    """A word without the punctuation around it, and the same in lower case."""
    stripped = token.strip(string.punctuation)
    word = token if len(stripped) <= _SHORT else stripped
    return word, word.lower()
