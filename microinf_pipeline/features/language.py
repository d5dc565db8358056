"""Which language a text is in, where its source did not say.

Put here: the guess and when not to guess. Keep out: which languages a project reads (configuration) and what is done
with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from microinf_pipeline.features.keywords import masked
from microinf_pipeline.features.language_model import language_model

DETECTED: Final = {"lang": pl.String(), "confidence": pl.Float64(), "lang_source": pl.String()}

_LETTERS_NEEDED: Final = 10
_CONFIDENCE_NEEDED: Final = 0.5
#: How many times likelier another language may be than the likeliest allowed one, for that to be guessed. The model knows 140
#: languages and finds rare ones in short texts; beyond this the text is another language's. docs/quality.md compares others.
_OTHER_AT_MOST: Final = 20
_CHARACTERS_READ: Final = 1_000  # more settle nothing, and a megabyte must cost no more than a post
# Function words of Hindi in Latin letters, which the detector does not know and calls English with confidence. Single ones
# stand in other languages ("hai" in Italian): one leaves no more than a guess, two leave nothing.
_HINDI_WORDS_TELLING: Final = 2
_ROMANISED_HINDI: Final = (
    r"(?i)(?:^|[^\p{L}])(?:nahi|nahin|hain|kya|kyu|kyun|kyunki|bhai|aap|yeh|woh|raha|rahe|rahi|karo|karna|aur|bhi|toh|kuch|abhi|mera|"
    r"meri|mere|apna|apne|apni|hoga|gaya|liye|wala|wale|hai|tha)(?:[^\p{L}]|$)"
)
#: What networks and exports put between words, in no language.
_MARKUP: Final = r"(?:^|[^\p{L}\p{N}&])(?:RT|https?|&(?:amp|lt|gt|quot|nbsp);)(?:[^\p{L}\p{N}]|$)"
_TAG: Final = r"#[^\s#]+"


def detect_language(texts: pl.Series, allowed: Sequence[str]) -> pl.DataFrame:
    """Per text `lang` (ISO 639-1, one of `allowed`), `confidence` (0–1, among all languages) and `lang_source`; all NULL when
    nothing can be said.

    `detected`: the likeliest of all languages is an allowed one, with a confidence of 0.5, from ten letters beside links,
    handles and tags. `guessed`: else the likeliest of the allowed ones, unless another language is twenty times as likely:
    a choice between the allowed ones alone would call French English. Neither for Hindi in Latin letters, nor where no
    letter is left that any language is known by.
    """
    read = _readable(texts).with_columns(hindi=_count("words", _ROMANISED_HINDI))
    asked = pl.col("words").str.contains(r"\p{L}") & (pl.col("hindi") < _HINDI_WORDS_TELLING)
    found = _likeliest(read.filter(asked)["words"].unique(), allowed)
    is_sure = pl.col("is_likely") & (pl.col("letters") >= _LETTERS_NEEDED) & (pl.col("hindi") == 0)
    return (
        read.with_columns(pl.when(asked).then("words"))
        .join(found, on="words", how="left", maintain_order="left")
        .select(
            "lang", "confidence",
            lang_source=pl.when(is_sure).then(pl.lit("detected")).when(pl.col("lang").is_not_null()).then(pl.lit("guessed")),
        )
    )  # fmt: skip


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


def _readable(texts: pl.Series) -> pl.DataFrame:
    """Of each text the `words` by which a language is known, between blanks, as a word's ends tell too: without links, handles,
    markup and emoji; ornamental letters made plain; shouted texts in small letters, as the model learnt mostly those; with the
    words of hashtags where little else is said. And `letters`: how many are said beside tags."""
    written = masked(texts.str.head(_CHARACTERS_READ).str.normalize("NFKC")).str.replace_all("¦", " ", literal=True)
    tags = written.str.extract_all(_TAG).list.join(" ").str.replace_all(r"[#_]", " ")
    rows = pl.DataFrame(
        {
            "said": written.str.replace_all(_TAG, " ").str.replace_all(_MARKUP, " "),
            "tags": tags.str.replace_all(r"(\p{Ll})(\p{Lu})", "$1 $2"),
        }
    ).with_columns(letters=_count("said", r"\p{L}"))
    words = pl.when(pl.col("letters") < _LETTERS_NEEDED).then(pl.concat_str("said", pl.lit(" "), "tags")).otherwise("said")
    plain = pl.format(" {} ", words.str.replace_all(r"[^\p{L}\p{M}\p{P}\s]", " ").str.strip_chars())
    shouted = _count("words", r"\p{Lu}") * 2 > _count("words", r"\p{L}")
    small = pl.when(shouted).then(pl.col("words").str.to_lowercase()).otherwise("words")
    return rows.select("letters", words=plain).with_columns(words=small)


def _count(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.count_matches(pattern).fill_null(0)


def _likeliest(words: pl.Series, allowed: Sequence[str]) -> pl.DataFrame:
    """Of each text: `words`, the likeliest allowed `lang` and its `confidence`, both NULL where another is too likely, and
    `is_likely`: no other language is likelier and the confidence is enough."""
    model = language_model()
    probabilities = model.probabilities(words.to_list())
    is_allowed = np.isin(model.languages, allowed)
    best = np.where(is_allowed, probabilities, -1).argmax(axis=1)
    confidence = probabilities.max(axis=1, where=is_allowed, initial=0)
    other = probabilities.max(axis=1, where=~is_allowed, initial=0)
    found = pl.DataFrame(
        {
            "words": words,
            "lang": pl.Series(np.array(model.languages)[best], dtype=pl.String),
            "confidence": pl.Series(confidence, dtype=pl.Float64),
            "is_likely": (confidence > other) & (confidence >= _CONFIDENCE_NEEDED),
        }
    )
    named = pl.Series((confidence > 0) & (other <= _OTHER_AT_MOST * confidence))
    return found.with_columns(pl.when(named).then(name).alias(name) for name in ("lang", "confidence"))
