"""Why a brand should look twice before it shows a post: abuse, adult, violence, spam, each with what raised it.

Put here: finding the words and patterns of `rules/safety.yaml` in texts. Keep out: those lists, and what is done with a
flagged post. A flag speaks of a text, never of its author; a complaint is no abuse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl
import yaml

from microinf_pipeline.features.folding import fold, written
from microinf_pipeline.features.keywords import spelled_as_written
from microinf_pipeline.features.links import LINK

FLAGS: Final = ("abuse", "adult", "violence", "spam")

_LINK: Final = re.compile(LINK.replace("(?-u:\\b)", r"\b"))
_LINK_MARK: Final = " ¦link¦ "
#: From here on it pays to set the patterns up for columns, which takes a third of a second.
_MANY: Final = 1_000
_LOOK: Final = re.compile(r"\(\?<?[!=](?:[^()]|\([^()]*\))*\)")
_QUOTED: Final = re.compile(r"[\"„“”«»‚‘]([^\"„“”«»‚‘\n]{1,200})[\"“”«»’‘]")
#: Both JSON lists, both NULL where nothing can be said: `["abuse"]` and `[{"flag":"abuse","words":["…"]}]`.
SAFETY: Final = {"safety_flags": pl.String(), "safety_evidence": pl.String()}


def safety(texts: pl.Series, lang: pl.Series) -> pl.DataFrame:
    """SAFETY of each text, given its language (ISO 639-1; NULL: unknown).

    `[]` says that the lists of its language were read and nothing was found; in a language without lists only what was
    found is said, for no list can clear it."""
    evidence = safety_evidence(texts)
    names = evidence.str.extract_all(r'"flag":"[a-z]+"').list.eval(pl.element().str.slice(7))
    flags = pl.concat_str(pl.lit("["), names.list.join(","), pl.lit("]"))
    said = pl.DataFrame({"safety_evidence": evidence, "lang": lang})
    can_tell = pl.col("lang").is_in(languages()).fill_null(False) | (pl.col("safety_evidence") != "[]")
    return said.with_columns(safety_flags=flags).select(pl.when(can_tell).then(pl.col(name)).alias(name) for name in SAFETY)


def safety_evidence(texts: pl.Series) -> pl.Series:
    """What raised which flag in each text as its author wrote it: a JSON list, `[{"flag":"abuse","words":["…"]}]`, in the order
    of FLAGS; `[]` where nothing was found, NULL where there is no text.

    `words` stand in the text as given, each once; spam also names its `rule`. `quoted` lists the words that stand in
    quotation marks. A negated word raises nothing."""
    read = written(texts.str.head(_rules()["read_characters"]))
    rows = fold(read).str.contains_any(_hints()).fill_null(False).arg_true()
    if len(rows) > _MANY:
        rows = rows.filter(read.gather(rows).to_frame("text").select(_may_hold()).to_series())
    flags = pl.Series(["[]"]).new_from_index(0, len(texts)).set(texts.is_null(), None)
    found = [json.dumps(list(_flags(text)), ensure_ascii=False, separators=(",", ":")) for text in read.gather(rows)]
    return flags.scatter(rows, pl.Series(found, dtype=pl.String)).alias("safety_evidence")


@cache
def languages() -> tuple[str, ...]:
    """Those every list of words knows."""
    return tuple(sorted(set.intersection(*(set(by_language) for by_language in _rules()["words"].values()))))


def _flags(text: str) -> Iterator[dict[str, Any]]:
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    for flag, pattern in _word_patterns().items():
        matches = [match for match in pattern.finditer(text) if not _negated(text, match.start())]
        if matches:
            quoted = [match[0] for match in matches if any(start <= match.start() < end for start, end in quotes)]
            yield _flag(flag, [match[0] for match in matches], quoted)
    marked = _LINK.sub(_LINK_MARK, text)
    for rule, pattern in _spam_patterns().items():
        match = pattern.search(marked)
        if match:
            yield {"flag": "spam", "rule": rule, "words": [part.strip() for part in match[0].split("¦link¦") if part.strip()]}
            return


def _flag(flag: str, words: list[str], quoted: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"flag": flag, "words": list(dict.fromkeys(words))}
    return {**found, "quoted": list(dict.fromkeys(quoted))} if quoted else found


def _negated(text: str, start: int) -> bool:
    before = re.split(r"[.!?;,\n]", text[max(0, start - 60) : start])[-1].lower().split()
    return any(word.replace("’", "'") in _negations() for word in before[-_rules()["negation_reach"] :])


@cache
def _rules() -> dict[str, Any]:
    text = (files("microinf_pipeline") / "rules" / "safety.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def _negations() -> frozenset[str]:
    return frozenset(_rules()["negations"])


@cache
def _word_patterns() -> dict[str, re.Pattern[str]]:
    patterns = {}
    for flag, by_language in _rules()["words"].items():
        words = sorted({word for words in by_language.values() for word in words}, key=lambda word: (-len(word), word))
        patterns[flag] = re.compile(rf"(?<!\w)(?:{'|'.join(_spelled(word) for word in words)})(?!\w)", re.IGNORECASE)
    return patterns


def _spelled(word: str) -> str:
    core = r"\s+".join(spelled_as_written(_folded()[part]) for part in _parts(word))
    before, after = (r"\w*" if is_open else "" for is_open in (word.startswith("*"), word.endswith("*")))
    return before + core + after


@cache
def _spam_patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _rules()["spam"].items()}


@cache
def _hints() -> list[str]:
    """Pieces of which every flagged folded text holds one."""
    words = (word for by_language in _rules()["words"].values() for words in by_language.values() for word in words)
    return sorted({max((_folded()[part] for part in _parts(word)), key=len) for word in words} | set(_rules()["spam_hints"]))


@cache
def _may_hold() -> pl.Expr:
    """Of the column `text`: whether a word or rule may be found in it. Polars looks a hundred times faster than Python does."""
    words = [pattern.pattern.replace(r"\w*", "") for pattern in _word_patterns().values()]
    rules = [pattern.pattern for pattern in _spam_patterns().values()]
    text, linked = pl.col("text"), pl.col("text").str.replace_all(LINK, _LINK_MARK)
    found = [(text, words), (text, rules), (linked, rules)]
    return pl.any_horizontal(said.str.contains(_wider(pattern)) for said, patterns in found for pattern in patterns)


def _wider(pattern: str) -> str:
    """A pattern without looks ahead or back, which Polars does not know, and without borders and classes that it reads
    otherwise: found wherever the given one is."""
    without_looks = _LOOK.sub("", pattern).replace(r"\b", "")
    return "(?i)" + without_looks.replace(r"[\W_]", r"[^\p{L}\p{N}]").replace(r"\s", r"[\s\x1c-\x1f]")


@cache
def _folded() -> dict[str, str]:
    """Every part of a word as it is compared; one by one takes a second."""
    words = (word for by_language in _rules()["words"].values() for words in by_language.values() for word in words)
    parts = sorted({part for word in words for part in _parts(word)})
    return dict(zip(parts, fold(pl.Series(parts)), strict=True))


def _parts(word: str) -> list[str]:
    return word.strip("*").split()
