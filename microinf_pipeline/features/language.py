"""Which language a text is in, where its source did not say.

Put here: the guess and when not to guess. Keep out: which languages a project reads (configuration) and what is done
with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from microinf_pipeline.features.keywords import masked
from microinf_pipeline.features.language_model import language_model

DETECTED: Final = {"lang": pl.String(), "confidence": pl.Float64(), "lang_source": pl.String()}

_LETTERS_NEEDED, _LETTERS_FOR_A_GUESS = 10, 3
_CONFIDENCE_NEEDED: Final = 0.5
# A guess among the allowed languages: the share of its best in their sum, what they must have of all languages together, and
# how sure another language may be at most. Set on half of the tweets docs/quality.md tells of.
_SHARE_NEEDED, _ALLOWED_NEEDED, _OTHER_AT_MOST = 0.4, 0.03, 0.8
_CHARACTERS_READ: Final = 1_000  # more settle nothing, and a megabyte must cost no more than a post
# Function words of Hindi in Latin letters, which the detector does not know and calls English with confidence; two are
# needed, since single ones stand in other languages.
_HINDI_WORDS_TELLING: Final = 2
_ROMANISED_HINDI: Final = (
    r"(?i)(?:^|[^\p{L}])(?:nahi|nahin|hain|kya|kyu|kyun|kyunki|bhai|aap|yeh|woh|raha|rahe|rahi|karo|karna|aur|bhi|toh|kuch|abhi|mera|"
    r"meri|mere|apna|apne|apni|hoga|gaya|liye|wala|wale|hai|tha)(?:[^\p{L}]|$)"
)


def detect_language(texts: pl.Series, allowed: Sequence[str]) -> pl.DataFrame:
    """Per text `lang` (ISO 639-1, one of `allowed`), `confidence` (0–1, among all languages) and `lang_source`; all NULL when
    nothing can be said.

    `detected`: the likeliest of all languages is an allowed one, with a confidence of 0.5, from ten letters beside links,
    handles and tags. `guessed`: else the best of the allowed ones, where it stands out among them and no other language is
    sure. Neither for Hindi in Latin letters. A choice between the allowed ones alone would call French English.
    """
    words = masked(texts.str.head(_CHARACTERS_READ)).str.replace_all(r"#[^\s#]+", " ")
    letters = words.str.count_matches(r"\p{L}").fill_null(0)
    asked = (letters >= _LETTERS_FOR_A_GUESS) & (words.str.count_matches(_ROMANISED_HINDI) < _HINDI_WORDS_TELLING).fill_null(
        False
    )
    plain = asked & (letters >= _LETTERS_NEEDED)
    distinct = words.filter(asked).unique()
    ranked = dict(zip(distinct, _ranked(distinct.to_list(), allowed), strict=True))
    found = [
        _judged(ranked[text], is_plain=is_plain) if is_asked else (None, None, None)
        for text, is_plain, is_asked in zip(words, plain, asked, strict=True)
    ]
    return pl.DataFrame(found, schema=DETECTED, orient="row")


def with_language(posts: pl.DataFrame, allowed: Sequence[str]) -> pl.DataFrame:
    """Posts with `lang` filled where the source gave none, and `lang_source`: source | detected | guessed | NULL."""
    open_ = posts["lang"].is_null()
    if not allowed or not open_.any():
        return posts.with_columns(lang_source=pl.when(~open_).then(pl.lit("source")))
    found = detect_language(posts["text"].filter(open_), allowed)
    places = open_.arg_true()
    told = pl.Series(["source"], dtype=pl.String).new_from_index(0, len(open_))
    return posts.with_columns(
        lang=posts["lang"].clone().scatter(places, found["lang"]), lang_source=told.scatter(places, found["lang_source"])
    )


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The likeliest of all languages, and the likeliest of the allowed ones with the sum of their probabilities."""

    best: str
    confidence: float
    allowed: str
    likelihood: float
    together: float


def _ranked(texts: Sequence[str], allowed: Sequence[str]) -> list[_Ranked]:
    model = language_model()
    probabilities = model.probabilities(texts)
    wanted = [place for place, language in enumerate(model.languages) if language in allowed]
    best = probabilities.argmax(axis=1)
    of_allowed = probabilities[:, wanted] if wanted else np.zeros((len(texts), 1), np.float32)
    first = of_allowed.argmax(axis=1)
    names = [model.languages[place] for place in wanted] or [""]
    return [
        _Ranked(model.languages[b], float(p), names[f], float(q), float(s))
        for b, p, f, q, s in zip(
            best,
            probabilities.max(axis=1, initial=0),
            first,
            of_allowed.max(axis=1, initial=0),
            of_allowed.sum(axis=1),
            strict=True,
        )
    ]


def _judged(one: _Ranked, *, is_plain: bool) -> tuple[str | None, float | None, str | None]:
    is_allowed = one.best == one.allowed
    if is_plain and is_allowed and one.confidence >= _CONFIDENCE_NEEDED:
        return one.best, one.confidence, "detected"
    stands_out = one.together >= _ALLOWED_NEEDED and one.likelihood >= _SHARE_NEEDED * one.together
    if stands_out and (is_allowed or one.confidence < _OTHER_AT_MOST):
        return one.allowed, one.likelihood, "guessed"
    return None, None, None
