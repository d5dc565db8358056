"""Which short strings a text is made of: hashed words, word pairs and runs of two to five characters within words.

Put here: that hashing, the same for training and reading. Keep out: what a string weighs in a judgement.

Every substring's hash comes from one prefix sum over the characters of all texts: a million n-grams cost a few array steps.
Texts say the same words again and again, so what their n-grams weigh is added up once a word, not once an occurrence.
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
    characters, row = _characters(texts)
    sums, inverse = _prefix_sums(characters)
    blanks = np.concatenate([[0], np.cumsum(characters == _BLANK)])
    found = [_runs(row, blanks, size) for size in _CHARACTERS]
    first, last = _ends(characters)
    found += [_words(row, first, last, count) for count in _WORDS]
    salts = (*_CHARACTERS, *(100 + count for count in _WORDS))
    buckets = [_hash(sums, inverse, start, end, salt) for (start, end), salt in zip(found, salts, strict=True)]
    return np.concatenate([row[start] for start, _ in found]), np.concatenate(buckets)


def weighed(texts: pl.Series, table: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float64], Numbers]:
    """Per *tidy* text the sum of its n-grams' rows of `table` (buckets × what is weighed), and how many n-grams it has.

    The n-grams are those of `hashed_ngrams`; a text without words has none."""
    said = pl.DataFrame({"word": texts.str.strip_chars(" ").str.split(" ")}).with_row_index("row").explode("word")
    said = said.filter(pl.col("word") != "")
    encoded = said["word"].to_arrow().dictionary_encode()
    row, word = said["row"].to_numpy().astype(np.int64), encoded.indices.to_numpy().astype(np.int64)
    distinct = pl.Series(" " + pl.Series(encoded.dictionary, dtype=pl.String) + " ")
    of, bucket = hashed_ngrams(distinct)
    first = np.flatnonzero(row[:-1] == row[1:])
    pair = _hash_pairs(*_whole_words(distinct), word[first], word[first + 1])
    sums = np.empty((len(texts), table.shape[1]))
    for column in range(table.shape[1]):
        of_words = np.bincount(of, table[bucket, column], minlength=len(distinct))
        in_pairs = np.bincount(row[first], table[pair, column], minlength=len(texts))
        sums[:, column] = np.bincount(row, of_words[word], minlength=len(texts)) + in_pairs
    counts = np.bincount(row, np.bincount(of, minlength=len(distinct))[word], minlength=len(texts)).astype(np.int64)
    return sums, counts + np.bincount(row[first], minlength=len(texts))


def _whole_words(words: pl.Series) -> tuple[npt.NDArray[np.uint64], Numbers]:
    """Of words with a blank at both ends: the unsalted hash of each, and its length."""
    characters, row = _characters(words)
    sums, inverse = _prefix_sums(characters)
    start, end = _words(row, *_ends(characters), 1)
    return (sums[end] - sums[start]) * inverse[start], end - start


def _hash_pairs(hashes: npt.NDArray[np.uint64], lengths: Numbers, left: Numbers, right: Numbers) -> Numbers:
    """Buckets of word pairs with a blank between, from the hashes of their words."""
    powers = _powers(_BASE, int(lengths.max(initial=0)) + 2)
    after = lengths[left]
    value = hashes[left] + _mixed(np.array([_BLANK], np.uint32)) * powers[after] + hashes[right] * powers[after + 1]
    return _bucket(value, 100 + 2)


def _characters(texts: pl.Series) -> tuple[npt.NDArray[np.uint32], Numbers]:
    """The characters of all texts, those drawn out left out, and the text of each."""
    characters = np.frombuffer("".join(texts.to_list()).encode("utf-32-le"), dtype=np.uint32)
    kept = ~_drawn_out(characters)
    row = np.repeat(np.arange(len(texts)), texts.str.len_chars().to_numpy())
    return characters[kept], row[kept]


def _ends(characters: npt.NDArray[np.uint32]) -> tuple[Numbers, Numbers]:
    """Where words begin, and where they end."""
    blank = characters == _BLANK
    return np.flatnonzero(blank[:-1] & ~blank[1:]) + 1, np.flatnonzero(~blank[:-1] & blank[1:]) + 1


def _drawn_out(characters: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Characters beyond the third of a kind in a row ("sooooo")."""
    same = np.zeros(len(characters), dtype=bool)
    if len(characters) > _SAME_IN_A_ROW:
        equal = (characters[1:] == characters[:-1]) & (characters[1:] != _BLANK)
        same[_SAME_IN_A_ROW:] = equal[2:] & equal[1:-1] & equal[:-2]
    return same


def _prefix_sums(characters: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Σ mixed character × base^place, and base^-place, both modulo 2^64 (the base is odd, so its inverse exists)."""
    powers = _powers(_BASE, len(characters) + 1)
    sums = np.zeros(len(characters) + 1, dtype=np.uint64)
    np.cumsum(_mixed(characters) * powers[:-1], out=sums[1:])
    return sums, _powers(pow(_BASE, -1, 1 << 64), len(characters) + 1)


def _mixed(characters: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    mixed = characters.astype(np.uint64) * np.uint64(_MIX[0])
    return (mixed ^ (mixed >> np.uint64(29))) * np.uint64(_MIX[1])


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
    return _bucket((sums[end] - sums[start]) * inverse[start], salt)


def _bucket(value: npt.NDArray[np.uint64], salt: int) -> Numbers:
    value = value + np.uint64(salt * _MIX[2] % (1 << 64))
    value = (value ^ (value >> np.uint64(31))) * np.uint64(_MIX[0])
    return ((value ^ (value >> np.uint64(32))) & np.uint64(BUCKETS - 1)).astype(np.int64)
