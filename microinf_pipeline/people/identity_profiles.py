"""Profiles as evidence reads them: which accounts and sites each names now, and since when; and who held a handle on a day.

Put here: from rows to those. Keep out: how an address is read (`identity_addresses`), what follows from it
(`identity_evidence`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from microinf_pipeline.people.identity_addresses import Named, named_accounts, sites
from microinf_pipeline.people.identity_rules import LinkRules, link_rules

Account = tuple[str, str]  # network, account_id
#: What an account names as its own now, and the first day it was seen to. `says`: account | page (its network checked that
#: it is the account's) | site. `to_key`: the id, 'h:' and the handle, or the host of a site (`to_network` web). One row also
#: per origin that delivered it.
NAMES: Final = {
    "network": pl.String(), "account_id": pl.String(), "says": pl.String(), "to_network": pl.String(), "to_key": pl.String(),
    "words": pl.String(), "origin": pl.String(), "first_on": pl.Date(),
}  # fmt: skip
_SAID: Final = {**NAMES, "is_current": pl.Boolean()}
_KEY: Final = tuple(name for name in NAMES if name not in ("words", "first_on"))


@dataclass(frozen=True)
class Profile:
    """An account as it last described itself: what it names (`named`, `checked` by its network, `sites`), and since when."""

    account: Account
    handle: str  # lower case, '' where unknown
    first_on: date
    named: dict[Named, date] = field(default_factory=dict)
    checked: dict[Named, date] = field(default_factory=dict)
    sites: dict[str, date] = field(default_factory=dict)


def read_names(statements: pl.DataFrame, rules: LinkRules | None = None) -> pl.DataFrame:
    """NAMES of profiles.

    `statements`: network, account_id, field (bio | url | fields | verified_url: addresses, blanks between), text,
    origin, first_on, is_current. What is no longer said names nobody; it only tells since when something still said was said.
    """
    rules = rules or link_rules()
    columns = ("network", "account_id", "origin", "is_current", "first_on", "field", "text")
    rows = [
        (network, account_id, *name, origin, first_on, current)
        for network, account_id, origin, current, first_on, where, text in statements.select(columns).iter_rows()
        for name in _names(where, text, rules)
    ]
    said = pl.DataFrame(rows, _SAID, orient="row").sort(list(_SAID), nulls_last=True)
    everywhere = [name for name in _KEY if name != "origin"]
    dated = said.with_columns(first_on=pl.col("first_on").min().over(everywhere))
    return dated.filter("is_current").unique(_KEY, keep="first", maintain_order=True).select(list(NAMES))


def _names(where: str, text: str, rules: LinkRules) -> Iterator[tuple[str, str, str, str]]:
    bio, urls = (text, ()) if where == "bio" else (None, tuple(text.split()))
    for named in named_accounts(bio, urls, rules):
        yield (
            "page" if where == "verified_url" else "account",
            named.network,
            named.account_id or f"h:{named.handle}",
            named.words,
        )
    for host in sites(bio, urls):
        yield "site", "web", host, host


def read_profiles(accounts: pl.DataFrame, names: pl.DataFrame) -> list[Profile]:
    """One profile an account that may be matched, in order of its key.

    `accounts`: network, account_id, handle, first_on, may_match_people (NULL: yes). `names`: NAMES; of others than
    `accounts` it is left out.
    """
    allowed = accounts.filter(pl.col("may_match_people").fill_null(value=True)).sort("network", "account_id")
    columns = allowed.select("network", "account_id", "handle", "first_on")
    profiles = {(n, i): Profile((n, i), (handle or "").lower(), first_on) for n, i, handle, first_on in columns.iter_rows()}
    told = names.select("network", "account_id", "says", "to_network", "to_key", "words", "first_on")
    for network, account_id, says, to_network, key, words, since in told.sort(told.columns).iter_rows():
        profile = profiles.get((network, account_id))
        if profile is None:
            continue
        if says == "site":
            profile.sites[key] = min(profile.sites.get(key, since), since)
            continue
        by_handle = key.startswith("h:")
        named = Named(to_network, key[2:] if by_handle else None, None if by_handle else key, words)
        for kept in (profile.named, profile.checked) if says == "page" else (profile.named,):
            kept[named] = min(kept.get(named, since), since)
    return list(profiles.values())


class Handles:
    """Who held a handle on a day."""

    def __init__(self, aliases: pl.DataFrame, accounts: Iterable[Account]) -> None:
        self._accounts = frozenset(accounts)
        self._held: dict[Account, list[tuple[date, date | None, str]]] = defaultdict(list)
        columns = ("network", "alias", "valid_from", "valid_to", "account_id")
        for network, alias, *held in aliases.select(columns).sort(columns).iter_rows():
            self._held[network, alias].append((held[0], held[1], held[2]))

    def account(self, named: Named, on: date) -> Account | None:
        """The account that is named on a day; None where it is unknown, or may not be matched."""
        found = (named.network, named.account_id or self._holder(named.network, named.handle or "", on) or "")
        return found if found in self._accounts else None

    def _holder(self, network: str, handle: str, on: date) -> str | None:
        """Who held it that day; before anybody was seen to hold it, the only one who ever was."""
        held = self._held.get((network, handle))
        if not held:
            return handle if network == "mastodon" else f"h:{handle}"  # the fediverse's ids are handles; else no id is known
        for valid_from, valid_to, account_id in held:
            if valid_from <= on and (valid_to is None or on < valid_to):
                return account_id
        ever = {account_id for _, _, account_id in held}
        return ever.pop() if on < held[0][0] and len(ever) == 1 else None
