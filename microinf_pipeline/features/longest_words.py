"""The longest words of texts as numbers: long words are rare words, and a rewrite keeps names, tags and link codes.

Put here: words and their numbers, by fixed arithmetic, the same on every machine. Keep out: what shares which words
(`shared_words`).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from microinf_pipeline.features.flat_texts import LETTERS_AT_ONCE, FlatTexts, laid_out

Numbers = npt.NDArray[np.uint64]

_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that its powers can be undone
_SPREAD: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_HASH_BITS: Final = 46
_LENGTH_BITS: Final = 6
_NUMBER_BITS: Final = _HASH_BITS + _LENGTH_BITS
_LONGEST: Final = (1 << _LENGTH_BITS) - 1


def longest_words(texts: pl.Series, count: int) -> npt.NDArray[np.int64]:
    """(texts, count) numbers of each text's longest different words, longest first, 0 where it has fewer.

    `texts`: words with one blank between them, shorter than LETTERS_AT_ONCE, no NULL. Of words of one length those with the
    smaller hash go first.
    """
    parts = [_longest(flat, count) for flat in laid_out(texts)]
    return np.concatenate([np.zeros((0, count), np.int64), *parts])


def _longest(flat: FlatTexts, count: int) -> npt.NDArray[np.int64]:
    ends = np.flatnonzero(flat.letters == ord(" "))  # the first is the blank before all
    lengths = np.diff(ends) - 1
    marked = flat.text[ends[1:] - 1].astype(np.uint64) << np.uint64(_NUMBER_BITS) | _numbers(flat, ends, lengths)
    words = np.sort(marked[lengths > 0])
    words = words[np.flatnonzero(np.diff(words, prepend=np.uint64(0)))]  # no number is 0
    text = (words >> np.uint64(_NUMBER_BITS)).astype(np.int64)
    place = np.arange(len(words)) - np.searchsorted(text, np.arange(len(flat.lengths)))[text]
    kept = place < count
    longest = np.zeros((len(flat.lengths), count), np.int64)
    longest[text[kept], place[kept]] = (words[kept] & np.uint64((1 << _NUMBER_BITS) - 1)).astype(np.int64)
    return longest


def _numbers(flat: FlatTexts, ends: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Numbers:
    """Of each word: what its length lacks of the longest, then a hash, so that the smaller number is the longer word."""
    power, undone = _powers()
    sums = np.cumsum(flat.letters.astype(np.uint64) * power[: len(flat.letters)])
    hashed = (sums[ends[1:] - 1] - sums[ends[:-1]]) * undone[ends[:-1]] * _SPREAD >> np.uint64(64 - _HASH_BITS)
    lacks = (_LONGEST - np.minimum(lengths, _LONGEST - 1)).astype(np.uint64)
    return lacks << np.uint64(_HASH_BITS) | hashed


@cache
def _powers() -> tuple[Numbers, Numbers]:
    """Powers of the base, and what undoes them, for every place in a stretch of texts."""
    made = [np.full(LETTERS_AT_ONCE + 1, factor, np.uint64) for factor in (_BASE, pow(_BASE, -1, 1 << 64))]
    for powers in made:
        powers[0] = 1
        np.multiply.accumulate(powers, out=powers)
    return made[0], made[1]
