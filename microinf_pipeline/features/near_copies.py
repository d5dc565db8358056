"""Whether two texts are one text copied, or one form filled in twice.

Put here: the second look at a pair, a function of the two texts alone. Keep out: which pairs are looked at (the keys of
`signatures`, `models/touched/copy_candidates.sql`) and what a group of copies is called.

Likeness is the share of letter triples of two normal forms that both hold (Jaccard), 0 to 1. Details are what a form leaves
open: handles, link codes, numbers, names written with digits or inner capitals. Alike with the same details: a copy.
Alike in everything but the details: a form (a share button, a contest's entry, an automatic notice).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.features.signatures import rules

#: What `judged` gives: one row a pair that holds.
EDGE: Final[Schema] = {
    "a": pl.Int64(),
    "b": pl.Int64(),
    "similarity": pl.Float64(),
    "is_form": pl.Boolean(),  # alike in everything but handles, numbers, names and link codes
}

_SKETCH_POWER: Final = 10  # 1,024 bits a text
_SKETCH_SLACK: Final = 0.05  # triples that fall on one bit: a sketch is off by less, or errs upwards
_PAIRS_AT_ONCE: Final = 100_000
_SKETCHED_AT_ONCE: Final = 20_000
_HOST: Final = re.compile(
    r"(?:https?\s?:\s?/\s?/\s?)?(?:www\s?\.\s?)?[a-z0-9-]+(?:\s?\.\s?[a-z]{2,})+(?=\s?/|\b)", re.IGNORECASE
)
_DETAIL: Final = re.compile(
    r"@\s?[^\W_]\w+|\b(?=\w*[0-9])(?=\w*[^\W\d_])\w{4,}\b|\b[0-9]{3,}\b|\b[^\W_]+(?:_[^\W_]+)+\b|\b\w*[a-z][A-Z]\w*\b"
)
_BLANK: Final = re.compile(r"\s+")


class Text(NamedTuple):
    """A text as two see it: `normal` (its normal form) and `written` (as its author wrote it)."""

    normal: str
    written: str


def judged(pairs: pl.DataFrame, texts: dict[int, Text]) -> pl.DataFrame:
    """Of pairs (a, b: numbers of texts) those that hold, as EDGE, in the given order."""
    likely = _likely(pairs, texts)
    found = [
        (a, b, *verdict)
        for a, b in likely.select("a", "b").iter_rows()
        if (verdict := verdict_on(texts[a], texts[b])) is not None
    ]
    return pl.DataFrame(found, schema=EDGE, orient="row")


def verdict_on(one: Text, other: Text) -> tuple[float, bool] | None:
    """(similarity, is_form) of two texts, the same whichever comes first; None where they are not alike."""
    likeness, rule = similarity(one.normal, other.normal), rules()
    if likeness < least_alike(min(len(one.normal), len(other.normal))):
        return None
    if one.normal == other.normal or not _details_differ(one.written, other.written):
        return likeness, False
    return (likeness, True) if likeness >= rule["alike_form"] else None


def similarity(one: str, other: str) -> float:
    """Jaccard of the letter triples of two normal forms."""
    a, b = _triples(one), _triples(other)
    common = len(a & b)
    return common / (len(a) + len(b) - common)


def least_alike(letters: int) -> float:
    """Likeness from which two texts are copies, the shorter of this length."""
    return float(rules()["alike"] + rules()["short_text"] / max(letters, 1))


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


@lru_cache(20_000)
def _triples(normal: str) -> frozenset[str]:
    framed = f" {normal[: rules()['longest_letters']]} "
    return frozenset(framed[at : at + 3] for at in range(len(framed) - 2))


def _details_differ(one: str, other: str) -> bool:
    """Whether both have details and share few of them. A rewrite may cut a detail up, so blanks do not count."""
    (here, squeezed_here), (there, squeezed_there) = _details(one), _details(other)
    if not here or not there:
        return False
    shared = sum(d in squeezed_there for d in here) + sum(d in squeezed_here for d in there)
    return shared < float(rules()["shared_details"]) * (len(here) + len(there))


@lru_cache(20_000)
def _details(written: str) -> tuple[frozenset[str], str]:
    compared = written[: rules()["longest_letters"]]
    found = (match[0].lstrip("@ ").strip("_").lower() for match in _DETAIL.finditer(_HOST.sub(" ", compared)))
    return frozenset(detail for detail in found if detail), _BLANK.sub("", compared.lower())


def _likely(pairs: pl.DataFrame, texts: dict[int, Text]) -> pl.DataFrame:
    """Pairs whose sketches are alike enough: most pairs that share a key are not, and sketches are fast to compare."""
    if pairs.is_empty():
        return pairs
    numbers = np.unique(np.concatenate([pairs["a"].to_numpy(), pairs["b"].to_numpy()]))
    sketches = _sketches([texts[int(number)].normal for number in numbers])
    letters = np.array([len(texts[int(number)].normal) for number in numbers])
    kept = [_alike_in_sketch(part, numbers, sketches, letters) for part in pairs.iter_slices(_PAIRS_AT_ONCE)]
    return pairs.filter(pl.Series(np.concatenate(kept)))


def _alike_in_sketch(pairs: pl.DataFrame, numbers: np.ndarray, sketches: np.ndarray, letters: np.ndarray) -> np.ndarray:
    a, b = np.searchsorted(numbers, pairs["a"].to_numpy()), np.searchsorted(numbers, pairs["b"].to_numpy())
    common = np.bitwise_count(sketches[a] & sketches[b]).sum(axis=1, dtype=np.int64)
    either = np.bitwise_count(sketches[a] | sketches[b]).sum(axis=1, dtype=np.int64)
    least = rules()["alike"] + rules()["short_text"] / np.maximum(np.minimum(letters[a], letters[b]), 1)
    return np.asarray(common >= (least - _SKETCH_SLACK) * either)


def _sketches(normal: Sequence[str]) -> np.ndarray:
    """(texts, words) bits of the letter triples of each text, by fixed arithmetic."""
    longest = rules()["longest_letters"]
    stretches = [normal[at : at + _SKETCHED_AT_ONCE] for at in range(0, len(normal), _SKETCHED_AT_ONCE)]
    return np.concatenate([_stretch_of_sketches([f" {text[:longest]} " for text in texts]) for texts in stretches])


def _stretch_of_sketches(framed: list[str]) -> np.ndarray:
    letters = np.frombuffer("".join(framed).encode("utf-32-le"), np.uint32).astype(np.uint64)
    lengths = np.array([len(text) for text in framed])
    row = np.repeat(np.arange(len(framed)), lengths)[:-2]
    mixed = (letters[:-2] * np.uint64(1_000_003) + letters[1:-1]) * np.uint64(1_000_003) + letters[2:]
    spread = ((mixed * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _SKETCH_POWER)).astype(np.int64)
    within = np.ones(len(row), bool)
    ends = np.cumsum(lengths)[:-1]
    within[ends - 1] = within[ends - 2] = False
    marks = np.zeros(len(framed) << _SKETCH_POWER, bool)
    marks[(row[within] << _SKETCH_POWER) + spread[within]] = True
    return np.packbits(marks).view(np.uint64).reshape(len(framed), -1)
