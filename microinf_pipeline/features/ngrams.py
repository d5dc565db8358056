"""Which short strings a text is made of: hashed words, word pairs and runs of two to five characters within words.

Put here: that hashing, the same for training and reading. Keep out: what a string weighs in a judgement.

Every substring's hash comes from one prefix sum over the characters of all texts: a million n-grams cost a few array steps.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from microinf_pipeline.features.folding import fold
from microinf_pipeline.features.links import LINK

BUCKETS: Final = 1 << 17

_CHARACTERS: Final = (2, 3, 4, 5)
_WORDS: Final = (1, 2)
_SAME_IN_A_ROW: Final = 3
_BLANK: Final = 32
# Odd constants of well-mixed bits: a base for the prefix sum and steps of a finalising mix (splitmix64, murmur3).
_BASE: Final = 0x9E3779B97F4A7C15
_MIX: Final = (0xD6E8FEB86659FD93, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)

Numbers = npt.NDArray[np.int64]


def tidy(texts: pl.Series) -> pl.Series:
    """Folded texts without links, handles and their placeholders; marks and emoji apart; a blank at both ends."""
    low = fold(texts).fill_null("")
    low = (
        low.str.replace_all(LINK, " ").str.replace_all(r"(?:^|\s)https?(?:\s|$)", " ").str.replace_all(r"@[\p{L}\p{N}_.]+", " ")
    )
    apart = low.str.replace_all(r"([^\p{L}\p{M}\p{N}_'’\s])", " $1 ").str.replace_all(r"\s+", " ").str.strip_chars()
    return " " + apart + " "


def hashed_ngrams(texts: pl.Series) -> tuple[Numbers, Numbers]:
    """(row, bucket) of every n-gram of *tidy* texts, in no order; an n-gram said twice is there twice."""
    characters = np.frombuffer("".join(texts.to_list()).encode("utf-32-le"), dtype=np.uint32)
    row = np.repeat(np.arange(len(texts)), texts.str.len_chars().to_numpy())
    kept = ~_drawn_out(characters)
    characters, row = characters[kept], row[kept]
    sums, inverse = _prefix_sums(characters)
    blank = characters == _BLANK
    blanks = np.concatenate([[0], np.cumsum(blank)])
    found = [_runs(row, blanks, size) for size in _CHARACTERS]
    first, last = np.flatnonzero(blank[:-1] & ~blank[1:]) + 1, np.flatnonzero(~blank[:-1] & blank[1:]) + 1
    found += [_words(row, first, last, count) for count in _WORDS]
    salts = (*_CHARACTERS, *(100 + count for count in _WORDS))
    buckets = [_hash(sums, inverse, start, end, salt) for (start, end), salt in zip(found, salts, strict=True)]
    return np.concatenate([row[start] for start, _ in found]), np.concatenate(buckets)


def _drawn_out(characters: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Characters beyond the third of a kind in a row ("sooooo")."""
    same = np.zeros(len(characters), dtype=bool)
    if len(characters) > _SAME_IN_A_ROW:
        equal = characters[1:] == characters[:-1]
        same[_SAME_IN_A_ROW:] = equal[2:] & equal[1:-1] & equal[:-2]
    return same


def _prefix_sums(characters: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Σ mixed character × base^place, and base^-place, both modulo 2^64 (the base is odd, so its inverse exists)."""
    mixed = characters.astype(np.uint64) * np.uint64(_MIX[0])
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(_MIX[1])
    powers = _powers(_BASE, len(characters) + 1)
    sums = np.zeros(len(characters) + 1, dtype=np.uint64)
    np.cumsum(mixed * powers[:-1], out=sums[1:])
    return sums, _powers(pow(_BASE, -1, 1 << 64), len(characters) + 1)


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    steps = np.full(count, base, dtype=np.uint64)
    steps[0] = 1
    return np.cumprod(steps, dtype=np.uint64)


def _runs(row: Numbers, blanks: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """Runs of characters of one text that hold a blank at their ends only."""
    start = np.arange(max(0, len(row) - size + 1))
    end = start + size
    within = (row[start] == row[end - 1]) & (blanks[end - 1] == blanks[start + 1])
    return start[within], end[within]


def _words(row: Numbers, first: Numbers, last: Numbers, count: int) -> tuple[Numbers, Numbers]:
    start, end = first[: max(0, len(first) - count + 1)], last[count - 1 :]
    within = row[start] == row[end - 1]
    return start[within], end[within]


def _hash(sums: npt.NDArray[np.uint64], inverse: npt.NDArray[np.uint64], start: Numbers, end: Numbers, salt: int) -> Numbers:
    value = (sums[end] - sums[start]) * inverse[start] + np.uint64(salt * _MIX[2] % (1 << 64))
    value = (value ^ (value >> np.uint64(31))) * np.uint64(_MIX[0])
    return ((value ^ (value >> np.uint64(32))) & np.uint64(BUCKETS - 1)).astype(np.int64)
