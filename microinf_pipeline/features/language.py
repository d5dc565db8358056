"""Which language a text is in, where its source did not say.

Put here: the guess and when not to guess. Keep out: which languages a project reads (configuration) and what is done
with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import polars as pl

from microinf_pipeline.features.keywords import masked

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

DETECTED: Final = {"lang": pl.String(), "confidence": pl.Float64()}

_LETTERS_NEEDED: Final = 10
_CONFIDENCE_NEEDED: Final = 0.5
_CHARACTERS_READ: Final = 1_000  # more settle nothing, and a megabyte must cost no more than a post
# Function words of Hindi in Latin letters, which the detector does not know and calls English with confidence; two are
# needed, since single ones stand in other languages.
_HINDI_WORDS_TELLING: Final = 2
_ROMANISED_HINDI: Final = (
    r"(?i)(?:^|[^\p{L}])(?:nahi|nahin|hain|kya|kyu|kyun|kyunki|bhai|aap|yeh|woh|raha|rahe|rahi|karo|karna|aur|bhi|toh|kuch|abhi|mera|"
    r"meri|mere|apna|apne|apni|hoga|gaya|liye|wala|wale|hai|tha)(?:[^\p{L}]|$)"
)


def detect_language(texts: pl.Series, allowed: Sequence[str]) -> pl.DataFrame:
    """`lang` (ISO 639-1, one of `allowed`) and `confidence` (0–1) per text; both NULL when the text is short (under ten
    letters beside links, handles and tags), the guess unsure, the likeliest language another, or Hindi in Latin letters.

    All languages compete: a choice between the allowed ones alone would call French English with confidence 0.9.
    """
    words = masked(texts.str.head(_CHARACTERS_READ)).str.replace_all(r"#[^\s#]+", " ")
    long_enough = (words.str.count_matches(r"\p{L}") >= _LETTERS_NEEDED).fill_null(False)
    long_enough &= (words.str.count_matches(_ROMANISED_HINDI) < _HINDI_WORDS_TELLING).fill_null(False)
    guesses = {text: _guess(text) for text in words.filter(long_enough).unique()}
    found = [guesses[text] if long else None for text, long in zip(words, long_enough, strict=True)]
    sure = [guess if guess and guess[0] in allowed and guess[1] >= _CONFIDENCE_NEEDED else (None, None) for guess in found]
    return pl.DataFrame(sure, schema=DETECTED, orient="row")


def with_language(posts: pl.DataFrame, allowed: Sequence[str]) -> pl.DataFrame:
    """Posts with `lang` filled where the source gave none, and `lang_source`: source | detected | NULL (lang unknown)."""
    open_ = posts["lang"].is_null()
    if not allowed or not open_.any():
        return posts.with_columns(lang_source=pl.when(~open_).then(pl.lit("source")))
    found = detect_language(posts["text"].filter(open_), allowed)["lang"]
    lang = posts["lang"].clone().scatter(open_.arg_true(), found) if len(found) else posts["lang"]
    told = pl.when(~open_).then(pl.lit("source")).when(pl.col("lang").is_not_null()).then(pl.lit("detected"))
    return posts.with_columns(lang=lang).with_columns(lang_source=told)


def _guess(text: str) -> tuple[str, float]:
    language, confidence = _identifier().classify(text)
    return str(language), float(confidence)


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # over a second, and only for sources without language

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
