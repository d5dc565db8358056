"""How a text feels, from -1 to 1, where nobody said so: offline, in the languages the weights were trained for.

Put here: reading the weights (`rules/sentiment.npz`, made by microinf_pipeline_tests/training/sentiment.py) and scoring.
Keep out: how texts become n-grams (ngrams.py), training, what a feeling means for a brand.

A linear model a language over hashed n-grams, beside what a lexicon says: in English VADER's, which knows negation and
emphasis; in German the stems of `rules/sentiment.yaml`, with signs beside words (`sentiment_signs`). Handles and links
are no features. Where there is nothing to judge the score is NULL, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import yaml

from microinf_pipeline.features.folding import fold_word
from microinf_pipeline.features.ngrams import tidy, weighed
from microinf_pipeline.features.sentiment_signs import CROSS, GLAD, signs

if TYPE_CHECKING:
    from microinf_pipeline.features.english_lexicon import EnglishLexicon

#: `sentiment` (-1 … 1: chance of positive minus chance of negative) and its class, both NULL where nothing was judged.
SENTIMENT: Final = {"sentiment": pl.Float64(), "sentiment_class": pl.String()}
CLASSES: Final = ("negative", "neutral", "positive")

_READ_CHARACTERS: Final = 1_000  # what follows changes no reader's mind, and a megabyte must cost no more than a post
_TEXTS_AT_ONCE: Final = 10_000
_LETTER: Final = r"\p{L}"

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """`table`: buckets × classes; `bias`; `valence`: weights of what `valences` tells (zeros: no lexicon)."""

    table: Array
    bias: Array
    valence: Array


def sentiment(texts: pl.Series, languages: pl.Series) -> pl.DataFrame:
    """SENTIMENT of each text, given its language (ISO 639-1; NULL: unknown).

    NULL for texts without words and for languages without weights; a text of emoji alone is judged by them."""
    read = texts.str.head(_READ_CHARACTERS)
    chances = np.full((len(texts), len(CLASSES)), np.nan)
    for language, weights in _weights().items():
        rows = ((languages == language) & read.str.contains(_LETTER)).fill_null(False).arg_true().to_numpy()
        for start in range(0, len(rows), _TEXTS_AT_ONCE):
            chosen = rows[start : start + _TEXTS_AT_ONCE]
            chances[chosen] = _chances(read.gather(chosen), language, weights)
    _by_emoji(read, chances)
    scores = pl.Series(chances[:, 2] - chances[:, 0], dtype=pl.Float64).fill_nan(None)
    names = np.array(CLASSES)[np.nan_to_num(chances).argmax(axis=1)] if len(texts) else []
    return pl.DataFrame({"sentiment": scores, "sentiment_class": pl.Series(names, dtype=pl.String)}).with_columns(
        pl.when(pl.col("sentiment").is_not_null()).then("sentiment_class")
    )


def languages() -> tuple[str, ...]:
    """Those with weights."""
    return tuple(_weights())


def valences(texts: pl.Series, language: str) -> Array:
    """What a lexicon says of each text: its valence (-1 … 1) and how much of it there is; in languages with stems the `signs`
    behind them. n × 2 or n × 11; zeros: no lexicon."""
    if language == "en":
        scores = np.array([_lexicon().compound(text) for text in texts], dtype=np.float32)
        return np.stack([scores, np.abs(scores)], axis=1).reshape(len(texts), 2)
    if language in _stems():
        return np.hstack([_counted(tidy(texts), _stems()[language]), signs(texts)])
    return np.zeros((len(texts), 2), dtype=np.float32)


def scaled(ngrams: npt.NDArray[np.int64]) -> Array:
    """What one n-gram of each text counts: 1 ÷ √(n-grams of the text), so that long texts do not shout."""
    return (1 / np.sqrt(np.maximum(1, ngrams))).astype(np.float32)


def _chances(texts: pl.Series, language: str, weights: Weights) -> Array:
    sums, ngrams = weighed(tidy(texts), weights.table)
    logits = sums * scaled(ngrams)[:, None] + weights.bias
    if weights.valence.any():
        logits = logits + valences(texts, language) @ weights.valence
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _by_emoji(texts: pl.Series, chances: npt.NDArray[np.float64]) -> None:
    """Texts without a letter or digit: the share of glad and of cross emoji, as if one neutral stood beside them."""
    rows = (texts.str.contains(f"[{GLAD}{CROSS}]") & ~texts.str.contains(r"[\p{L}\p{N}]")).fill_null(False).arg_true()
    bare = texts.gather(rows)
    counts = np.stack([bare.str.count_matches(f"[{CROSS}]"), np.ones(len(bare)), bare.str.count_matches(f"[{GLAD}]")], axis=1)
    chances[rows.to_numpy()] = counts / counts.sum(axis=1, keepdims=True)


def _counted(tidied: pl.Series, stems: dict[str, str]) -> Array:
    """Glad and cross stems, those behind a negation the other way round."""
    glad, cross, not_glad, not_cross = (
        tidied.str.count_matches(stems[name]).to_numpy().astype(np.float32)
        for name in ("glad", "cross", "not_glad", "not_cross")
    )
    valence, found = glad - cross - 2 * not_glad + 1.5 * not_cross, glad + cross
    return np.stack([valence / (found + 1), found / (found + 1)], axis=1)


@cache
def _stems() -> dict[str, dict[str, str]]:
    text = (files("microinf_pipeline") / "rules" / "sentiment.yaml").read_text(encoding="utf-8")
    patterns = {}
    for language, words in yaml.load(text, Loader=yaml.CSafeLoader).items():
        glad, cross = ("|".join(sorted({fold_word(word) for word in words[kind]})) for kind in ("positive", "negative"))
        behind = rf" (?:{'|'.join(words['negations'])})(?: [^ .!?,]+)? "
        patterns[language] = {
            "glad": f" (?:{glad})", "cross": f" (?:{cross})",
            "not_glad": f"{behind}(?:{glad})", "not_cross": f"{behind}(?:{cross})",
        }  # fmt: skip
    return patterns


@cache
def _weights() -> dict[str, Weights]:
    with as_file(files("microinf_pipeline") / "rules" / "sentiment.npz") as path, np.load(path, allow_pickle=False) as stored:
        return {str(language): _of_language(stored, str(language)) for language in stored["languages"]}


def _of_language(stored: Any, language: str) -> Weights:
    table = stored[f"{language}_table"].astype(np.float32) * stored[f"{language}_step"]
    return Weights(table, stored[f"{language}_bias"], stored[f"{language}_valence"])


@cache
def _lexicon() -> EnglishLexicon:
    from microinf_pipeline.features.english_lexicon import EnglishLexicon  # only where English texts are judged

    return EnglishLexicon()
