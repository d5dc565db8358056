"""Public evidence that two accounts are one person's: what profiles say of themselves, what networks and bridges checked.

Put here: from profiles to pairs of accounts, each with its kind, confidence and words. Keep out: what a profile says
(`identity_profiles`), what pairs make a person (`identity_clusters`), likeness that proves nothing (`identity_suggestions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from microinf_pipeline.people.identity_addresses import Named
from microinf_pipeline.people.identity_profiles import Account, Handles, Profile, read_profiles
from microinf_pipeline.people.identity_rules import LinkRules, link_rules

#: One row a pair and kind of evidence; the smaller (network, account_id) comes first.
EVIDENCE: Final = {
    "network": pl.String(), "account_id": pl.String(), "other_network": pl.String(), "other_account_id": pl.String(),
    "evidence": pl.String(), "confidence": pl.Float64(), "words": pl.String(), "since": pl.Date(),
}  # fmt: skip
_TO_FEDIVERSE: Final = "@bsky.brid.gy"
_TO_BLUESKY: Final = ".ap.brid.gy"
_ALWAYS: Final = date(1970, 1, 1)


def find_evidence(
    accounts: pl.DataFrame, names: pl.DataFrame, aliases: pl.DataFrame, rules: LinkRules | None = None
) -> pl.DataFrame:
    """EVIDENCE that public profiles give: self_link, mutual_link, rel_me, verified_domain, bridge.

    `accounts`, `names`: as `identity_profiles.read_profiles` takes them. `aliases`: network, alias, account_id,
    valid_from, valid_to. Accounts that may not be matched link with nobody. A handle means who held it on the day the
    profile was first seen to name it; one that was held by several, but by nobody on that day, means nobody.
    """
    rules = rules or link_rules()
    known = read_profiles(accounts, names)
    held = Handles(aliases, (profile.account for profile in known))
    return evidence_frame([*_links(known, held, rules), *_verified(known, held, rules), *_bridges(known, held)], rules)


def given_evidence(links: pl.DataFrame, as_of: date, rules: LinkRules | None = None) -> pl.DataFrame:
    """EVIDENCE of the brand's own list, by account ids: network, account_id, other_network, other_account_id, evidence
    (words), valid_from, valid_to (NULL: open). Only rows that hold on `as_of`."""
    rules = rules or link_rules()
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= as_of)
    goes_on = pl.col("valid_to").is_null() | (pl.col("valid_to") > as_of)
    columns = ("network", "account_id", "other_network", "other_account_id", "evidence", "valid_from")
    return evidence_frame(
        (
            Pair((network, one), (other_network, other), "manual", words or "given by the brand", since or _ALWAYS)
            for network, one, other_network, other, words, since in links.filter(begun & goes_on).select(columns).iter_rows()
        ),
        rules,
    )


@dataclass(frozen=True)
class Pair:
    """One piece of evidence, before its sides are put in order."""

    one: Account
    other: Account
    kind: str
    words: str
    since: date


def evidence_frame(pairs: Iterable[Pair], rules: LinkRules) -> pl.DataFrame:
    """EVIDENCE of pairs in any order: the earliest of one kind, then the first in words."""
    first: dict[tuple[Account, Account, str], tuple[date, str]] = {}
    for pair in pairs:
        one, other = sorted((pair.one, pair.other))
        key = (one, other, pair.kind)
        first[key] = min(first.get(key, (pair.since, pair.words)), (pair.since, pair.words))
    rows = [
        (*one, *other, kind, rules.confidence[kind], words, since)
        for (one, other, kind), (since, words) in sorted(first.items())
        if one != other
    ]
    return pl.DataFrame(rows, EVIDENCE, orient="row")


def _links(known: list[Profile], held: Handles, rules: LinkRules) -> Iterator[Pair]:
    """Who names whom as their own; both ways, it is mutual. A one-way link to one whom many link, or beside another to the
    same network, is dropped."""
    says: dict[tuple[Account, Account], tuple[date, str]] = {}
    for profile in known:
        for named, since in profile.named.items():
            target = held.account(named, since)
            if target is not None and target != profile.account:
                pair = (profile.account, target)
                says[pair] = min(says.get(pair, (since, named.words)), (since, named.words))
    one_way = [pair for pair in says if (pair[1], pair[0]) not in says]
    linked = Counter(target for _, target in one_way)
    beside = Counter((source, target[0]) for source, target in one_way)
    for (source, target), (since, words) in says.items():
        back = says.get((target, source))
        if back is not None:
            yield Pair(source, target, "mutual_link", " and ".join(sorted((words, back[1]))), max(since, back[0]))
        elif linked[target] <= rules.most_linked_one_way and beside[source, target[0]] == 1:
            yield Pair(source, target, "self_link", f"{_shown(source)} names {words}", since)


def _verified(known: list[Profile], held: Handles, rules: LinkRules) -> Iterator[Pair]:
    """A page the network checked, and a Bluesky handle that is the domain another profile names as its site."""
    for profile in known:
        for named, since in profile.checked.items():
            target = held.account(named, since)
            if target is not None:
                yield Pair(
                    profile.account,
                    target,
                    "rel_me",
                    f"{_shown(profile.account)} names {named.words}, which was checked to link back (rel=me)",
                    since,
                )
    owners = {p.handle: p for p in known if p.account[0] == "bluesky" and _is_own_domain(p.handle, rules)}
    claims = [(site, p) for p in known if p.account[0] != "bluesky" for site in sorted(p.sites.keys() & owners.keys())]
    claimed = Counter(site for site, _ in claims)
    for site, profile in claims:
        if claimed[site] <= rules.most_linked_one_way:
            words = f"the Bluesky handle {site} is the site that {_shown(profile.account)} names"
            yield Pair(owners[site].account, profile.account, "verified_domain", words, profile.sites[site])


def _is_own_domain(handle: str, rules: LinkRules) -> bool:
    return "." in handle and not any(f".{handle}".endswith(f".{host}") for host in rules.own_hosts)


def _bridges(known: list[Profile], held: Handles) -> Iterator[Pair]:
    """Bridgy Fed: anna.bsky.social@bsky.brid.gy copies Bluesky, anna.social.example.ap.brid.gy copies anna@social.example."""
    copied = {_bridged_handle(p.account[1]): p.account for p in known if p.account[0] == "mastodon"}
    for profile in known:
        network, account_id = profile.account
        original = None
        if network == "mastodon" and account_id.endswith(_TO_FEDIVERSE):
            original = held.account(Named("bluesky", account_id.removesuffix(_TO_FEDIVERSE), None, ""), profile.first_on)
        elif network == "bluesky" and profile.handle.endswith(_TO_BLUESKY):
            original = copied.get(profile.handle)
        if original is not None:
            yield Pair(
                profile.account, original, "bridge", f"Bridgy Fed's copy {profile.handle or account_id}", profile.first_on
            )


def _bridged_handle(account_id: str) -> str:
    """The Bluesky handle of a fediverse account's copy; characters a domain cannot hold become dashes."""
    user, _, host = account_id.lower().partition("@")
    return f"{user.replace('_', '-').replace('~', '-')}.{host}{_TO_BLUESKY}"


def _shown(account: Account) -> str:
    return f"{account[0]}:{account[1]}"
