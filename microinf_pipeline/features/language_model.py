"""Every language's probability for many texts at once, by py3langid's model.

The library walks through a text at a time, byte by byte, and scores it against a table of half floats: a sixth as fast. Here
all texts of a batch take each step together. The model, its weights and its calibration are the library's, so that the
numbers are its own. Put here: that. Keep out: what a probability is worth (`language`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_AT_ONCE: Final = 8_192  # texts of a batch: fewer, and a step costs more than what it does


class LanguageModel:
    """`languages`, and their probabilities."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # over a second, and only for sources without language

        model: Any = LanguageIdentifier.from_model_file(MODEL_FILE)
        self.languages: tuple[str, ...] = tuple(dict.fromkeys(model.nb_classes))
        self._table, self._prior = model.nb_ptc.astype(np.float32), model.nb_pc
        self._next = np.asarray(model.tk_nextmove, np.int32)
        self._rows = np.asarray(model.tk_row, np.int32) << 8
        self._features = np.asarray(model.tk_output, np.int32)  # of a state; -1: none ends there
        #: Two scripts of one language are two classes of the model.
        self._classes = np.array([self.languages.index(name) for name in model.nb_classes])

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, one column a language; each row sums to 1. A text without a known feature: zeros.
        A text's row does not depend on the others."""
        parts = [self._some(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.languages)), np.float32)

    def _some(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoded = [_encoded(text) for text in texts]
        features, weights, bounds = self._counted(*self._visited(encoded), len(texts))
        scores = np.zeros((len(texts), len(self._classes)), np.float32)
        weighed = np.empty((np.diff(bounds).max(initial=0), len(self._classes)), np.float32)
        for row, (start, end) in enumerate(pairwise(bounds.tolist())):
            known = self._table.take(features[start:end], axis=0, out=weighed[: end - start], mode="clip")
            np.dot(weights[start:end], known, out=scores[row])
        scores += self._prior
        scores *= np.array([[1.0 / (len(text) or 1) ** 0.5] for text in encoded], np.float32)
        return self._of_languages(scores) * (np.diff(bounds) > 0)[:, None]

    def _visited(self, encoded: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """(row, feature) of every feature met in every text. Longest texts first, so that those still read are a beginning."""
        lengths = np.array([len(text) for text in encoded])
        order = np.argsort(-lengths, kind="stable")
        letters = np.frombuffer(b"".join(encoded), np.uint8)
        starts = (np.cumsum(lengths) - lengths)[order]
        state = np.zeros(len(encoded), np.int32)
        rows, features = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
        for step in range(lengths.max(initial=0)):
            reading = np.searchsorted(-lengths[order], -step, side="left")
            state[:reading] = self._next[self._rows[state[:reading]] + letters[starts[:reading] + step]]
            found = self._features[state[:reading]]
            told = np.flatnonzero(found >= 0)
            rows.append(order[told])
            features.append(found[told])
        return np.concatenate(rows), np.concatenate(features)

    def _counted(
        self, rows: NDArray[np.int64], features: NDArray[np.int32], height: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """Each text's features once, what their counts weigh, and where each text's begin and the last one's end."""
        keys, counts = np.unique(rows * len(self._table) + features, return_counts=True)
        bounds = np.searchsorted(keys, np.arange(height + 1) * len(self._table))
        return keys % len(self._table), np.log1p(counts.astype(np.float32)), bounds

    def _of_languages(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        _, first = np.unique(self._classes, return_index=True)
        found: NDArray[np.float32] = likely[:, first]
        for place in np.setdiff1d(np.arange(len(self._classes)), first):
            found[:, self._classes[place]] += likely[:, place]
        return found


def _encoded(text: str) -> bytes:
    lowered = text.lower() if text.isupper() else text
    return unicodedata.normalize("NFC", lowered).encode("utf-8", "surrogatepass")


@cache
def language_model() -> LanguageModel:
    """The model, read once a process."""
    return LanguageModel()
