"""Bits that stand for a text's letter triples: two texts whose bits differ too much are not alike, and need not be read.

Put here: making and comparing bits, by fixed arithmetic. Keep out: what alike means (`near_copies`). A sketch errs upwards:
triples may fall on one bit, the more the longer the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Bits = npt.NDArray[np.uint64]

_POWER: Final = 10  # 1,024 bits a text
WORDS: Final = (1 << _POWER) // 64
_SLACK: Final = 0.05  # triples that fall on one bit: likeness by sketch is too low by less, or errs upwards
_AT_ONCE: Final = 20_000
_PRIME: Final = np.uint64(1_000_003)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


def sketches(compared: pl.Series) -> pl.Series:
    """Per text (what is compared of its normal form) a list of WORDS whole numbers."""
    stretches = [compared.slice(at, _AT_ONCE).to_list() for at in range(0, len(compared), _AT_ONCE)]
    if not stretches:
        return pl.Series([], dtype=pl.List(pl.Int64))
    bits = np.concatenate([_bits([f" {text} " for text in texts]) for texts in stretches])
    return pl.Series(bits.view(np.int64)).cast(pl.List(pl.Int64))


def matrix(lists: pl.Series) -> Bits:
    """(texts, WORDS) numbers of lists that `sketches` made."""
    return lists.explode().to_numpy().view(np.uint64).reshape(len(lists), WORDS)


def may_be_alike(one: Bits, other: Bits, least: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Row by row: whether two texts can reach the least likeness."""
    common = np.bitwise_count(one & other).sum(axis=1, dtype=np.int64)
    either = np.bitwise_count(one | other).sum(axis=1, dtype=np.int64)
    return np.asarray(common >= (least - _SLACK) * either)


def _bits(framed: Sequence[str]) -> Bits:
    letters = np.frombuffer("".join(framed).encode("utf-32-le"), np.uint32).astype(np.uint64)
    lengths = np.array([len(text) for text in framed])
    row = np.repeat(np.arange(len(framed)), lengths)[:-2]
    mixed = (letters[:-2] * _PRIME + letters[1:-1]) * _PRIME + letters[2:]
    place = ((mixed * _SPREAD) >> np.uint64(64 - _POWER)).astype(np.int64)
    within = np.ones(len(row), bool)
    ends = np.cumsum(lengths)[:-1]
    within[ends - 1] = within[ends - 2] = False
    marks = np.zeros(len(framed) << _POWER, bool)
    marks[(row[within] << _POWER) + place[within]] = True
    return np.packbits(marks).view(np.uint64).reshape(len(framed), -1)
