"""From evidence to persons: bounds, splits, names, and no dependence on order."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.people.identity_clusters import SPLIT, TOO_MANY, Persons, persons
from microinf_pipeline.people.identity_evidence import EVIDENCE
from microinf_pipeline.people.identity_rules import link_rules

DAY = date(2026, 3, 1)
Key = tuple[str, str]
Edge = tuple[Key, Key, str]
_PAIR = dict.fromkeys(("network", "account_id", "other_network", "other_account_id"), pl.String)

_ACCOUNTS = {
    "network": pl.String(),
    "account_id": pl.String(),
    "created_at": pl.Datetime("us"),
    "may_match_people": pl.Boolean(),
}


def joined(
    edges: list[Edge],
    created: dict[Key, datetime] | None = None,
    split: list[tuple[Key, Key]] | None = None,
    may: dict[Key, bool] | None = None,
) -> Persons:
    """Persons of the accounts named by the edges."""
    rules = link_rules()
    evidence = [
        (*one, *other, kind, rules.confidence.get(kind, 0.8), f"{kind} {one[1]} {other[1]}", DAY) for one, other, kind in edges
    ]
    keys = sorted({key for one, other, _ in edges for key in (one, other)})
    accounts = [(*key, (created or {}).get(key), (may or {}).get(key)) for key in keys]
    return persons(
        pl.DataFrame(evidence, EVIDENCE, orient="row"),
        pl.DataFrame(accounts, _ACCOUNTS, orient="row"),
        pl.DataFrame([(*one, *other) for one, other in split or []], _PAIR, orient="row"),
    )


def groups(found: Persons) -> dict[str, set[str]]:
    by_creator: dict[str, set[str]] = {}
    for creator_id, account_id in found.links.select("creator_id", "account_id").iter_rows():
        by_creator.setdefault(creator_id, set()).add(account_id)
    return by_creator


A, B, C, D = ("instagram", "a"), ("x", "b"), ("tiktok", "c"), ("youtube", "d")


def test_links_chain_into_a_person() -> None:
    assert groups(joined([(A, B, "self_link"), (C, B, "mutual_link")])) == {"instagram:a": {"a", "b", "c"}}


def test_a_creator_is_named_after_the_earliest_account() -> None:
    edges: list[Edge] = [(A, B, "self_link"), (C, B, "self_link")]
    assert set(groups(joined(edges, {B: datetime(2020, 1, 1), C: datetime(2021, 1, 1)}))) == {"x:b"}
    same_day = {B: datetime(2020, 1, 1), C: datetime(2020, 1, 1)}
    assert set(groups(joined(edges, same_day))) == {"tiktok:c"}


def test_each_account_shows_its_strongest_evidence_and_the_first_its_own() -> None:
    found = joined([(A, B, "self_link"), (C, B, "mutual_link"), (A, C, "same_handle")])
    assert found.links.select("account_id", "evidence", "confidence", "words", "valid_from").rows() == [
        ("a", "own_account", 1.0, "the earliest account", None),
        ("c", "mutual_link", 0.98, "mutual_link c b", DAY),
        ("b", "mutual_link", 0.98, "mutual_link c b", DAY),
    ]


def test_a_suggestion_merges_nobody_and_stays_to_be_seen() -> None:
    found = joined([(A, B, "same_handle")])
    assert groups(found) == {}
    assert found.left_out["reason"].to_list() == ["below the merging threshold"]


def test_a_split_pair_ends_apart_by_cutting_the_weakest_piece() -> None:
    edges: list[Edge] = [(A, B, "mutual_link"), (B, C, "self_link"), (C, D, "verified_domain")]
    found = joined(edges, split=[(A, D)])
    assert groups(found) == {"instagram:a": {"a", "b"}, "tiktok:c": {"c", "d"}}
    assert found.left_out.select("evidence", "reason").rows() == [("self_link", SPLIT)]


def test_a_split_pair_is_not_joined_by_the_brands_own_list() -> None:
    assert groups(joined([(A, B, "manual")], split=[(B, A)])) == {}


def test_a_split_taken_back_joins_again() -> None:
    edges: list[Edge] = [(A, B, "mutual_link")]
    assert groups(joined(edges, split=[])) == {"instagram:a": {"a", "b"}}


def test_too_many_accounts_of_one_network_are_reviewed_not_merged() -> None:
    crowd = [("x", f"x{i}") for i in range(link_rules().most_accounts_a_network + 1)]
    found = joined([(A, one, "self_link") for one in crowd])
    assert groups(found) == {}
    assert set(found.left_out["reason"]) == {TOO_MANY}


def test_too_many_accounts_keep_what_the_brand_says() -> None:
    many = [(network, f"m{i}") for i in range(5) for network in ("instagram", "x", "tiktok")]
    chain: list[Edge] = [(one, other, "self_link") for one, other in pairwise(many)]
    found = joined([*chain, (many[0], many[1], "manual")])
    assert groups(found) == {"instagram:m0": {"m0"}}
    assert found.links.height == 2


def test_accounts_that_may_not_be_matched_stay_alone() -> None:
    assert groups(joined([(A, B, "manual")], may={A: False})) == {}


KEYS = [(network, name) for network in ("x", "instagram", "tiktok") for name in ("a", "b", "c")]
EDGES = st.lists(
    st.tuples(
        st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(["manual", "mutual_link", "self_link", "same_handle"])
    ),
    max_size=12,
)
SPLITS = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=3)


@given(EDGES, SPLITS, st.permutations(range(12)))
def test_order_and_repetition_do_not_matter(edges: list[Edge], split: list[tuple[Key, Key]], order: list[int]) -> None:
    shuffled = [edges[i] for i in order if i < len(edges)] + edges[:2]
    turned: list[Edge] = [(other, one, kind) for one, other, kind in shuffled]
    ordered = sorted({(min(one, other), max(one, other), kind) for one, other, kind in edges})
    first, second = (
        joined(ordered, split=split),
        joined(turned, split=[(b, a) for a, b in split][::-1]),
    )
    assert groups(first) == groups(second)
    assert first.links.select("creator_id", "account_id", "evidence").equals(
        second.links.select("creator_id", "account_id", "evidence")
    )


@given(EDGES, SPLITS)
def test_no_split_pair_is_one_person_and_no_account_two(edges: list[Edge], split: list[tuple[Key, Key]]) -> None:
    links = joined(edges, split=split).links
    creator = {
        (network, account_id): creator_id
        for creator_id, network, account_id in links.select("creator_id", "network", "account_id").iter_rows()
    }
    assert len(creator) == links.height
    assert [pair for pair in split if pair[0] != pair[1] and creator.get(pair[0], 0) == creator.get(pair[1], 1)] == []
