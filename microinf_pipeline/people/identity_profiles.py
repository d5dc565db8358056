"""Profiles as evidence reads them: which accounts and sites each names now, and since when; and who held a handle on a day.

Put here: from rows to those. Keep out: how an address is read (`identity_addresses`), what follows from it
(`identity_evidence`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import polars as pl

from microinf_pipeline.people.identity_addresses import Named, named_accounts, read_address, sites
from microinf_pipeline.people.identity_rules import LinkRules

Account = tuple[str, str]  # network, account_id
_Said = TypeVar("_Said")


@dataclass(frozen=True)
class Profile:
    """An account as it last described itself. `named`, `checked` (by its network) and `sites`: with the first day it was
    seen to say so."""

    account: Account
    handle: str  # lower case, '' where unknown
    first_on: date
    named: Mapping[Named, date]
    checked: Mapping[Named, date]
    sites: Mapping[str, date]


def read_profiles(accounts: pl.DataFrame, statements: pl.DataFrame, rules: LinkRules) -> Iterator[Profile]:
    """One profile an account that may be matched, in order of its key.

    `accounts`: network, account_id, handle, first_on, may_match_people (NULL: yes). `statements`: network, account_id,
    field (bio | url | verified_url), text, first_on, is_current; earlier ones only tell since when something was said.
    """
    said: dict[Account, list[tuple[str, str, date, bool]]] = defaultdict(list)
    columns = ("network", "account_id", "field", "text", "first_on", "is_current")
    for network, account_id, *statement in statements.select(columns).iter_rows():
        said[network, account_id].append((statement[0], statement[1], statement[2], statement[3]))
    allowed = accounts.filter(pl.col("may_match_people").fill_null(value=True)).sort("network", "account_id")
    for network, account_id, handle, first_on in allowed.select("network", "account_id", "handle", "first_on").iter_rows():
        yield _profile((network, account_id), (handle or "").lower(), first_on, said.get((network, account_id), []), rules)


def _profile(
    account: Account, handle: str, first_on: date, said: list[tuple[str, str, date, bool]], rules: LinkRules
) -> Profile:
    named: dict[Named, date] = {}
    checked: dict[Named, date] = {}
    hosts: dict[str, date] = {}
    for is_current in (True, False):
        for field, text, since, current in said:
            if current is not is_current:
                continue
            bio, urls = (text, ()) if field == "bio" else (None, (text,))
            _earliest(named, named_accounts(bio, urls, rules), since, new=is_current)
            _earliest(hosts, sites(bio, urls), since, new=is_current)
            page = read_address(text, rules) if field == "verified_url" else None
            if page is not None:
                _earliest(checked, (page,), since, new=is_current)
    return Profile(account, handle, first_on, named, checked, hosts)


def _earliest(known: dict[_Said, date], said: Iterable[_Said], since: date, *, new: bool) -> None:
    for one in said:
        if new or one in known:
            known[one] = min(known.get(one, since), since)


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
