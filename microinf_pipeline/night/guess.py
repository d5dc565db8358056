"""What the columns of an unknown export mean, guessed from their names and values.

Put here: pure guesses from a `Sample`, each with its reason. Keep out: opening files, writing configuration.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from microinf_pipeline.night import shapes
from microinf_pipeline.night.sample import Sample
from microinf_pipeline.settings.fields import NETWORKS
from microinf_pipeline.settings.file_source import TARGETS
from microinf_pipeline.sources.files.hosts import NETWORK_OF_HOST

Rule = str | dict[str, Any]

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
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
#: Column names that only one network's answers have.
_SIGNS: Final = {
    "instagram": {"shortcode", "taken at timestamp", "edge media to caption"},
    "tiktok": {"digg count", "aweme id", "author meta id", "stats digg count"},
    "x": {"screen name", "tweet id", "retweet count", "user screen name"},
    "mastodon": {"reblogs count", "account acct"},
}
#: Which column goes first where two targets want the same one.
_ORDER: Final = (
    "url", "created_at", "text", "post_id", "account_id", "handle", "display_name", "title", "bio", "likes", "comments",
    "shares", "saves", "views", "impressions", "reach", "quotes", "followers", "following", "post_count", "language",
    "country", "is_paid_label", "verified", "hashtags", "reply_to", "email", "category", "edited_at", "observed_at",
)  # fmt: skip
_NETWORK_WORDS: Final = {
    "twitter": "x", "x": "x", "tweet": "x", "tweets": "x", "youtube": "youtube", "instagram": "instagram",
    "insta": "instagram", "ig": "instagram", "facebook": "facebook", "fb": "facebook", "tiktok": "tiktok",
    "tik tok": "tiktok", "linkedin": "linkedin",
    "reddit": "reddit", "subreddit": "reddit", "bluesky": "bluesky", "bsky": "bluesky", "mastodon": "mastodon",
    "threads": "threads", "news": "news", "blog": "blog", "blogs": "blog", "forum": "forum", "forums": "forum",
    "review": "review", "reviews": "review", "web": "web", "website": "web",
}  # fmt: skip


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


def networks_in(sample: Sample, guessed: Guess) -> list[str]:
    """The networks the sampled rows are of, as far as names and addresses tell."""
    if isinstance(guessed.network, str):
        return [guessed.network]
    if "map" in guessed.network:
        return sorted(set(guessed.network["map"].values()))
    addresses = sample.values(column_of(guessed.columns["url"])) if "url" in guessed.columns else []
    hosts = {_host_network(address) for address in addresses}
    return sorted(n for n in hosts if n is not None)


def spoken(name: str) -> str:
    """A column's name as words: 'ownerUsername' and 'owner.username' both 'owner username'."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", apart.casefold().translate(_UMLAUTS)).split())


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    text = (files("microinf_pipeline") / "rules" / "column_names.yaml").read_text(encoding="utf-8")
    return {target: tuple(map(str, names)) for target, names in yaml.safe_load(text).items()}


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
    network, why = _network(sample, taken, holds)
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
            rank = _name_rank(spoken(name), _names().get(target, ()))
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
        return shapes.count_form(values) is not None
    if target in _TIMES:
        return shapes.time_form(values) is not None
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
        posts = [n for n in addresses if shapes.share(sample.values(n), lambda v: _host_network(v) is not None) >= 0.5]
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
        return {"column": name, "as": "compact_number"} if shapes.count_form(values) == "compact_number" else name
    if target in _TIMES:
        form = shapes.time_form(values) or "iso"
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
    return "its name" if _name_rank(spoken(name), _names().get(target, ())) is not None else "its values"


def _network(sample: Sample, taken: Mapping[str, str], holds: str) -> tuple[Rule, str]:
    """The network, from addresses, a column that names it, or words in the file's and the columns' names."""
    if "url" in taken:
        known = [_host_network(v) for v in sample.values(taken["url"])]
        if known and sum(n is not None for n in known) / len(known) >= 0.5:
            return {"from": "url"}, f"addresses in '{taken['url']}'"
    for name in sample.names:
        if spoken(name) in _names()["network"] and name not in taken.values():
            written = Counter(sample.values(name))
            mapped = {w: _NETWORK_WORDS[spoken(w)] for w in sorted(written) if spoken(w) in _NETWORK_WORDS}
            if mapped and sum(written[w] for w in mapped) / sum(written.values()) >= 0.5:
                return {"column": name, "map": mapped, "default": "other"}, f"names in '{name}'"
    said = _in_words(sample)
    if said:
        return said, "words in the names of file and columns"
    if holds == "posts" and "url" in taken:
        return {"from": "url"}, f"addresses in '{taken['url']}'"
    return "other", "nothing names it"


def _host_network(url: str) -> str | None:
    host = re.sub(r"^\w+://", "", url.strip().casefold()).partition("/")[0]
    return next((n for h, n in NETWORK_OF_HOST.items() if host == h or host.endswith(f".{h}")), None)


def _in_words(sample: Sample) -> str | None:
    words = [w for text in (sample.file.path.stem, *sample.names) for w in re.findall("[a-z]+", spoken(text))]
    found = Counter(_NETWORK_WORDS[w] for w in words if w in _NETWORK_WORDS and len(w) > 2)
    columns = {spoken(name) for name in sample.names}
    found.update(network for network, signs in _SIGNS.items() if signs & columns)
    telling = [n for n, _ in found.most_common() if n in NETWORKS and n not in ("web", "news", "blog", "forum", "review")]
    return telling[0] if telling else None


def _notes(sample: Sample, columns: Mapping[str, Rule], network: Rule, holds: str) -> list[str]:
    notes = []
    if network == "other":
        notes.append("no network could be told: write `network: instagram` (or another) for rates that fit it")
    if holds == "posts" and "created_at" not in columns:
        notes.append("no time of posting was found: map `created_at`, else rows have no day")
    if holds == "posts" and not {"handle", "account_id"} & columns.keys():
        notes.append("no author was found: map `handle` or `account_id`, else nobody can be ranked")
    if holds == "posts" and "followers" not in columns:
        notes.append("no follower counts were found: tiers and rates stay unknown, until profiles are added")
    unused = [n for n in sample.names if n not in map(column_of, columns.values())]
    if unused:
        notes.append(f"not used: {', '.join(unused[:12])}{' …' if len(unused) > 12 else ''}")
    return notes
