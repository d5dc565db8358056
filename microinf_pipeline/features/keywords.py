"""When a keyword stands in a text.

Put here: word rules (boundaries, inflection, phrases, hashtags) as regular expressions over folded texts. Keep out:
which keywords a brand has and what finding one means.

A keyword is found between Unicode word boundaries, in any case, with its German endings at each word's end ("Deutsche
Bahn" finds "der Deutschen Bahn", "Bahns", "Bahn's"), in hyphenated compounds ("Bahn-Chef") and as a whole hashtag
("#DeutscheBahn"), not in closed compounds ("Bahnhof", "Autobahn"): `bahn*` opens the right side, `*bahn` the left.
Words of up to three letters take -s alone; keywords of up to two characters are found as written only. Scripts without
blanks between words (Chinese, Japanese, Thai …) count as a boundary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import polars as pl

from microinf_pipeline.features.folding import WORD, fold_word, on_rows
from microinf_pipeline.features.links import LINK

_UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_BEFORE: Final = rf"(?:^|[^{WORD}]|[{_UNSPACED}])"
_AFTER: Final = rf"(?:$|[^{WORD}]|[{_UNSPACED}])"
_HANDLE: Final = rf"@[{WORD}][{WORD}.@-]*"
_EMAIL: Final = rf"[{WORD}.+%-]+{_HANDLE}"
_MASK: Final = " ¦ "  # a boundary that no phrase reaches across
_GAP: Final = r"[\s\-‐–]{1,3}"
_APOSTROPHE: Final = "['’‘ʼ]"
_AS_WRITTEN: Final = {"ss": "(?:ss|[ßẞ])", "i": "(?:i\u0307?|[ıİ])", "σ": "[σς]"}  # what folding made equal beyond case
_EXACT_UP_TO: Final = 2
_FULL_ENDINGS_FROM: Final = 4


def masked(texts: pl.Series) -> pl.Series:
    """Texts without links, handles and e-mail addresses: a keyword inside one is none."""
    for may_hold, address in (
        (texts.str.contains_any(["://", "www."], ascii_case_insensitive=True), LINK),
        (texts.str.contains(rf"[{WORD}]@[{WORD}]"), _EMAIL),
        (texts.str.contains("@", literal=True), _HANDLE),
    ):
        texts = on_rows(texts, may_hold, partial(_blotted, address))
    return texts


def _blotted(address: str, rows: pl.Series) -> pl.Series:
    return rows.str.replace_all(address, _MASK)


def without_phrases(texts: pl.Series, phrases: Sequence[str], *, folded: bool) -> pl.Series:
    """Masked texts (folded or as written) without the phrases."""
    for pattern in _patterns([(p, _core(fold_word(p), _GAP, _spelled) if folded else _core_as_written(p)) for p in phrases]):
        for _ in range(2):  # a phrase right behind another shares the boundary that the first one took
            texts = texts.str.replace_all(pattern, _MASK)
    return texts


def stands_in(texts: pl.Series, words: Sequence[str]) -> pl.Series:
    """Whether any of the words stands in each masked *folded* text. NULL texts hold nothing."""
    found = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True)
    for pattern in _patterns([(word, _core(fold_word(word), _GAP, _spelled)) for word in _longest_first(words)]):
        found |= texts.str.contains(pattern).fill_null(False)
    return found


def first_in(texts: pl.Series, words: Sequence[str]) -> pl.Series:
    """What was found of the words in each masked *written* text, as it stands there; NULL if nothing.

    Here case is still seen, so this is the judge of two-letter keywords."""
    patterns = _patterns([(word, _core_as_written(word)) for word in _longest_first(words)])
    nothing = pl.lit(None, dtype=pl.String)
    return texts.to_frame("text").select(
        pl.coalesce(*(pl.col("text").str.extract(pattern, 1) for pattern in patterns), nothing)
    ).to_series()  # fmt: skip


def whole_tag(tags: pl.Series, words: Sequence[str]) -> pl.Series:
    """Whether each folded hashtag (without #) is one of the words, phrases joined or underscored."""
    cores = (_core(fold_word(word), "_?", _spelled) for word in _longest_first(words) if not is_exact(word))
    return tags.str.contains(rf"^(?:{'|'.join(cores)})$") if words else tags.is_null()


def is_exact(word: str) -> bool:
    """Whether the keyword is so short that its case is part of it."""
    return len(word.strip("* ")) <= _EXACT_UP_TO


def literal(word: str) -> str:
    """A piece that every folded text holding the keyword contains: for a fast first look."""
    return max(re.split(rf"{_GAP}|[*\s&]|{_APOSTROPHE}", fold_word(word)), key=len)


def _longest_first(words: Sequence[str]) -> list[str]:
    return sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))


def _patterns(cores: Sequence[tuple[str, str]]) -> list[str]:
    """One pattern for all words with the same kind of ends: beside a symbol ("c++", an emoji) no boundary is needed."""
    by_ends: dict[tuple[bool, bool], list[str]] = {}
    for word, core in cores:
        name = word.strip("* ")
        by_ends.setdefault((name[0].isalnum(), name[-1].isalnum()), []).append(core)
    return [
        rf"{_BEFORE if before else ''}(#?(?:{'|'.join(same)})){_AFTER if after else ''}"
        for (before, after), same in by_ends.items()
    ]


def _core(name: str, gap: str, spell: Callable[[str], str]) -> str:
    parts = [spell(part) + _endings(part) for part in re.split(_GAP, name.strip("* "))]
    before, after = (rf"[{WORD}]*" if is_open else "" for is_open in (name.startswith("*"), name.endswith("*")))
    return before + gap.join(parts) + after


def _core_as_written(word: str) -> str:
    if is_exact(word):
        return _core(word.strip(), _GAP, _spelled)
    return f"(?i:{_core(fold_word(word), _GAP, spelled_as_written)})"


def _spelled(part: str) -> str:
    """Any apostrophe for an apostrophe, blanks or none around &."""
    plain = re.sub(_APOSTROPHE, "'", part)
    return re.escape(plain).replace("'", _APOSTROPHE).replace(r"\&", r"\s?&\s?")


def spelled_as_written(part: str) -> str:
    """A folded word as a case-blind pattern for written texts: with every letter that folding makes equal to it."""
    return re.sub("ss|[iσ]", lambda found: _AS_WRITTEN[found[0]], _spelled(part))


def _endings(part: str) -> str:
    if not part[-1:].isalpha():
        return ""
    if len(part) < _FULL_ENDINGS_FROM:
        return rf"(?:{_APOSTROPHE}?s|{_APOSTROPHE})?"
    forms = "s|n|r|m" if part.endswith("e") else "s|es|e|en|n|er|em"
    return rf"(?:{_APOSTROPHE}s|{_APOSTROPHE}|{forms})?"
