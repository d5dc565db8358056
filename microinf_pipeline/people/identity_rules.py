"""What the identity rules say (`rules/identity.toml`, with a reason and a source beside each number), as one value.

Put here: reading that file. Keep out: applying it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, eq=False)
class LinkRules:
    """When evidence makes two accounts one person."""

    merging_threshold: float
    confidence: Mapping[str, float]  # evidence → 0–1, strongest kinds first
    most_linked_one_way: int
    most_accounts: int
    most_accounts_a_network: int
    not_own_words: re.Pattern[str]
    labels: Mapping[str, str]  # word before a handle → network
    addresses: Mapping[str, tuple[re.Pattern[str], ...]]  # network → forms of profile addresses
    own_hosts: frozenset[str]  # hosts under which handles are no domain of a person


@dataclass(frozen=True, eq=False)
class SuggestionRules:
    """When two names look like one person's; never enough to merge."""

    least_confidence: float
    role_words: tuple[str, ...]
    name_words: frozenset[str]
    shortest_stem: int
    shortest_part: int
    most_in_a_block: int
    confidence: Mapping[str, float]


@cache
def link_rules() -> LinkRules:
    """The shipped rules of evidence and of persons."""
    links = _read()["links"]
    return LinkRules(
        merging_threshold=links["merging_threshold"],
        confidence=links["confidence"],
        most_linked_one_way=links["most_linked_one_way"],
        most_accounts=links["most_accounts"],
        most_accounts_a_network=links["most_accounts_a_network"],
        not_own_words=re.compile(rf"(?:{'|'.join(links['not_own_words'])})[^\w@]*$", re.IGNORECASE),
        labels={word: network for network, words in links["labels"].items() for word in words},
        addresses={n: tuple(re.compile(form, re.IGNORECASE) for form in forms) for n, forms in links["addresses"].items()},
        own_hosts=frozenset(links["own_hosts"]),
    )


@cache
def suggestion_rules() -> SuggestionRules:
    """The shipped rules of suggestions."""
    rules = _read()["suggestions"]
    return SuggestionRules(
        least_confidence=rules["least_confidence"],
        role_words=tuple(sorted(rules["role_words"], key=lambda word: (-len(word), word))),
        name_words=frozenset(rules["name_words"]),
        shortest_stem=rules["shortest_stem"],
        shortest_part=rules["shortest_part"],
        most_in_a_block=rules["most_in_a_block"],
        confidence=rules["confidence"],
    )


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((files("microinf_pipeline") / "rules" / "identity.toml").read_text(encoding="utf-8"))
