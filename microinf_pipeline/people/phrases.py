"""Where a rule's words stand in short texts about an account, and what stands around them.

Put here: whole-word search in bios that keeps the stretch a word stands in. Keep out: what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from microinf_pipeline.features.folding import WORD, fold_word, written

_STRETCH: Final = r"[^.,;|/•·\n!?()]"


def own_phrase(texts: pl.Series, words: Sequence[str], not_before: Sequence[str], not_after: Sequence[str]) -> pl.Series:
    """List[str] per text: the words found whole (as they stand there), without those that a word of `not_before` leads
    or one of `not_after` directly follows in the same stretch. Empty where there is none; NULL texts hold none."""
    stretches = pl.DataFrame({"text": lines(texts)}).with_row_index("row")
    split = stretches.with_columns(part=pl.col("text").str.extract_all(f"{_STRETCH}+")).explode("part", empty_as_null=False)
    mine = rf"(?i){_BEFORE}({_any(words)}){_AFTER}"
    hit = split.drop_nulls("part").filter(pl.col("part").str.contains(mine))
    led = rf"(?i){_BEFORE}(?:{_any(not_before)}){_AFTER}.*?{_BEFORE}?(?:{_any(words)}){_AFTER}"
    followed = rf"(?i){_BEFORE}(?:{_any(words)})(?:['’]s)?[\s-]+(?:{_any(not_after)}){_AFTER}"
    own = hit.filter(
        *(~pl.col("part").str.contains(taken) for taken, said in ((led, not_before), (followed, not_after)) if said)
    )
    found = own.select("row", word=pl.col("part").str.extract(mine, 1)).group_by("row", maintain_order=True).agg("word")
    return stretches.join(found, on="row", how="left", maintain_order="left")["word"].fill_null([])


def found_phrase(texts: pl.Series, words: Sequence[str]) -> pl.Series:
    """The first of the words found whole in each text, as it stands there; NULL if none."""
    return lines(texts).str.extract(rf"(?i){_BEFORE}({_any(words)}){_AFTER}", 1)


def lines(texts: pl.Series) -> pl.Series:
    """Texts as written (`folding.written`), their line ends kept as a sign that parts a stretch."""
    return written(texts.cast(pl.String).str.replace_all(r"[\r\n]+", " | "))


_BEFORE: Final = rf"(?:^|[^{WORD}])"
_AFTER: Final = rf"(?:$|[^{WORD}])"


def _any(words: Sequence[str]) -> str:
    longest_first = sorted({fold_word(word) for word in words}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+").replace("ss", "(?:ss|ß)") for word in longest_first)
