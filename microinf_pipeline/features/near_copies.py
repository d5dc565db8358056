"""Whether two texts are one text copied, or one form filled in twice.

Put here: the second look at a pair, a function of the two texts alone. Keep out: which pairs are looked at
(`shared_words`) and what a group of copies is called.

Likeness is the share of letter triples of two normal forms that both hold (Jaccard), 0 to 1. Details are what a form leaves
open: handles, link codes, numbers, names written with digits or inner capitals. Alike with the same details: a copy.
Alike in everything but the details: a form (a share button, a contest's entry, an automatic notice).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.features.flat_texts import FlatTexts, laid_out, letters_of_texts
from microinf_pipeline.features.signatures import rules
from microinf_pipeline.features.sketches import Bits, may_be_alike

#: What `judged` gives: one row a pair that holds.
EDGE: Final[Schema] = {
    "a": pl.Int64(),
    "b": pl.Int64(),
    "similarity": pl.Float64(),
    "is_form": pl.Boolean(),  # alike in everything but handles, numbers, names and link codes
}

#: What `judged` looks at.
TEXT: Final[Schema] = {
    "no": pl.Int64(),
    "normal": pl.String(),  # its normal form
    "written": pl.String(),  # as its author wrote it
}

_PAIRS_AT_ONCE: Final = 100_000
_PAIRS_MEASURED: Final = 2_048  # at once: their number times that of all triples of all letters there are is below 2^63
_Numbers = npt.NDArray[np.int64]
_MAY_HOLD_DETAIL: Final = re.compile(r"[@0-9_]|[a-z][A-Z]")
_HOST: Final = re.compile(
    r"(?:https?\s?:\s?/\s?/\s?)?(?:www\s?\.\s?)?[a-z0-9-]+(?:\s?\.\s?[a-z]{2,})+(?=\s?/|\b)", re.IGNORECASE
)
_DETAIL: Final = re.compile(
    r"@\s?[^\W_]\w+|\b(?=\w*[0-9])(?=\w*[^\W\d_])\w{4,}\b|\b[0-9]{3,}\b|\b[^\W_]+(?:_[^\W_]+)+\b|\b\w*[a-z][A-Z]\w*\b"
)


def likely(pairs: pl.DataFrame, numbers: np.ndarray, sketched: Bits, letters: np.ndarray) -> pl.DataFrame:
    """Of pairs (a, b: numbers of texts) those whose sketches may be alike enough: most that share a key are not.

    `numbers`, ascending, say whose sketch and letters (characters compared) the rows of the other two are.
    """
    kept = [_may_be_alike(part, numbers, sketched, letters) for part in pairs.iter_slices(_PAIRS_AT_ONCE)]
    return pairs.filter(pl.Series(np.concatenate(kept))) if kept else pairs


def _may_be_alike(pairs: pl.DataFrame, numbers: np.ndarray, sketched: Bits, letters: np.ndarray) -> np.ndarray:
    a, b = (np.searchsorted(numbers, pairs[side].to_numpy()) for side in ("a", "b"))
    return may_be_alike(sketched[a], sketched[b], least_alike(np.minimum(letters[a], letters[b])))


def judged(pairs: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Of pairs (a, b: numbers of texts) those that hold, as EDGE, in the given order. `texts`: TEXT, by ascending no."""
    if pairs.is_empty():
        return pl.DataFrame(schema=EDGE)
    places = np.searchsorted(texts["no"].to_numpy(), pairs.select("a", "b").to_numpy())
    alike, letters = similarities(texts["normal"], places), texts["normal"].str.len_chars().to_numpy()
    enough = alike >= least_alike(letters[places].min(axis=1))
    a, b = (texts["normal", "written"][places[enough, side]].iter_rows() for side in (0, 1))
    is_form = pl.Series([_is_filled_in(one, other) for one, other in zip(a, b, strict=True)], dtype=pl.Boolean)
    found = pairs.filter(enough).select("a", "b", similarity=pl.Series(alike[enough]), is_form=is_form)
    return found.filter(~pl.col("is_form") | (pl.col("similarity") >= rules()["alike_form"]))


def _is_filled_in(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Of two texts (normal form, as written)."""
    return one[0] != other[0] and _details_differ(one[1], other[1])


def similarities(normal: pl.Series, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Jaccard of the letter triples of two normal forms, for each pair (row: two places in `normal`)."""
    triples, start, kinds = _triples(normal.str.slice(0, rules()["longest_letters"]))
    parts = np.split(pairs, range(_PAIRS_MEASURED, len(pairs), _PAIRS_MEASURED))
    return np.concatenate([_shared(some, triples, start, kinds) for some in parts])


def _shared(pairs: _Numbers, triples: _Numbers, start: _Numbers, kinds: int) -> npt.NDArray[np.float64]:
    sides = pairs.ravel()
    each = (start[1:] - start[:-1])[sides]
    place = np.arange(each.sum()) + np.repeat(start[sides] - (np.cumsum(each) - each), each)
    held = np.repeat(np.arange(len(sides)) >> 1, each) * kinds + triples[place]
    held.sort()
    common = np.bincount(held[1:][held[1:] == held[:-1]] // kinds, minlength=len(pairs))
    return np.asarray(common / (each[::2] + each[1::2] - common))


def _triples(compared: pl.Series) -> tuple[_Numbers, _Numbers, int]:
    """Different letter triples of each text, where those of each text begin, and a number above all of theirs."""
    flats = list(laid_out(compared))
    rank = np.zeros(max(int(flat.letters.max()) for flat in flats) + 1, np.int64)
    for flat in flats:
        rank[flat.letters] = 1
    alphabet = int(rank.sum())
    rank = np.cumsum(rank) - 1
    kinds = alphabet**3
    held = [_triples_of(flat, rank, alphabet) for flat in flats]
    counts = [np.bincount(some // kinds, minlength=len(flat.lengths)) for some, flat in zip(held, flats, strict=True)]
    return np.concatenate(held) % kinds, np.cumsum(np.concatenate([[0], *counts])), kinds


def _triples_of(flat: FlatTexts, rank: _Numbers, alphabet: int) -> _Numbers:
    letters, inner = rank[flat.letters], letters_of_texts(flat)
    triple = (letters[inner] * alphabet + letters[inner + 1]) * alphabet + letters[inner + 2]
    held = np.sort(flat.text[inner] * alphabet**3 + triple)
    return np.asarray(held[np.flatnonzero(np.diff(held, prepend=-1))])


def least_alike(letters: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Likeness from which two texts are copies, the shorter of this length."""
    return np.asarray(rules()["alike"] + rules()["short_text"] / np.maximum(letters, 1))


def formula_in(folded: str) -> str | None:
    """Name of the contest or share-button formula a folded text uses; None where it uses none."""
    beginning = folded[: rules()["longest_letters"]]
    return next((name for name, pattern in _formulas() if pattern.search(beginning)), None)


@lru_cache(1)
def _formulas() -> Sequence[tuple[str, re.Pattern[str]]]:
    letter = r"[^\W\d_]"  # Python's engine knows no \p{L}
    return [
        (name, re.compile(text.replace(r"[^\p{L}]", rf"(?!{letter}).").replace(r"\p{L}", letter), re.DOTALL))
        for name, text in rules()["formulas"].items()
    ]


def _details_differ(one: str, other: str) -> bool:
    """Whether both have details and share few of them. A rewrite may cut a detail up, so blanks do not count."""
    here, there = _details(one), _details(other)
    if not here or not there:
        return False
    shared = sum(d in _squeezed(other) for d in here) + sum(d in _squeezed(one) for d in there)
    return shared < float(rules()["shared_details"]) * (len(here) + len(there))


@lru_cache(20_000)
def _details(written: str) -> frozenset[str]:
    compared = written[: rules()["longest_letters"]]
    if not _MAY_HOLD_DETAIL.search(compared):
        return frozenset()
    without_hosts = _HOST.sub(" ", compared) if "." in compared else compared
    found = (match[0].lstrip("@ ").strip("_").lower() for match in _DETAIL.finditer(without_hosts))
    return frozenset(detail for detail in found if detail)


@lru_cache(20_000)
def _squeezed(written: str) -> str:
    return "".join(written[: rules()["longest_letters"]].lower().split())
