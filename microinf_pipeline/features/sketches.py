"""Bits that stand for a text's letter triples: two texts whose bits differ too much are not alike, and need not be read.

Put here: making and comparing bits, by fixed arithmetic. Keep out: what alike means (`near_copies`). Triples may fall on one
bit, the more the longer the texts: how many do is reckoned with, and what is left to chance has its slack.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from microinf_pipeline.features.flat_texts import FlatTexts, laid_out, letters_of_texts

Bits = npt.NDArray[np.uint64]

_POWER: Final = 10  # 1,024 bits a text
WORDS: Final = (1 << _POWER) // 64
_SLACK: Final = 0.06  # two and a half standard deviations of likeness by sketch, of texts of any length
_PRIME: Final = np.uint32(1_000_003)
_SPREAD: Final = np.uint32(0x9E3779B1)


def sketches(compared: pl.Series) -> pl.Series:
    """Per text (what is compared of its normal form) a list of WORDS whole numbers."""
    bits = np.concatenate([np.zeros((0, WORDS), np.int64), *(_bits(flat) for flat in laid_out(compared))])
    return pl.Series(bits).cast(pl.List(pl.Int64)) if len(bits) else pl.Series([], dtype=pl.List(pl.Int64))


def matrix(lists: pl.Series) -> Bits:
    """(texts, WORDS) numbers of lists that `sketches` made."""
    return lists.explode().to_numpy().view(np.uint64).reshape(len(lists), WORDS)


def may_be_alike(one: Bits, other: Bits, least: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Row by row: whether two texts can reach the least likeness."""
    triples = _triples_of_bits()
    here, there, either = (triples[np.bitwise_count(bits).sum(axis=1, dtype=np.int64)] for bits in (one, other, one | other))
    return np.asarray(here + there - either >= (least - _SLACK) * either)


@cache
def _triples_of_bits() -> npt.NDArray[np.float64]:
    """How many different triples set so many bits: each of them falls on any bit alike, on the last free one some time."""
    places = 1 << _POWER
    free = np.maximum(1 - np.arange(places + 1) / places, 1 / places)
    return np.asarray(np.log(free) / np.log1p(-1 / places))


def _bits(flat: FlatTexts) -> npt.NDArray[np.int64]:
    """One bit for each letter with its two neighbours; a blank stands before and behind a text."""
    before, middle, behind = flat.letters[:-2], flat.letters[1:-1], flat.letters[2:]
    place = ((before * _PRIME + middle) * _PRIME + behind) * _SPREAD >> np.uint32(32 - _POWER)
    marks = np.zeros(len(flat.lengths) << _POWER, bool)
    inner = letters_of_texts(flat)
    marks[(flat.text[inner] << _POWER) + place[inner]] = True
    return np.packbits(marks).view(np.int64).reshape(len(flat.lengths), WORDS)
