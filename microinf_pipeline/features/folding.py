"""When two pieces of text are the same text.

Put here: the form in which words are compared. Keep out: what is looked for in them (tags, links, brands).

Equal after `fold`: upper and lower case of every script; NFC, NFD and compatibility forms (full-width letters,
ligatures, styled letters, no-break spaces); ß, ẞ and ss; σ and ς; the four Turkish i (İ I ı i); text with and without
zero-width, soft-hyphen, bidirectional and variation-selector characters; any run of white space and one blank.
Different: é and e, ä and ae, hyphen and blank.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import polars as pl

WORD: Final = r"\p{L}\p{M}\p{N}_"  # inside a character class; `\w` is not the same on every engine

_INVISIBLE: Final = "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
_WHITE_SPACE_RUN: Final = r"\s{2,}|[^\S ]"
# NFKC is ten times the cost of everything else here, and leaves texts of these characters alone: they neither change
# nor join with a neighbour. Everything else takes the slow road.
_NOT_INERT: Final = (
    "[^\x00-\x7f\u00a1-\u00a7\u00ab\u00ac\u00ae\u00b0\u00b1\u00b7\u00bb\u00bf-\u0131\u0150-\u017e\u0391-\u03a1"
    "\u03a3-\u03c9\u0410-\u044f\u05d0-\u05ea\u0621-\u064a\u2010\u2012-\u2016\u2018-\u2023\u2030-\u2032\u20ac"
    "\u2600-\u27bf\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\U0001f300-\U0001f64f\U0001f680-\U0001faff]"
)
_UNTIDY: Final = rf"^\s|\s$|{_WHITE_SPACE_RUN}|{_INVISIBLE}|{_NOT_INERT}"
_CASE_REST: Final = {"ß": "ss", "ς": "σ", "ı": "i"}  # what folding joins and lower-casing does not


def written(texts: pl.Series) -> pl.Series:
    """Texts as their authors wrote them, without what cannot be seen: NFKC, white space collapsed, case kept."""
    return on_rows(texts, texts.str.contains(_UNTIDY), _tidy)


def fold(texts: pl.Series) -> pl.Series:
    """The form in which texts are compared (see above). NULL stays NULL; folding twice changes nothing."""
    return fold_written(written(texts))


def fold_written(texts: pl.Series) -> pl.Series:
    """`fold` for texts that `written` has already cleaned."""
    low = texts.str.to_lowercase()
    low = on_rows(low, low.str.contains_any(list(_CASE_REST)), lambda rows: rows.str.replace_many(_CASE_REST))
    return on_rows(low, low.str.contains("i\u0307", literal=True), _without_turkish_dot)


@cache
def fold_word(word: str) -> str:
    """`fold` for one word of a rule. Rules hold thousands, nearly all of plain letters: a series of one costs 2 ms."""
    if word.isascii() and word.isprintable():
        return " ".join(word.split()).lower()
    return str(fold(pl.Series([word]))[0])


def on_rows(values: pl.Series, where: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`values` with `change` applied to the rows where the mask is true, and to those alone: expressions cannot."""
    rows = where.arg_true()
    if rows.is_empty():
        return values
    return values.clone().scatter(rows, change(values.gather(rows)))


def _tidy(texts: pl.Series) -> pl.Series:
    seen = texts.str.replace_all(_INVISIBLE, "")
    normal = on_rows(seen, seen.str.contains(_NOT_INERT), lambda rows: rows.str.normalize("NFKC"))
    return normal.str.replace_all(_WHITE_SPACE_RUN, " ").str.strip_chars()


def _without_turkish_dot(rows: pl.Series) -> pl.Series:
    return rows.str.replace_all("i\u0307+", "i").str.normalize("NFKC")
