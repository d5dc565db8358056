"""Customers and employees found among the accounts, and the days on which they are."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from microinf_pipeline.people.known_people import LISTED, ROLES, emails_in, hashed_email, match_people

KEY = b"a key of the tests"
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def a_row(person_id: str = "p1", **only: Any) -> dict[str, Any]:
    """A row of a list of the brand acme."""
    return {**dict.fromkeys(LISTED), "person_id": person_id, "brand_id": "acme", **only}


def roles(*rows: dict[str, Any], role: str = "employee", **given: Any) -> list[dict[str, Any]]:
    """Roles among the accounts x1 (anna), x2 (ben), i1 (anna's, one person with x1)."""
    emails = given.get("emails", {})
    accounts = [(n, i, [hashed_email(e, KEY) for e in emails.get(i, [])], given.get("may", {}).get(i)) for n, i in _KNOWN]
    aliases = given.get("aliases", [("x", "anna", "x1", MARCH, None), ("x", "ben", "x2", MARCH, None)])
    found = match_people(
        pl.DataFrame(list(rows), LISTED, orient="row"),
        role,
        pl.DataFrame(accounts, _ACCOUNTS, orient="row"),
        pl.DataFrame(aliases, _ALIASES, orient="row"),
        pl.DataFrame(given.get("persons", []), _PERSONS, orient="row"),
    )
    assert found.schema == ROLES
    return found.rows(named=True)


_KNOWN = [("x", "x1"), ("x", "x2"), ("instagram", "i1")]
_ACCOUNTS = {
    "network": pl.String(),
    "account_id": pl.String(),
    "email_hashes": pl.List(pl.String()),
    "may_match_people": pl.Boolean(),
}
_ALIASES = {
    "network": pl.String(),
    "alias": pl.String(),
    "account_id": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
}
_PERSONS = {"creator_id": pl.String(), "network": pl.String(), "account_id": pl.String()}


def matched(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["account_id"], row["matched_by"]) for row in rows]


def spans(rows: list[dict[str, Any]]) -> list[tuple[date, date | None, bool]]:
    return [(row["valid_from"], row["valid_to"], row["opted_in"]) for row in rows]


@pytest.mark.parametrize("account", ["x1", "anna", "@Anna", " @anna "])
def test_an_account_is_found_by_id_or_handle(account: str) -> None:
    assert matched(roles(a_row(network="x", account=account))) == [("x1", "account")]


def test_an_account_is_found_by_its_link() -> None:
    assert matched(roles(a_row(link="https://twitter.com/Anna?s=20"))) == [("x1", "link")]


@pytest.mark.parametrize(
    "written",
    [
        "anna@mail.example",
        " Anna@Mail.Example ",
        "mailto:anna@mail.example",
        "ａｎｎａ@mail.example",
        "anna\u200b@mail.example",
    ],
)
def test_an_email_is_found_however_it_is_written(written: str) -> None:
    row = a_row(email_hash=hashed_email(written, KEY))
    assert matched(roles(row, role="customer", emails={"x1": ["anna@mail.example"]})) == [("x1", "email")]


def test_hosts_in_letters_and_in_ascii_are_one() -> None:
    assert hashed_email("eva@bücher.example", KEY) == hashed_email("eva@xn--bcher-kva.example", KEY)


@pytest.mark.parametrize("nothing", [None, "", "  ", "anna", "@mail.example", "anna@", "anna@mail", "a@.example"])
def test_what_is_no_address_has_no_hash(nothing: str | None) -> None:
    assert hashed_email(nothing, KEY) is None


def test_a_hash_depends_on_its_key_and_shows_nothing() -> None:
    one = hashed_email("anna@mail.example", KEY)
    assert one is not None
    assert one != hashed_email("anna@mail.example", b"another")
    assert len(one) == 64


def test_an_email_that_two_accounts_of_a_network_show_names_neither() -> None:
    office = {"x1": ["office@mail.example"], "x2": ["office@mail.example"], "i1": ["office@mail.example"]}
    assert matched(roles(a_row(email_hash=hashed_email("office@mail.example", KEY)), emails=office)) == [("i1", "email")]


def test_addresses_are_read_from_a_bio() -> None:
    assert emails_in("✉ Anna.Lind@mail.example (no ads), or @anna") == ["Anna.Lind@mail.example"]
    assert emails_in(None) == []


def test_the_other_accounts_of_the_person_have_the_role_too() -> None:
    persons = [("x:x1", "x", "x1"), ("x:x1", "instagram", "i1")]
    assert matched(roles(a_row(network="x", account="anna"), persons=persons)) == [("i1", "confirmed_link"), ("x1", "account")]


def test_two_employees_of_one_name_are_two_and_names_match_nobody() -> None:
    rows = roles(a_row("Anna Lind 1", network="x", account="anna"), a_row("Anna Lind 2"))
    assert [(row["account_id"], row["person_id"]) for row in rows] == [("x1", "Anna Lind 1")]


def test_two_persons_on_one_account_keep_their_days() -> None:
    rows = roles(
        a_row("p1", network="x", account="anna", valid_to=APRIL), a_row("p2", network="x", account="anna", valid_from=APRIL)
    )
    assert spans(rows) == [(date(1970, 1, 1), APRIL, False), (APRIL, None, False)]


def test_consent_cuts_the_days_of_employment() -> None:
    row = a_row(network="x", account="anna", valid_from=MARCH, consent_on=APRIL, consent_until=MAY)
    assert spans(roles(row)) == [(MARCH, APRIL, False), (APRIL, MAY, True), (MAY, None, False)]
    from_the_start = a_row(network="x", account="anna", valid_from=APRIL, valid_to=MAY, consent_on=MARCH)
    assert spans(roles(from_the_start)) == [(APRIL, MAY, True)]
    too_late = a_row(network="x", account="anna", valid_from=MARCH, valid_to=APRIL, consent_on=APRIL)
    assert spans(roles(too_late)) == [(MARCH, APRIL, False)]
    taken_back_before = a_row(network="x", account="anna", valid_from=MAY, consent_on=MARCH, consent_until=APRIL)
    assert spans(roles(taken_back_before)) == [(MAY, None, False)]


def test_a_renamed_handle_means_its_holder_and_a_passed_on_one_the_last() -> None:
    held = [("x", "anna", "x1", MARCH, APRIL), ("x", "anna", "x2", APRIL, None)]
    assert matched(roles(a_row(network="x", account="anna"), aliases=held)) == [("x2", "account")]
    assert matched(roles(a_row(network="x", account="anna", valid_to=APRIL), aliases=held)) == [("x1", "account")]


def test_an_account_that_may_not_be_matched_has_a_role_only_where_the_list_names_it() -> None:
    link, named = a_row("p1", link="https://x.com/anna"), a_row("p2", network="x", account="anna")
    assert [row["person_id"] for row in roles(link, named, may={"x1": False})] == ["p2"]
