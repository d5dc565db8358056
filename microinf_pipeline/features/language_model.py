"""Every language's probability for many texts at once, by py3langid's model.

The library scores a text at a time, against a table of half floats: a third as fast. Its walk over the letters and its
calibration are kept, so that the numbers are its own. Put here: that. Keep out: what a probability is worth (`language`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_AT_ONCE: Final = 512  # texts: their rows of the table take some 20 MB


class LanguageModel:
    """`languages`, and their probabilities."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # over a second, and only for sources without language

        model: Any = LanguageIdentifier.from_model_file(MODEL_FILE)
        self.languages: tuple[str, ...] = tuple(dict.fromkeys(model.nb_classes))
        self._table, self._prior = model.nb_ptc.astype(np.float32), model.nb_pc
        self._next, self._features, self._rows = model.tk_nextmove, model.tk_output, [row << 8 for row in model.tk_row]
        #: Two scripts of one language are two classes of the model.
        self._classes = np.array([self.languages.index(name) for name in model.nb_classes])

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, one column a language; each row sums to 1. A text without a known feature is equally all of them."""
        parts = [self._some(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.languages)), np.float32)

    def _some(self, texts: Sequence[str]) -> NDArray[np.float32]:
        from py3langid.langid import visit_counts

        encoded = [_encoded(text) for text in texts]
        visits = [visit_counts(self._next, self._rows, self._features, text) or {} for text in encoded]
        scores = np.stack([self._score(found) for found in visits])
        scores *= np.array([[1.0 / (len(text) or 1) ** 0.5] for text in encoded], np.float32)
        return self._of_languages(scores)

    def _score(self, visits: dict[int, int]) -> NDArray[np.float32]:
        if not visits:
            return np.zeros(len(self._classes), np.float32)
        counts = np.fromiter(visits.values(), np.float32, len(visits))
        found: NDArray[np.float32] = np.log1p(counts) @ self._table[np.fromiter(visits, np.intp, len(visits))] + self._prior
        return found

    def _of_languages(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        found = np.zeros((len(scores), len(self.languages)), np.float32)
        for place, language in enumerate(self._classes):
            found[:, language] += likely[:, place]
        return found


def _encoded(text: str) -> bytes:
    lowered = text.lower() if text.isupper() else text
    return unicodedata.normalize("NFC", lowered).encode("utf-8", "surrogatepass")


@cache
def language_model() -> LanguageModel:
    """The model, read once a process."""
    return LanguageModel()
