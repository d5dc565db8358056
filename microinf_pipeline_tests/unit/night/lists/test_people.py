"""The brand's lists in whole nights: who counts as earned, on which days, and what of a list is kept."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from microinf_pipeline.catalog.tables import PUBLISHED, TABLES
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night import publishing
from microinf_pipeline.night.lists.inputs import given_people
from microinf_pipeline.people.known_people import hashed_account, hashed_email
from microinf_pipeline_tests.homes import SmallHome, a_post, a_profile

pytestmark = pytest.mark.nights

FIRST, SECOND = "2026-03-01", "2026-03-02"
STAFF = "employee_id,network,account,brand_id,consent_on,consent_until,valid_from,valid_to,email\n"
CUSTOMERS = "customer_id,network,account,brand_id,consent_on,email\n"
VESTED = "network,account,brand_id,kind,valid_from,valid_to\n"


def home_with(folder: Path, staff: str = "", customers: str = "", vested: str = "") -> SmallHome:
    """Anna and Ben post on both days; Anna's profile shows an address."""
    posts = [
        a_post(night, f"{user}{night}", user=user, uid=uid)
        for night in (FIRST, SECOND)
        for user, uid in (("anna", "a1"), ("ben", "b1"))
    ]
    inputs = "inputs: {employees: staff.csv, customers: customers.csv, vested: vested.csv}\n"
    home = SmallHome(folder, {"feed": posts}, [a_profile(FIRST, bio="✉ Anna@Mail.example")], lines=inputs)
    lists = {"staff": STAFF + staff, "customers": CUSTOMERS + customers, "vested": VESTED + vested}
    for name, text in lists.items():
        (folder / f"{name}.csv").write_text(text)
    return home


def relations(home: SmallHome) -> dict[str, tuple[str, bool]]:
    return {
        row["post_id"]: (row["relation"], row["counts_as_earned"])
        for row in home.rows("core_mentions", "post_id, relation, counts_as_earned")
    }


def roles(home: SmallHome) -> list[tuple[str, str, str]]:
    rows = home.rows("core_account_roles", "account_id, role, matched_by")
    return [(row["account_id"], row["role"], row["matched_by"]) for row in rows if row["matched_by"] != "configuration"]


EARNED, STAFFED, TIED = ("organic", True), ("employee", False), ("vested", False)


def test_an_employees_posts_never_count_and_only_consent_makes_a_role(tmp_path: Path) -> None:
    staff = f"E1,instagram,Anna,acme,,,,,\nE2,instagram,b1,acme,{SECOND},,{SECOND},,\n"
    home = home_with(tmp_path, staff)
    home.run(FIRST, SECOND)
    assert relations(home) == {
        f"anna{FIRST}": STAFFED,
        f"anna{SECOND}": STAFFED,
        f"ben{FIRST}": EARNED,
        f"ben{SECOND}": STAFFED,
    }
    assert roles(home) == [("b1", "employee", "account")]


def test_a_list_that_changes_touches_the_days_it_speaks_of(tmp_path: Path) -> None:
    later, at_once = (
        home_with(tmp_path / "later"),
        home_with(tmp_path / "once", vested=f"instagram,anna,acme,family,,{SECOND}\n"),
    )
    later.run(FIRST, SECOND)
    assert set(relations(later).values()) == {EARNED}
    (later.folder / "vested.csv").write_text((at_once.folder / "vested.csv").read_text())
    later.run(SECOND)
    at_once.run(FIRST, SECOND)
    assert relations(later) == {f"anna{FIRST}": TIED, f"anna{SECOND}": EARNED, f"ben{FIRST}": EARNED, f"ben{SECOND}": EARNED}
    assert later.hashes() == at_once.hashes()


def test_vested_persons_are_kept_as_hashes_of_the_homes_key_alone(tmp_path: Path) -> None:
    home = home_with(tmp_path, vested="instagram,anna,acme,family,,\n")
    home.run(FIRST)
    key = home.home.key()
    [row] = home.rows("_vested")
    assert row["account_hash"] == hashed_account("instagram", "a1", key) != hashed_account("instagram", "a1", b"another")
    assert "_vested" not in {table.name for table in PUBLISHED}
    assert home.home.key() == key
    assert (home.home.secrets / "key").stat().st_mode & 0o077 == 0
    matched = {"known_roles", "tied_accounts", "vested_hashes"}
    tables = [table.name for table in TABLES.values() if matched & {read.table for read in table.reads}]
    lists = [row for name in tables if name != "core_mentions" for row in home.rows(name)]
    assert not [row for row in lists if "anna" in str(row) or "'a1'" in str(row)]


def test_a_customers_address_is_matched_however_written_and_nowhere_kept(tmp_path: Path) -> None:
    home = home_with(tmp_path, customers="C1,,,acme,, ANNA@mail.EXAMPLE \nC2,,,acme,,hidden.person@mail.example\n")
    home.run(FIRST)
    assert roles(home) == [("a1", "customer", "email")]
    assert set(relations(home).values()) == {EARNED}
    publishing.publish(home.settings)
    text = [pl.read_parquet(path).write_json() for path in home.home.path.rglob("*.parquet")]
    others = [path.read_bytes() for path in home.home.path.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    assert len(text) > 50
    assert [found for found in text if "hidden.person" in found] == []
    assert [found for found in others if b"hidden.person" in found] == []


def test_addresses_are_hashed_as_they_are_read(tmp_path: Path) -> None:
    home = home_with(tmp_path, customers="C1,,,acme,,anna@mail.example\n")
    people = given_people(home.settings, "customer", b"key")
    assert people["email_hash"].to_list() == [hashed_email("anna@mail.example", b"key")]
    assert "anna@mail.example" not in people.write_json()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("E1,,,acme,,,,,\n", "neither account, link nor email in line 2"),
        ("E1,instagram,anna,other,,,,,\n", "a brand_id that no brand has in line 2"),
        ("E1,insta,anna,acme,,,,,\n", "an unknown network in line 2"),
        ("E1,instagram,anna,acme,1.3.2026,,,,\n", "a consent_on that is not YYYY-MM-DD in line 2"),
    ],
)
def test_a_row_that_cannot_be_meant_says_where(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(FixConfigurationError, match=told):
        given_people(home_with(tmp_path, row).settings, "employee", b"key")
