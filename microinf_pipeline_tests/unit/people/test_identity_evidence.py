"""What public profiles prove about accounts, and what they do not."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.people.identity_evidence import EVIDENCE, find_evidence, given_evidence
from microinf_pipeline.people.identity_profiles import read_names
from microinf_pipeline.people.identity_rules import link_rules

DAY, LATER = date(2026, 3, 1), date(2026, 3, 9)
_ALIASES = {"network": pl.String, "alias": pl.String, "account_id": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
_ACCOUNTS = {
    "network": pl.String,
    "account_id": pl.String,
    "handle": pl.String,
    "first_on": pl.Date,
    "may_match_people": pl.Boolean,
}
_SAID = {
    "network": pl.String, "account_id": pl.String, "field": pl.String, "text": pl.String, "origin": pl.String, "first_on": pl.Date, "is_current": pl.Boolean,
}  # fmt: skip
Said = tuple[str, str, str, str]  # network, account_id, field, text


def evidence(
    accounts: list[tuple[str, str, str]], said: list[Said], aliases: list[Any] | None = None, **only: Any
) -> pl.DataFrame:
    """Accounts as (network, id, handle), each the holder of its handle unless aliases are given."""
    held = [(n, h.lower(), i, DAY, None) for n, i, h in accounts] if aliases is None else aliases
    return find_evidence(
        pl.DataFrame([(*a, DAY, only.get("may", {}).get(a[1])) for a in accounts], _ACCOUNTS, orient="row"),
        read_names(pl.DataFrame([(*s, "api", DAY, True) for s in said], _SAID, orient="row")),
        pl.DataFrame(held, _ALIASES, orient="row"),
    )


def kinds(frame: pl.DataFrame) -> list[tuple[str, str, str]]:
    return [(one, other, kind) for one, other, kind in frame.select("account_id", "other_account_id", "evidence").iter_rows()]


ANNA_IG, ANNA_X, BEN_X = ("instagram", "i1", "anna.lind"), ("x", "x1", "AnnaLind"), ("x", "x2", "ben")


def test_a_link_is_a_self_link_and_both_ways_mutual() -> None:
    one_way: list[Said] = [("instagram", "i1", "bio", "me on x.com/annalind")]
    assert kinds(evidence([ANNA_IG, ANNA_X], one_way)) == [("i1", "x1", "self_link")]
    both: list[Said] = [*one_way, ("x", "x1", "url", "https://instagram.com/anna.lind")]
    assert kinds(evidence([ANNA_IG, ANNA_X], both)) == [("i1", "x1", "mutual_link")]


def test_evidence_has_confidence_words_and_its_first_day() -> None:
    found = evidence([ANNA_IG, ANNA_X], [("instagram", "i1", "bio", "me on x.com/annalind")])
    assert found.schema == EVIDENCE
    assert found.rows() == [
        (
            "instagram",
            "i1",
            "x",
            "x1",
            "self_link",
            link_rules().confidence["self_link"],
            "instagram:i1 names x.com/annalind",
            DAY,
        )
    ]


def test_a_target_that_many_link_is_nobodys_second_account() -> None:
    fans = [("instagram", f"f{i}", f"fan{i}") for i in range(link_rules().most_linked_one_way + 1)]
    links: list[Said] = [("instagram", account_id, "bio", "x.com/annalind") for _, account_id, _ in fans]
    assert kinds(evidence([*fans, ANNA_X], links)) == []
    assert len(kinds(evidence([*fans, ANNA_X], links[:-1]))) == link_rules().most_linked_one_way


def test_a_star_who_links_back_is_linked_to_that_one_only() -> None:
    fans = [("instagram", f"f{i}", f"fan{i}") for i in range(9)]
    links: list[Said] = [("instagram", account_id, "bio", "x.com/annalind") for _, account_id, _ in fans]
    links += [("instagram", "i1", "bio", "x.com/annalind"), ("x", "x1", "url", "https://instagram.com/anna.lind")]
    assert kinds(evidence([*fans, ANNA_IG, ANNA_X], links)) == [("i1", "x1", "mutual_link")]


def test_two_links_to_one_network_are_friends_not_oneself() -> None:
    assert kinds(evidence([ANNA_IG, ANNA_X, BEN_X], [("instagram", "i1", "bio", "x.com/annalind and x.com/ben")])) == []


def test_a_bluesky_handle_that_is_the_site_of_a_profile_is_verified() -> None:
    bluesky = ("bluesky", "did:plc:a", "annalind.example")
    found = evidence([bluesky, ANNA_IG], [("instagram", "i1", "url", "https://www.annalind.example/")])
    assert kinds(found) == [("did:plc:a", "i1", "verified_domain")]


def test_a_shared_domain_verifies_nobody() -> None:
    assert (
        kinds(evidence([("bluesky", "d", "anna.bsky.social"), ANNA_IG], [("instagram", "i1", "url", "https://bsky.social")]))
        == []
    )
    bluesky = ("bluesky", "d", "gazette.example")
    staff = [("x", f"x{i}", f"reporter{i}") for i in range(9)]
    said: list[Said] = [("x", account_id, "url", "https://gazette.example") for _, account_id, _ in staff]
    assert kinds(evidence([bluesky, *staff], said)) == []


def test_a_page_the_network_checked_is_verified() -> None:
    mastodon = ("mastodon", "anna@social.example", "anna@social.example")
    found = evidence([mastodon, ANNA_X], [("mastodon", "anna@social.example", "verified_url", "https://x.com/annalind")])
    assert ("anna@social.example", "x1", "rel_me") in kinds(found)


def test_several_links_of_one_profile_are_read_one_by_one() -> None:
    mastodon = ("mastodon", "anna@social.example", "anna@social.example")
    bluesky = ("bluesky", "did:plc:a", "anna.example")
    said = [
        ("mastodon", "anna@social.example", "fields", "https://anna.example https://instagram.com/anna.lind"),
        ("mastodon", "anna@social.example", "verified_url", "https://anna.example"),
    ]
    assert kinds(evidence([mastodon, bluesky, ANNA_IG], said)) == [
        ("did:plc:a", "anna@social.example", "verified_domain"),
        ("i1", "anna@social.example", "self_link"),
    ]


@pytest.mark.parametrize(
    ("copy", "original"),
    [
        (
            ("mastodon", "anna.bsky.social@bsky.brid.gy", "anna.bsky.social@bsky.brid.gy"),
            ("bluesky", "did:plc:a", "anna.bsky.social"),
        ),
        (
            ("bluesky", "did:plc:b", "anna-lind.social.example.ap.brid.gy"),
            ("mastodon", "anna_lind@social.example", "anna_lind@social.example"),
        ),
    ],
)
def test_a_bridged_copy_belongs_to_its_original(copy: tuple[str, str, str], original: tuple[str, str, str]) -> None:
    [(one, other, kind)] = kinds(evidence([copy, original], []))
    assert ({one, other}, kind) == ({copy[1], original[1]}, "bridge")


def test_accounts_that_may_not_be_matched_link_with_nobody() -> None:
    said: list[Said] = [("instagram", "i1", "bio", "x.com/annalind"), ("x", "x1", "url", "https://instagram.com/anna.lind")]
    assert kinds(evidence([ANNA_IG, ANNA_X], said, may={"x1": False})) == []


def test_a_rename_keeps_the_link_and_a_recycled_handle_makes_none() -> None:
    renamed = [("x", "annalind", "x1", DAY, LATER), ("x", "anna_new", "x1", LATER, None), ("x", "annalind", "x2", LATER, None)]
    now_someone_else = [("x", "x1", "anna_new"), ("x", "x2", "annalind"), ANNA_IG]
    said: list[Said] = [("instagram", "i1", "bio", "x.com/annalind")]
    assert kinds(evidence(now_someone_else, said, renamed)) == [("i1", "x1", "self_link")]


def test_a_handle_named_before_either_of_two_holders_was_seen_means_nobody() -> None:
    held = [("x", "annalind", "x1", LATER, date(2026, 4, 1)), ("x", "annalind", "x2", date(2026, 4, 1), None)]
    assert (
        kinds(evidence([ANNA_IG, ANNA_X, ("x", "x2", "annalind")], [("instagram", "i1", "bio", "x.com/annalind")], held)) == []
    )


def test_a_reworded_bio_keeps_the_day_it_first_named_the_account() -> None:
    held = [("x", "annalind", "x1", DAY, LATER), ("x", "annalind", "x2", LATER, None)]
    now = find_evidence(
        pl.DataFrame([(*a, DAY, None) for a in (ANNA_IG, ANNA_X, BEN_X)], _ACCOUNTS, orient="row"),
        read_names(
            pl.DataFrame(
                [
                    ("instagram", "i1", "bio", "x.com/annalind", "api", DAY, False),
                    ("instagram", "i1", "bio", "Yoga. x.com/annalind", "api", LATER, True),
                    ("instagram", "i1", "bio", "x.com/ben", "api", DAY, False),
                ],
                _SAID,
                orient="row",
            )
        ),
        pl.DataFrame([*held, ("x", "ben", "x2", DAY, None)], _ALIASES, orient="row"),
    )
    assert kinds(now) == [("i1", "x1", "self_link")]


def test_a_handle_whose_id_was_never_seen_is_its_own_account() -> None:
    found = evidence([ANNA_IG, ("x", "h:annalind", "annalind")], [("instagram", "i1", "bio", "x.com/annalind")], [])
    assert kinds(found) == [("i1", "h:annalind", "self_link")]


def test_the_brands_own_list_holds_for_its_time() -> None:
    schema = dict.fromkeys(("network", "account_id", "other_network", "other_account_id", "evidence"), pl.String)
    rows = [
        ("x", "x1", "instagram", "i1", "met her", None, None),
        ("x", "x2", "instagram", "i2", None, None, DAY),
        ("x", "x3", "instagram", "i3", None, LATER, None),
    ]
    links = pl.DataFrame(rows, {**schema, "valid_from": pl.Date, "valid_to": pl.Date}, orient="row")
    assert given_evidence(links, DAY).rows() == [("instagram", "i1", "x", "x1", "manual", 1.0, "met her", date(1970, 1, 1))]


BIOS = st.lists(
    st.sampled_from(["x.com/a", "x.com/b", "IG: @a", "instagram.com/b", "fan of", "a.example", "@a@s.example"]), max_size=3
)


@given(st.lists(st.tuples(st.integers(0, 5), BIOS.map(" ".join)), max_size=6, unique_by=lambda row: row[0]), st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(said: list[tuple[int, str]], order: int) -> None:
    accounts = [("x", "x1", "a"), ("x", "x2", "b"), ("instagram", "i1", "a"), ("instagram", "i2", "b"), ("mastodon", "a@s.example", "a@s.example"),
                ("bluesky", "d", "a.example")]  # fmt: skip
    rows: list[Said] = [(accounts[i][0], accounts[i][1], "bio", text) for i, text in said]
    shuffled = (
        pl.DataFrame(rows, ["n", "i", "f", "t"], orient="row").sample(fraction=1.0, shuffle=True, seed=order).rows()
        if rows
        else []
    )
    assert evidence(accounts, rows).equals(
        evidence(accounts[::-1], [(str(n), str(i), str(f), str(t)) for n, i, f, t in shuffled])
    )
