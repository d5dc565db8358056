"""Handles and names as they can be compared across networks.

Put here: what is left of a handle or name when writing habits, role words and numbers are gone, and whether two of them
fit. Keep out: which accounts are compared, and what a likeness is worth (`identity_suggestions`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from microinf_pipeline.people.identity_rules import SuggestionRules

#: Ids that networks put where a handle would be: they name nobody.
_OPAQUE = re.compile(r"^(?:\d{5,}|UC[\w-]{22}|did:.*|id\d{6,})$")
_SHORTEST_LAST_NAME = 4


def folded(text: str) -> str:
    """Lower case without accents and compatibility forms; `Ⓐnna Núñez` → `anna nunez`."""
    flat = unicodedata.normalize("NFKD", text).casefold().replace("ß", "ss")
    return "".join(c for c in flat if not unicodedata.combining(c))


@lru_cache(1 << 16)
def handle_key(network: str, handle: str | None) -> str | None:
    """The handle's letters and digits; the user part of `user@host`, the first label of a Bluesky domain. None for ids."""
    if not handle or _OPAQUE.match(handle.strip("@")):
        return None
    name = handle.strip().lstrip("@").split("@")[0]
    if network == "bluesky":
        name = name.split(".")[0]
    return re.sub(r"[^\w]|_", "", folded(name)) or None


@lru_cache(1 << 16)
def stem(key: str | None, rules: SuggestionRules) -> str | None:
    """A handle key without role words and numbers at its ends; as much as leaves `shortest_stem` letters."""
    if key is None:
        return None
    while True:
        shorter = _without_one(key, rules)
        if shorter == key:
            return key if len(key) >= rules.shortest_stem else None
        key = shorter


def _without_one(key: str, rules: SuggestionRules) -> str:
    """One number or role word less, if enough is left."""
    candidates = [key.rstrip("0123456789")]
    if key.startswith(rules.role_words):
        candidates += [key[len(word) :] for word in rules.role_words if key.startswith(word)]
    if key.endswith(rules.role_words):
        candidates += [key[: -len(word)] for word in rules.role_words if key.endswith(word)]
    return next((c for c in candidates if c != key and len(c) >= rules.shortest_stem), key)


@lru_cache(1 << 16)
def name_parts(name: str | None, rules: SuggestionRules) -> tuple[str, ...]:
    """The words of a display name, folded, in order; titles, single letters and nicknames in quotes left out."""
    if not name:
        return ()
    plain = re.sub(r"[\"“„(][^\"”“)]*[\"”“)]", " ", name)
    words = re.findall(r"[^\W\d_]+", re.sub(r"['’.-]", "", folded(plain)))
    return tuple(word for word in words if len(word) > 1 and word not in rules.name_words)


def same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """First and last words are equal; one word alone names nobody."""
    return min(len(one), len(other)) > 1 and (one[0], one[-1]) == (other[0], other[-1])


def other_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Both are whole names, and they share no word."""
    return min(len(one), len(other)) > 1 and not set(one) & set(other)


def names_as_stems(parts: tuple[str, ...]) -> Iterator[str]:
    """Handles people make of a whole name: annasmith, smithanna, annamariasmith, asmith."""
    if len(parts) < 2:
        return
    first, last = parts[0], parts[-1]
    yield from {f"{first}{last}", f"{last}{first}", "".join(parts), f"{first[0]}{last}"}


def is_initial_and_rest(one: str, other: str, shortest: int) -> bool:
    """The shorter is the longer with one stretch inside or after an initial left out: bsmith, benniegsmith ~ benniesmith."""
    short, long = sorted((one, other), key=lambda s: (len(s), s))
    end = _common_suffix(short, long)
    start = len(short) - end
    return short != long and end >= shortest and long.startswith(short[:start])


def _common_suffix(one: str, other: str) -> int:
    size = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        size += 1
    return min(size, len(one) - 1)


def is_within(one: str, other: str, shortest: int) -> bool:
    """The shorter is how the longer begins or ends."""
    short, long = sorted((one, other), key=len)
    return shortest <= len(short) < len(long) and (long.startswith(short) or long.endswith(short))


def fits_name(key_stem: str, parts: tuple[str, ...]) -> bool:
    """The stem ends in (or is) the last name, and what stands before it could be of the first: repsmith, ansmith."""
    if len(parts) < 2 or len(parts[-1]) < _SHORTEST_LAST_NAME:
        return False
    first, last = parts[0], parts[-1]
    if not key_stem.endswith(last):
        return key_stem.startswith(first + last)
    before = key_stem[: -len(last)]
    return before == "" or first.startswith(before) or before.startswith(first)
