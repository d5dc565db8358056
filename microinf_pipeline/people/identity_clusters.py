"""Persons: what evidence joins, minus what a person split, within bounds. A function of its rows, whatever their order.

Put here: which accounts belong together and under which creator. Keep out: the evidence (`identity_evidence`).

How a pair that was split stays split: evidence is taken strongest first, and a piece that would put both accounts of a
split pair into one person is left out; so on every path between them the weakest piece is cut, and none besides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import polars as pl

from microinf_pipeline.people.identity_profiles import Account
from microinf_pipeline.people.identity_rules import LinkRules, link_rules

#: One row an account of a person with several; the earliest account has evidence `own_account`.
LINKS: Final = {
    "creator_id": pl.String(), "network": pl.String(), "account_id": pl.String(), "evidence": pl.String(),
    "confidence": pl.Float64(), "words": pl.String(), "valid_from": pl.Date(),
}  # fmt: skip
#: Evidence that was not followed, and why.
LEFT_OUT: Final = {
    "network": pl.String(), "account_id": pl.String(), "other_network": pl.String(), "other_account_id": pl.String(),
    "evidence": pl.String(), "confidence": pl.Float64(), "words": pl.String(), "reason": pl.String(),
}  # fmt: skip
OWN_ACCOUNT: Final = "own_account"
SPLIT: Final = "a person split the two accounts, or accounts they belong with"
TOO_MANY: Final = "more accounts than one person has: to be reviewed"
TOO_WEAK: Final = "below the merging threshold"
_LATEST: Final = datetime(9999, 12, 31)  # noqa: DTZ001 - times without zone are UTC throughout


@dataclass(frozen=True)
class _Edge:
    one: Account
    other: Account
    evidence: str
    confidence: float
    words: str
    since: date


@dataclass(frozen=True)
class Persons:
    """`links`: LINKS; `left_out`: LEFT_OUT."""

    links: pl.DataFrame
    left_out: pl.DataFrame


def persons(
    evidence: pl.DataFrame, accounts: pl.DataFrame, exclusions: pl.DataFrame, rules: LinkRules | None = None
) -> Persons:
    """Persons with several accounts.

    `evidence`: EVIDENCE. `accounts`: network, account_id, created_at (nullable), may_match_people (NULL: yes); evidence on
    others is ignored. `exclusions`: network, account_id, other_network, other_account_id: pairs a person split.
    A creator_id is the key of the earliest account by (created_at nulls last, network, account_id), as
    'network:account_id'. An account's evidence is the strongest piece that was followed to it, with its first day.
    Where a person would have too many accounts, only what the brand itself says is followed.
    """
    rules = rules or link_rules()
    created = _created(accounts)
    edges = sorted(_edges(evidence, created), key=lambda e: (-e.confidence, _rank(e, rules), e.since, e.one, e.other, e.words))
    strong = [edge for edge in edges if edge.confidence >= rules.merging_threshold]
    split = _splits(exclusions)
    followed = _followed(strong, split)
    crowded = _crowded(_components(followed), rules)
    if crowded:
        followed = _followed([e for e in strong if e.evidence == "manual" or not crowded & {e.one, e.other}], split)
    joined = _components(followed)
    reasons = ((e, _reason(e, joined, crowded, rules)) for e in edges)
    left_out = [(*e.one, *e.other, e.evidence, e.confidence, e.words, reason) for e, reason in reasons if reason]
    return Persons(_links(joined, followed, created), pl.DataFrame(sorted(left_out), LEFT_OUT, orient="row"))


def _created(accounts: pl.DataFrame) -> dict[Account, datetime]:
    allowed = accounts.filter(pl.col("may_match_people").fill_null(value=True))
    rows = allowed.select("network", "account_id", "created_at").iter_rows()
    return {(network, account_id): created_at or _LATEST for network, account_id, created_at in rows}


def _edges(evidence: pl.DataFrame, created: dict[Account, datetime]) -> Iterable[_Edge]:
    columns = ("network", "account_id", "other_network", "other_account_id", "evidence", "confidence", "words", "since")
    for network, account_id, other_network, other_id, kind, confidence, words, since in evidence.select(columns).iter_rows():
        one, other = sorted(((network, account_id), (other_network, other_id)))
        if one != other and one in created and other in created:
            yield _Edge(one, other, kind, confidence, words, since)


def _rank(edge: _Edge, rules: LinkRules) -> int:
    return list(rules.confidence).index(edge.evidence) if edge.evidence in rules.confidence else len(rules.confidence)


def _splits(exclusions: pl.DataFrame) -> dict[Account, set[Account]]:
    split: dict[Account, set[Account]] = defaultdict(set)
    for network, account_id, other_network, other_id in exclusions.select(
        "network", "account_id", "other_network", "other_account_id"
    ).iter_rows():
        one, other = (network, account_id), (other_network, other_id)
        split[one].add(other)
        split[other].add(one)
    return split


def _followed(edges: list[_Edge], split: dict[Account, set[Account]]) -> list[_Edge]:
    """The edges, strongest first, besides those that would bring a split pair together."""
    member: dict[Account, set[Account]] = {}
    followed = []
    for edge in edges:
        one, other = (member.setdefault(account, {account}) for account in (edge.one, edge.other))
        if one is not other:
            small, large = sorted((one, other), key=len)
            if any(split.get(account, set()) & large for account in small):
                continue
            large |= small
            member.update(dict.fromkeys(small, large))
        followed.append(edge)
    return followed


def _components(edges: Iterable[_Edge]) -> dict[Account, frozenset[Account]]:
    """Account → everybody it is joined with, itself included."""
    member: dict[Account, set[Account]] = {}
    for edge in edges:
        one, other = (member.setdefault(account, {account}) for account in (edge.one, edge.other))
        if one is not other:
            small, large = sorted((one, other), key=len)
            large |= small
            member.update(dict.fromkeys(small, large))
    frozen = {id(members): frozenset(members) for members in member.values()}
    return {account: frozen[id(members)] for account, members in member.items()}


def _crowded(joined: dict[Account, frozenset[Account]], rules: LinkRules) -> set[Account]:
    """Accounts of persons that would have too many, in all or on one network."""
    crowded: set[Account] = set()
    for members in set(joined.values()):
        a_network = Counter(network for network, _ in members).most_common(1)[0][1]
        if len(members) > rules.most_accounts or a_network > rules.most_accounts_a_network:
            crowded |= members
    return crowded


def _reason(edge: _Edge, joined: dict[Account, frozenset[Account]], crowded: set[Account], rules: LinkRules) -> str | None:
    """Why an edge was not followed; None where both its accounts are one person's."""
    if edge.other in joined.get(edge.one, frozenset()):
        return None
    if edge.confidence < rules.merging_threshold:
        return TOO_WEAK
    return TOO_MANY if crowded & {edge.one, edge.other} else SPLIT


def _links(joined: dict[Account, frozenset[Account]], followed: list[_Edge], created: dict[Account, datetime]) -> pl.DataFrame:
    best: dict[Account, _Edge] = {}
    for edge in followed:  # strongest first
        best.setdefault(edge.one, edge)
        best.setdefault(edge.other, edge)
    rows = []
    for account, members in joined.items():
        earliest = min(members, key=lambda one: (created[one], one))
        edge = best[account]
        own = account == earliest
        told = (OWN_ACCOUNT, 1.0, "the earliest account") if own else (edge.evidence, edge.confidence, edge.words)
        rows.append((":".join(earliest), *account, *told, None if own else edge.since))
    return pl.DataFrame(sorted(rows, key=lambda row: row[:3]), LINKS, orient="row")
