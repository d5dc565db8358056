"""Which network the rows of an unknown export are of.

Put here: guesses from addresses, from a column that names networks, and from words. Keep out: all other columns (`guess`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from microinf_pipeline.night.first_look.column_names import known_names, spoken
from microinf_pipeline.night.first_look.sample import Sample
from microinf_pipeline.settings.fields import NETWORKS
from microinf_pipeline.sources.files.hosts import NETWORK_OF_HOST

Rule = str | dict[str, Any]

_NETWORK_WORDS: Final = {
    "twitter": "x", "x": "x", "tweet": "x", "tweets": "x", "youtube": "youtube", "instagram": "instagram",
    "insta": "instagram", "ig": "instagram", "facebook": "facebook", "fb": "facebook", "tiktok": "tiktok",
    "tik tok": "tiktok", "linkedin": "linkedin",
    "reddit": "reddit", "subreddit": "reddit", "bluesky": "bluesky", "bsky": "bluesky", "mastodon": "mastodon",
    "threads": "threads", "news": "news", "blog": "blog", "blogs": "blog", "forum": "forum", "forums": "forum",
    "review": "review", "reviews": "review", "web": "web", "website": "web",
}  # fmt: skip
#: Column names that only one network's answers have.
_SIGNS: Final = {
    "instagram": {"shortcode", "taken at timestamp", "edge media to caption"},
    "tiktok": {"digg count", "aweme id", "author meta id", "stats digg count"},
    "x": {"screen name", "tweet id", "retweet count", "user screen name"},
    "mastodon": {"reblogs count", "account acct"},
}


def network_of(sample: Sample, taken: Mapping[str, str], holds: str) -> tuple[Rule, str]:
    """The network, from addresses, a column that names it, or words in the file's and the columns' names."""
    if "url" in taken:
        known = [network_of_address(v) for v in sample.values(taken["url"])]
        if known and sum(n is not None for n in known) / len(known) >= 0.5:
            return {"from": "url"}, f"addresses in '{taken['url']}'"
    for name in sample.names:
        if spoken(name) in known_names()["network"] and name not in taken.values():
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


def network_of_address(url: str) -> str | None:
    """The platform an address belongs to; None for the rest of the web."""
    host = re.sub(r"^\w+://", "", url.strip().casefold()).partition("/")[0]
    return next((n for h, n in NETWORK_OF_HOST.items() if host == h or host.endswith(f".{h}")), None)


def _in_words(sample: Sample) -> str | None:
    words = [w for text in (sample.file.path.stem, *sample.names) for w in re.findall("[a-z]+", spoken(text))]
    found = Counter(_NETWORK_WORDS[w] for w in words if w in _NETWORK_WORDS and len(w) > 2)
    columns = {spoken(name) for name in sample.names}
    found.update(network for network, signs in _SIGNS.items() if signs & columns)
    telling = [n for n, _ in found.most_common() if n in NETWORKS and n not in ("web", "news", "blog", "forum", "review")]
    return telling[0] if telling else None


def networks_in(sample: Sample, network: Rule, url: str | None) -> list[str]:
    """The networks the sampled rows are of, as far as names and addresses tell."""
    if isinstance(network, str):
        return [network]
    if "map" in network:
        return sorted(set(network["map"].values()))
    addresses = sample.values(url) if url is not None else []
    hosts = {network_of_address(address) for address in addresses}
    return sorted(n for n in hosts if n is not None)
