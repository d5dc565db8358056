from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.ngrams import BUCKETS, hashed_ngrams, tidy, weighed

_TABLE = np.random.default_rng(7).integers(-5, 6, (BUCKETS, 2)).astype(np.float32)
_TEXTS = st.lists(st.text("ab oéß!#@'", max_size=30).filter(lambda text: tidy(pl.Series([text]))[0].strip()), max_size=6)


@settings(deadline=None)  # the first text sets the patterns up
@given(_TEXTS)
def test_what_is_added_up_a_word_is_what_all_ngrams_weigh(texts: list[str]) -> None:
    tidied = tidy(pl.Series(texts, dtype=pl.String))
    row, bucket = hashed_ngrams(tidied)
    sums, counts = weighed(tidied, _TABLE)
    assert counts.tolist() == np.bincount(row, minlength=len(texts)).tolist()
    assert sums.tolist() == [[float(_TABLE[bucket[row == n], column].sum()) for column in (0, 1)] for n in range(len(texts))]


def test_a_text_without_words_changes_nothing_for_its_neighbours() -> None:
    alone, _ = weighed(tidy(pl.Series(["so gooood"])), _TABLE)
    among, counts = weighed(tidy(pl.Series(["", "@acme", "so gooood"])), _TABLE)
    assert (counts[:2].tolist(), among[2].tolist()) == ([0, 0], alone[0].tolist())
