"""Whether two texts are one text copied, or one form filled in twice.

Put here: the second look at a pair, a function of the two texts alone. Keep out: which pairs are looked at (the keys of
`signatures`, `models/touched/copy_candidates.sql`) and what a group of copies is called.

Likeness is the share of letter triples of two normal forms that both hold (Jaccard), 0 to 1. Details are what a form leaves
open: handles, link codes, numbers, names written with digits or inner capitals. Alike with the same details: a copy.
Alike in everything but the details: a form (a share button, a contest's entry, an automatic notice).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.features.signatures import rules
from microinf_pipeline.features.sketches import Bits, may_be_alike

#: What `judged` gives: one row a pair that holds.
EDGE: Final[Schema] = {
    "a": pl.Int64(),
    "b": pl.Int64(),
    "similarity": pl.Float64(),
    "is_form": pl.Boolean(),  # alike in everything but handles, numbers, names and link codes
}

_PAIRS_AT_ONCE: Final = 100_000
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


def likely(pairs: pl.DataFrame, numbers: np.ndarray, sketched: Bits, letters: np.ndarray) -> pl.DataFrame:
    """Of pairs (a, b: numbers of texts) those whose sketches may be alike enough: most that share a key are not.

    `numbers`, ascending, say whose sketch and letters (characters compared) the rows of the other two are.
    """
    kept = [_may_be_alike(part, numbers, sketched, letters) for part in pairs.iter_slices(_PAIRS_AT_ONCE)]
    return pairs.filter(pl.Series(np.concatenate(kept))) if kept else pairs


def _may_be_alike(pairs: pl.DataFrame, numbers: np.ndarray, sketched: Bits, letters: np.ndarray) -> np.ndarray:
    a, b = (np.searchsorted(numbers, pairs[side].to_numpy()) for side in ("a", "b"))
    shorter = np.maximum(np.minimum(letters[a], letters[b]), 1)
    return may_be_alike(sketched[a], sketched[b], rules()["alike"] + rules()["short_text"] / shorter)


def judged(pairs: pl.DataFrame, texts: Mapping[int, Text]) -> pl.DataFrame:
    """Of pairs (a, b: numbers of texts) those that hold, as EDGE, in the given order."""
    found = [
        (a, b, *verdict)
        for a, b in pairs.select("a", "b").iter_rows()
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
