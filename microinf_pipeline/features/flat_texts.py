"""Many texts as one array of their characters, so that what is said of each letter is said of all of them at once.

Put here: laying texts out and saying which text a character is of. Keep out: what is made of the characters (`sketches`,
`longest_words`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

#: Most texts, and but for one long text most characters, laid out at once: what is made of them stays in a processor's cache.
TEXTS_AT_ONCE: Final = 2_048
LETTERS_AT_ONCE: Final = 1 << 15


class FlatTexts(NamedTuple):
    """A blank, then each text and a blank behind it. `text[at]` is the number of the text `letters[at + 1]` is of, or stands
    behind; `lengths` are without the blank."""

    letters: npt.NDArray[np.uint32]
    text: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]


def laid_out(texts: pl.Series) -> Iterator[FlatTexts]:
    """The texts (no NULL) in their order, a bounded stretch of them at a time."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    start = 0
    reached = np.cumsum(lengths + 1)
    while start < len(texts):
        before = reached[start - 1] if start else 0
        end = int(np.searchsorted(reached, before + LETTERS_AT_ONCE, side="right"))
        end = min(max(end, start + 1), start + TEXTS_AT_ONCE)
        yield _flat(texts.slice(start, end - start).to_list(), lengths[start:end])
        start = end


def _flat(texts: list[str], lengths: npt.NDArray[np.int64]) -> FlatTexts:
    joined = f" {' '.join(texts)} "
    letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    return FlatTexts(letters, np.repeat(np.arange(len(texts)), lengths + 1), lengths)


def letters_of_texts(flat: FlatTexts) -> npt.NDArray[np.int64]:
    """Places in `text` that are letters of texts, not blanks behind them."""
    return np.delete(np.arange(len(flat.text)), np.cumsum(flat.lengths + 1) - 1)
