"""The accounts a profile names: addresses of the networks' profile pages, labelled handles, handles of the fediverse.

Put here: reading them out of a bio or a URL. Keep out: which account a handle stands for (`identity_evidence`) and the
forms themselves (`rules/identity.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from microinf_pipeline.people.identity_rules import LinkRules

#: An address with or without scheme: a host with a top level, and what follows it up to a blank or a bracket.
_ADDRESS: Final = re.compile(
    r"(?<![\w@.])(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#][^\s<>\"'()\[\]|,;]*)?", re.IGNORECASE
)
_FEDIVERSE: Final = re.compile(r"(?<![\w@/.])@(?P<handle>\w[\w.-]*)@(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
_TAGS: Final = re.compile(
    r"<(?:br|/p|/?div)[^>]*>|<a[^>]*href=[\"']([^\"']+)[\"'][^>]*>.*?</a>|<[^>]+>", re.IGNORECASE | re.DOTALL
)
_DEVICE: Final = re.compile(r"^(?:https?://)?(?:(?:www|m|mobile)\.)?", re.IGNORECASE)
_BEFORE: Final = 40  # letters before a link that may say whose it is


@dataclass(frozen=True)
class Named:
    """An account that a profile names: by its handle (lower case) or by the platform's id. `words`, as written, do not
    tell two of them apart."""

    network: str
    handle: str | None
    account_id: str | None
    words: str = field(compare=False)


def plain_text(bio: str) -> str:
    """A bio without markup; links keep their address."""
    if "<" not in bio:
        return bio
    return _TAGS.sub(lambda tag: f" {tag.group(1)} " if tag.group(1) else " ", bio)


def named_accounts(bio: str | None, urls: tuple[str, ...], rules: LinkRules) -> tuple[Named, ...]:
    """The accounts named in the profile's URL fields, then in its bio, each once.

    Links behind words that give them to somebody else ('fan account of', 'photos by') are left out.
    """
    found = [named for url in urls if (named := read_address(url, rules))]
    if bio:
        found += _in_bio(plain_text(bio), rules)
    return tuple(dict.fromkeys(found))


def read_address(address: str, rules: LinkRules) -> Named | None:
    """The account whose profile page this is, None for any other address."""
    bare = bare_address(address)
    for network, forms in rules.addresses.items():
        for form in forms:
            match = form.match(bare)
            if match:
                return _named(network, match.groupdict(), address.strip())
    return None


def bare_address(address: str) -> str:
    """Without scheme and device label, the host in lower case."""
    bare = _DEVICE.sub("", address.strip().rstrip(".,;:!?"))
    host, slash, rest = bare.partition("/")
    return host.lower() + slash + rest


def sites(bio: str | None, urls: tuple[str, ...]) -> frozenset[str]:
    """Hosts the profile names as sites of its own: addresses of a whole site, without a path."""
    written = [*urls, *(match.group() for match in _ADDRESS.finditer(plain_text(bio or "")))]
    bare = (bare_address(address) for address in written)
    return frozenset(host for host, _, path in (address.partition("/") for address in bare) if not path)


def _named(network: str, parts: dict[str, str | None], words: str) -> Named:
    handle, host = parts.get("handle"), parts.get("host")
    if handle and host:  # user@host as the fediverse writes it; a handle that names its own host keeps that one
        handle = handle if "@" in handle else f"{handle}@{host}"
    return Named(network, handle.lower() if handle else None, parts.get("id"), words)


def _in_bio(text: str, rules: LinkRules) -> Iterator[Named]:
    for match in _ADDRESS.finditer(text):
        named = read_address(match.group(), rules)
        if named and _is_own(text, match.start(), rules):
            yield named
    for match in _FEDIVERSE.finditer(text):
        if _is_own(text, match.start(), rules):
            yield _named("mastodon", match.groupdict(), match.group())
    for match in _labelled(rules).finditer(text):
        if _is_own(text, match.start(), rules):
            network = rules.labels[match.group("label").lower()]
            yield Named(network, match.group("handle").lower().rstrip("."), None, match.group().strip())


def _is_own(text: str, start: int, rules: LinkRules) -> bool:
    return rules.not_own_words.search(text[max(0, start - _BEFORE) : start]) is None


@cache
def _labelled(rules: LinkRules) -> re.Pattern[str]:
    """'IG: @anna', 'insta @anna', 'TikTok - anna': a label, then a colon or dash or an @ (or both), then the handle."""
    labels = "|".join(re.escape(label) for label in sorted(rules.labels, key=len, reverse=True))
    # the handle must not go on as an address or an e-mail does
    return re.compile(
        rf"(?<![\w@./])(?P<label>{labels})(?:\s*[:：]\s*@?|\s*[-–=→👉]*\s*@)(?P<handle>\w[\w.]{{1,29}})(?![\w@/])",
        re.IGNORECASE,
    )
