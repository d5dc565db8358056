"""Which earlier texts a text is compared with: those that share two of its longest words, a bounded number of them.

Put here: that choice, over posts in their order in time. Keep out: words (`longest_words`), what alike means (`near_copies`),
where posts come from. The numbers are those of rules/near_copies.toml, where their reasons are.

Posts are known by place (0, 1, …, in order of time), keys are sorted as whole numbers that hold both key and place: 1,000,000
posts of 15 keys each are one array of 120 MB, sorted in half a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from microinf_pipeline.features.signatures import rules

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_Numbers = npt.NDArray[np.uint64]

_PLACE_BITS: Final = 24
#: Most posts that can be looked at together.
MOST_POSTS: Final = 1 << _PLACE_BITS
_PLACE: Final = np.uint64(MOST_POSTS - 1)
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_LOOKING_AT_ONCE: Final = 1 << 16


@dataclass(frozen=True)
class Sequence:
    """Posts in their order in time. `words`: (posts, key_words) numbers of longest words, 0 where there are fewer."""

    words: npt.NDArray[np.int64]
    day: npt.NDArray[np.int32]  # days since any one day; never falls
    leads: Flags  # the first of its day to say its words: only these are looked at
    window_days: int


def stirred_up(posts: Sequence, stirred: Flags) -> Flags:
    """Posts that may look at others than before because stirred ones came, went or moved; the stirred themselves among them.

    What a post looks at depends on as many posts before it, a key, as decide whether a key is crowded.
    """
    keyed = _sorted_keys(posts.words, posts.leads | stirred)
    place = _places(keyed)
    found = stirred.copy()
    at = np.flatnonzero(stirred[place])
    for forward in range(1, rules()["looks"] + 2):
        at = at[at + forward < len(keyed)]
        at = at[_same_key(keyed, at, at + forward)]
        follower = place[at + forward]
        found[follower[posts.day[follower] - posts.day[place[at]] <= posts.window_days]] = True
    return found


def pairs_to_compare(posts: Sequence, looking: Flags) -> Iterator[tuple[Places, Places]]:
    """(later, earlier) places of posts to compare, each pair once, a bounded number of looking posts at a time.

    A post looks at the last `looks` posts of each of its keys. Where more of them lie within the window, the key is crowded: it
    looks at the last `looks_when_crowded`, and only at those it meets by `shared_in_a_crowd` of its keys.
    """
    keyed = _sorted_keys(posts.words, posts.leads)
    place = _places(keyed)
    looks_back = looking[place]
    looks_back[1:] &= _same_key(keyed, np.arange(1, len(keyed)), np.arange(len(keyed) - 1))
    looks_back[:1] = False
    for first in range(0, len(looking), _LOOKING_AT_ONCE):
        at = np.flatnonzero(looks_back & (place >= first) & (place < first + _LOOKING_AT_ONCE))
        if len(at):
            yield _met(posts, keyed, place, at)


def _met(posts: Sequence, keyed: _Numbers, place: Places, at: Places) -> tuple[Places, Places]:
    looks, window = rules()["looks"], posts.window_days
    before = np.maximum(at - looks - 1, 0)
    is_crowded = (at > looks) & _same_key(keyed, at, before) & (posts.day[place[at]] - posts.day[place[before]] <= window)
    met = []
    for back in range(1, looks + 1):
        if back > rules()["looks_when_crowded"]:
            at, is_crowded = at[~is_crowded], is_crowded[~is_crowded]
        there = (at >= back) & _same_key(keyed, at, np.maximum(at - back, 0))
        at, is_crowded = at[there], is_crowded[there]
        near = posts.day[place[at]] - posts.day[place[at - back]] <= window
        at, is_crowded = at[near], is_crowded[near]
        met.append((place[at] << 32) | (place[at - back] << 1) | is_crowded)
    return _enough(np.sort(np.concatenate(met)))


def _enough(met: Places) -> tuple[Places, Places]:
    """Pairs met by a key that is not crowded, or by enough that are. `met`: sorted; the last bit tells of a crowded key."""
    pair = met >> 1
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    times = np.diff(first, append=len(pair))
    kept = first[(met[first] & 1 == 0) | (times >= rules()["shared_in_a_crowd"])]
    return pair[kept] >> 31, pair[kept] & ((1 << 31) - 1)


def _sorted_keys(words: npt.NDArray[np.int64], of: Flags) -> _Numbers:
    """Key and place of each key that two of the posts share, by key and then place."""
    if len(words) > MOST_POSTS:
        raise ValueError(f"{len(words):,} posts are more than can be looked at together ({MOST_POSTS:,})")
    place = np.flatnonzero(of)
    mixed = [words[place, n].view(np.uint64) for n in range(words.shape[1])]
    alone = mixed[1] == 0
    parts = [_with_place(mixed[0][alone] * _MIX[0], place[alone])]
    for a, b in combinations(range(len(mixed)), 2):
        has = mixed[b] != 0
        parts.append(_with_place(mixed[a][has] * _MIX[0] ^ mixed[b][has] * _MIX[1], place[has]))
    keyed = np.concatenate(parts)
    keyed.sort()
    same = np.zeros(len(keyed) + 1, bool)
    same[1:-1] = (keyed[1:] ^ keyed[:-1]) <= _PLACE
    return keyed[same[1:] | same[:-1]]


def _with_place(key: _Numbers, place: Places) -> _Numbers:
    return (key * _MIX[2] & ~_PLACE) | place.astype(np.uint64)


def _places(keyed: _Numbers) -> Places:
    return (keyed & _PLACE).astype(np.int64)


def _same_key(keyed: _Numbers, one: Places, other: Places) -> Flags:
    return np.asarray((keyed[one] ^ keyed[other]) <= _PLACE)
