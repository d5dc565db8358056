"""The probabilities are the library's own, whatever the number of texts asked at once."""

from __future__ import annotations

import numpy as np
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from microinf_pipeline.features.language_model import language_model

TEXTS = [
    "Heute war der Zug schon wieder zu spät", "J'aime cette ville et ses habitants", "LOVE THIS NEW SHOE", "добрый день, друзья",
    "Cafe\u0301 au lait", "日本の朝ごはん", "\ud800 broken",
]  # fmt: skip


def test_each_language_is_as_likely_as_the_library_says() -> None:
    library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model = language_model()
    found = model.probabilities(TEXTS * 100)[: len(TEXTS)]
    for text, row in zip(TEXTS, found, strict=True):
        expected = dict(library.rank(text))
        assert dict(zip(model.languages, map(float, row), strict=True)) == pytest.approx(expected, abs=1e-6), text


def test_a_text_without_anything_known_is_in_no_language() -> None:
    assert not language_model().probabilities(["ok", "", "?"]).any()


def test_a_text_is_judged_alike_in_any_company() -> None:
    model = language_model()
    alone = np.concatenate([model.probabilities([text]) for text in TEXTS])
    assert (model.probabilities([*TEXTS, "x" * 3_000])[: len(TEXTS)] == alone).all()


def test_no_text_has_no_probabilities() -> None:
    assert language_model().probabilities([]).shape == (0, len(language_model().languages))
