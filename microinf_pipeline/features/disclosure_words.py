"""`rules/disclosure.yaml` as typed values and search patterns.

Put here: reading those rules. Keep out: finding labels in texts and judging them (disclosure.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

TAG: Final = re.compile(r"(?<![\w&/])[#＃]\w+")

_BETWEEN: Final = r"(?:\s+\S+){1,5}?\s+"
_CONTEXTS: Final = {
    "opening": (
        r"^[^\w\n\[\(\{【#@]{0,8}(?:%s)(?=\s*(?:[:|/\-–—•.!*]|$))",
        r"[\[\(\{【]\s*(?:%s)\s*[\]\)\}】]",
        r"[–—|\-]\s*(?:%s)\s*\Z",
    ),
    "phrase": (r"(?<![\w#@])(?:%s)(?!\w)",),
}


@dataclass(frozen=True)
class Wording:
    """One entry of `wordings`. `says` maps a jurisdiction to ok | weak | refused; `connections`: those it can tell of,
    empty for all; `needs_brand`: ok only where the tag starts with the brand's name."""

    id: str
    language: str
    says: dict[str, str]
    connections: tuple[str, ...]
    needs_brand: bool


@dataclass(frozen=True)
class Pattern:
    """`kind`: opening | phrase; the group that matched holds the label as written and tells its wording."""

    kind: str
    regex: re.Pattern[str]
    by_group: tuple[Wording, ...]


@cache
def rules() -> dict[str, Any]:
    """The file as it is written."""
    text = (files("microinf_pipeline") / "rules" / "disclosure.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def wordings() -> dict[str, Wording]:
    """Every wording by id, in the order of the file."""
    return {
        entry["id"]: Wording(
            entry["id"], entry["language"], entry["says"], tuple(entry.get("connections", ())), entry.get("needs_brand", False)
        )
        for entry in rules()["wordings"]
    }


def jurisdiction_of(timezone: str) -> str | None:
    """Whose rules bind a brand that lives in this time zone, unless its configuration says; None = not told."""
    binding: dict[str, list[str]] = rules()["binding"]
    return next((where for where, zones in binding.items() if timezone in zones), None)


@lru_cache(maxsize=65_536)
def tag_wording(tag: str) -> Wording | None:
    """What a hashtag (without #, any case) says: as a whole, else by its ending, else by what it holds."""
    name = tag.lower()
    whole = _whole_tags().get(name)
    if whole is not None:
        return whole
    for key, fits in (("tag_ends", _longer_ending), ("tag_holds", str.__contains__)):
        for words, wording in _given(key):
            if any(fits(name, word) for word in words):
                return wording
    return None


@cache
def _whole_tags() -> dict[str, Wording]:
    """Hashtag → what it says; of two entries the first."""
    found: dict[str, Wording] = {}
    for words, wording in _given("tag"):
        for word in words:
            found.setdefault(word, wording)
    return found


@cache
def patterns() -> tuple[Pattern, ...]:
    """The patterns of openings and phrases; longer ones first, so that the longest at a place is found."""
    found = []
    for kind, contexts in _CONTEXTS.items():
        named = [(word, wording) for words, wording in _given(kind) for word in words]
        named.sort(key=lambda pair: (-len(pair[0]), pair[0]))
        groups = "|".join(f"({_spelled(word)})" for word, _ in named)
        by_group = tuple(wording for _, wording in named)
        found += [Pattern(kind, re.compile(context % groups, re.IGNORECASE | re.MULTILINE), by_group) for context in contexts]
    return tuple(found)


@cache
def hints() -> tuple[list[str], list[str], str]:
    """For a first look at lower-cased texts: pieces of which every tag holds one, pieces of which every phrase holds one, and
    a pattern that every opening matches."""
    tags = [f"{sign}{word}" for words, _ in _given("tag") for word in words for sign in "#＃"]
    tags += [word for key in ("tag_ends", "tag_holds") for words, _ in _given(key) for word in words]
    phrases = [max(re.split(r"[\s…]+", phrase), key=len) for phrases, _ in _given("phrase") for phrase in phrases]
    openings = "|".join(re.escape(word.split()[0].strip(",")) for words, _ in _given("opening") for word in words)
    opening = rf"(?m)(?:^[^\p{{L}}\n]{{0,8}}|[\[\(\{{【–—|-]\s*)(?:{openings})"
    return list(dict.fromkeys(tags)), list(dict.fromkeys(phrases)), opening


def _given(key: str) -> Iterator[tuple[Sequence[str], Wording]]:
    return ((entry[key], wordings()[entry["id"]]) for entry in rules()["wordings"] if key in entry)


def _longer_ending(name: str, word: str) -> bool:
    return name.endswith(word) and len(name) > len(word) + 1


def _spelled(phrase: str) -> str:
    """Blanks stand for any white space, … for up to five words."""
    return _BETWEEN.join(r"\s+".join(re.escape(word) for word in part.split()) for part in phrase.split("…"))
