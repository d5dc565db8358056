"""What the columns of an unknown export mean, guessed from their names and values.

Put here: pure guesses from a `Sample`, each with its reason. Keep out: opening files, writing configuration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from microinf_pipeline.night.first_look import shapes
from microinf_pipeline.night.first_look.column_names import known_names, spoken
from microinf_pipeline.night.first_look.guess_network import Rule, network_of, network_of_address
from microinf_pipeline.night.first_look.sample import Sample
from microinf_pipeline.settings.file_source import TARGETS

_COUNTS: Final = (
    "likes", "comments", "shares", "saves", "views", "impressions", "reach", "quotes", "followers", "following", "post_count",
)  # fmt: skip
_TIMES: Final = ("created_at", "edited_at", "observed_at")
_OF_THE_POST: Final = (
    "post_id",
    "url",
    "text",
    "title",
    "created_at",
    "likes",
    "comments",
    "shares",
    "saves",
    "views",
    "quotes",
)
#: Which column goes first where two targets want the same one.
_ORDER: Final = (
    "url", "created_at", "text", "post_id", "account_id", "handle", "display_name", "title", "bio", "likes", "comments",
    "shares", "saves", "views", "impressions", "reach", "quotes", "followers", "following", "post_count", "language",
    "country", "is_paid_label", "verified", "hashtags", "reply_to", "email", "category", "edited_at", "observed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """A mapping, and why: `reasons` by target, `notes` on what could not be told."""

    holds: str
    network: Rule
    columns: dict[str, Rule]
    reasons: dict[str, str]
    notes: tuple[str, ...] = ()


def column_of(rule: Rule) -> str:
    """The column a rule reads."""
    return rule if isinstance(rule, str) else str(rule["column"])


def time_form_of(rule: Rule | None) -> str | None:
    """The form of times a rule names: a word, or the strptime format; None if it names none."""
    said = rule.get("as") if isinstance(rule, dict) else None
    return said.get("strptime") if isinstance(said, dict) else said


def guess(sample: Sample) -> Guess:
    """The most likely reading of a sample; what is not recognised is left out."""
    ranked = _ranked(sample, _ORDER)
    taken: dict[str, str] = {}
    for _, target, name in ranked:
        if target not in taken and name not in taken.values():
            taken[target] = name
    _by_values(sample, taken)
    holds = _holds(taken)
    if not _fits("handle", sample.values(taken.get("handle", ""))) and "handle" in taken:
        taken.setdefault("display_name", taken.pop("handle"))
    columns: dict[str, Rule] = {t: _rule(t, taken[t], sample) for t in _ORDER if t in taken and t in TARGETS[holds]}
    network, why = network_of(sample, taken, holds)
    reasons = {t: _reason(t, taken[t]) for t in columns} | {"network": why}
    return Guess(holds, network, columns, reasons, tuple(_notes(sample, columns, network, holds)))


def _holds(taken: dict[str, str]) -> str:
    """posts or profiles; a description is a post's text or a profile's bio accordingly."""
    described = taken.get("bio")
    about_accounts = {"following", "post_count", "category", "email"} & taken.keys()
    if "followers" in taken and not {"text", "title"} & taken.keys() and (about_accounts or "created_at" not in taken):
        if "post_id" in taken:
            taken.setdefault("account_id", taken["post_id"])
        return "profiles"
    if described is not None:
        taken.setdefault("text", described)
    if "handle" not in taken and "account_id" not in taken and "display_name" in taken:
        taken["handle"] = taken.pop("display_name")
    return "posts"


def _ranked(sample: Sample, targets: tuple[str, ...]) -> list[tuple[tuple[int, int], str, str]]:
    """(rank, target, column), best first: exact names before names that end in one, and only where values fit."""
    found = []
    for order, target in enumerate(targets):
        for name in sample.names:
            rank = _name_rank(spoken(name), known_names().get(target, ()))
            if rank is not None and (_fits(target, sample.values(name)) or (target, name) == ("post_id", "uri")):
                found.append(((rank + _distance(target, name), order), target, name))
    return sorted(found)


def _name_rank(name: str, known: tuple[str, ...]) -> int | None:
    """0 for the best name of a target; names that only end in a known one come after all exact ones."""
    for rank, candidate in enumerate(known):
        if name == candidate:
            return rank
    for rank, candidate in enumerate(known):
        if " " in candidate and name.endswith(f" {candidate}"):
            return 100 + rank
    return None


def _distance(target: str, name: str) -> int:
    """How far inside a nested record a value of the post itself may not lie: those of its author, say."""
    if target in _OF_THE_POST and "." in name:
        return 200 if spoken(name).startswith(("author", "user", "owner", "account", "channel")) else 50
    return 0


def _fits(target: str, values: list[str]) -> bool:
    if not values:
        return False
    if target in _COUNTS:
        return shapes.count_form(values, named=True) is not None
    if target in _TIMES:
        return shapes.time_form(values, named=True) is not None
    holds = _SHAPES.get(target)
    return holds is None or shapes.share(values, holds) >= 0.9


_SHAPES: Final[dict[str, Callable[[str], bool]]] = {
    "url": shapes.is_url,
    "post_id": lambda v: shapes.is_id(v) and not shapes.is_url(v),
    "account_id": lambda v: shapes.is_id(v) and not shapes.is_url(v),
    "handle": lambda v: shapes.is_handle(v) and not shapes.is_url(v),
    "display_name": lambda v: len(v) < 100 and not shapes.is_url(v) and not shapes.is_whole_number(v),
    "text": lambda v: not shapes.is_url(v) and not shapes.is_whole_number(v),
    "language": shapes.is_language,
    "country": lambda v: re.match(r"^[A-Za-z]{2}$", v.strip()) is not None,
    "is_paid_label": shapes.is_flag,
    "verified": shapes.is_flag,
    "reply_to": shapes.is_id,
    "email": lambda v: "@" in v,
    "category": lambda v: len(v) < 60,
}


def _by_values(sample: Sample, taken: dict[str, str]) -> None:
    """Fill the three most telling targets from values alone, where no name told them."""
    free = [n for n in sample.names if n not in taken.values()]
    if "url" not in taken:
        addresses = [n for n in free if shapes.share(sample.values(n), shapes.is_url) >= 0.9]
        posts = [n for n in addresses if shapes.share(sample.values(n), lambda v: network_of_address(v) is not None) >= 0.5]
        _take_first(taken, "url", posts or (addresses if len(addresses) == 1 else []))
    if "created_at" not in taken:
        _take_first(taken, "created_at", (n for n in free if (shapes.time_form(sample.values(n)) or "iso") != "iso"))
    if "text" not in taken and "bio" not in taken:
        lengths = {n: sum(map(len, v)) / len(v) for n in free if n not in taken.values() and (v := sample.values(n))}
        prose = [n for n in sorted(lengths, key=lambda n: -lengths[n]) if lengths[n] >= 25]
        _take_first(taken, "text", (n for n in prose if shapes.share(sample.values(n), lambda v: " " in v.strip()) >= 0.6))


def _take_first(taken: dict[str, str], target: str, names: Iterable[str]) -> None:
    name = next(iter(names), None)
    if name is not None:
        taken[target] = name


def _rule(target: str, name: str, sample: Sample) -> Rule:
    values = sample.values(name)
    if target in _COUNTS:
        return {"column": name, "as": "compact_number"} if shapes.count_form(values, named=True) == "compact_number" else name
    if target in _TIMES:
        form = shapes.time_form(values, named=True) or "iso"
        return {"column": name, "as": form if form in ("unix_seconds", "unix_millis", "iso") else {"strptime": form}}
    if target in ("is_paid_label", "verified"):
        return {"column": name, "as": "bool"}
    if target == "hashtags":
        separator = max(",;| ", key=lambda s: sum(v.count(s) for v in values))
        return {"column": name, "as": f"list({separator})"}
    if target == "text" and shapes.share(values, lambda v: re.search(r"</?(p|br|a|span)\b", v) is not None) >= 0.3:
        return {"column": name, "as": "html"}
    return name


def _reason(target: str, name: str) -> str:
    return "its name" if _name_rank(spoken(name), known_names().get(target, ())) is not None else "its values"


def _notes(sample: Sample, columns: Mapping[str, Rule], network: Rule, holds: str) -> list[str]:
    notes = []
    if network == "other":
        notes.append("no network could be told: write `network: instagram` (or another) for rates that fit it")
    if holds == "posts" and "created_at" not in columns:
        notes.append("no time of posting was found: all posts are given one day; map `created_at` if there is a column")
    if holds == "posts" and not {"handle", "account_id"} & columns.keys():
        notes.append("no author was found: map `handle` or `account_id`, else nobody can be ranked")
    if holds == "posts" and "followers" not in columns:
        notes.append("no follower counts were found: tiers and rates stay unknown, until profiles are added")
    unused = [n for n in sample.names if n not in map(column_of, columns.values())]
    if unused:
        notes.append(f"not used: {', '.join(unused[:12])}{' …' if len(unused) > 12 else ''}")
    return notes
