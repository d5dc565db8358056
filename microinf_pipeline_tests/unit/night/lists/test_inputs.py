"""Handles given for platform ids: read, judged, and touching no account but those they speak of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.lists.inputs import given_aliases, given_headcount
from microinf_pipeline_tests.homes import SmallHome, a_post, a_profile

HEADER = "network,alias,account_id,valid_from,valid_to\n"


def home_with(folder: Path, rows: str) -> SmallHome:
    """Anna's posts come under her id and her new handle, her followers under the old one; Ben keeps his."""
    posts = [
        a_post("2026-03-01", "p1", user="anna.new", uid="a1", likes=10, comments=2),
        a_post("2026-03-01", "p2", user="ben", uid="b1", likes=10, comments=2),
    ]
    profiles = [
        a_profile("2026-03-01", user="anna.old", uid=""),
        a_profile("2026-03-01", user="ben", uid="b1", followers=20000),
    ]
    home = SmallHome(folder, {"feed": posts}, profiles)
    home.config.write_text(home.config.read_text() + "inputs: {account_aliases: aliases.csv}\n")
    (folder / "aliases.csv").write_text(rows)
    return home


def tiers(home: SmallHome) -> dict[str, str]:
    return {row["account_id"]: row["tier"] for row in home.rows("core_accounts", "account_id, tier")}


def test_rows_are_read_with_open_ends_and_handles_folded(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + "instagram,@Anna.Old,a1,,2026-02-01\n" + "instagram, ben ,b1,2020-01-01,\n")
    assert given_aliases(home.settings).rows() == [
        ("instagram", "anna.old", "a1", date(1970, 1, 1), date(2026, 2, 1)),
        ("instagram", "ben", "b1", date(2020, 1, 1), None),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("network,alias,account_id\n", "lacks valid_from"),
        (HEADER + "instagram,anna,a1,1.3.2026,\n", "a valid_from that is not YYYY-MM-DD in line 2"),
        (HEADER + "instagram,ben,b1,,\ninsta,anna,a1,,\n", "an unknown network in line 3"),
        (HEADER + "instagram,anna,,,\n", "an empty account_id in line 2"),
        (
            HEADER + "instagram,,a1,,\ninsta,ben,b1,,soon\n",
            "an empty alias in line 2; an unknown network in line 3; a valid_to that is not YYYY-MM-DD in line 3",
        ),
        ("", "cannot be read"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_says_where(tmp_path: Path, rows: str, told: str) -> None:
    home = home_with(tmp_path, rows)
    with pytest.raises(FixConfigurationError, match=told):
        given_aliases(home.settings)


@pytest.mark.nights
def test_a_given_handle_joins_what_was_seen_under_it(tmp_path: Path) -> None:
    without, given = home_with(tmp_path / "a", HEADER), home_with(tmp_path / "b", HEADER + "instagram,anna.old,a1,,\n")
    without.run("2026-03-01")
    given.run("2026-03-01")
    assert tiers(without) == {"a1": "unknown", "b1": "micro", "h:anna.old": "nano"}
    assert tiers(given) == {"a1": "nano", "b1": "micro"}


def test_a_handle_given_up_before_it_was_seen_is_another_accounts(tmp_path: Path) -> None:
    home = home_with(tmp_path, HEADER + "instagram,anna.old,a1,,2026-02-01\n")
    home.run("2026-03-01")
    assert tiers(home) == {"a1": "unknown", "b1": "micro", "h:anna.old": "nano"}


@pytest.mark.nights
def test_a_row_added_later_gives_the_state_of_a_row_given_at_once(tmp_path: Path) -> None:
    later, at_once = home_with(tmp_path / "a", HEADER), home_with(tmp_path / "b", HEADER + "instagram,anna.old,a1,,\n")
    later.run("2026-03-01")
    (later.folder / "aliases.csv").write_text(HEADER + "instagram,anna.old,a1,,\n")
    later.run("2026-03-02")
    at_once.run("2026-03-01")
    at_once.run("2026-03-02")
    assert later.hashes() == at_once.hashes()


HEADS = "brand_id,unit,month,head_count\n"


def with_heads(folder: Path, rows: str) -> SmallHome:
    home = SmallHome(folder, {"feed": []}, lines="inputs: {headcount: heads.csv}\n")
    (folder / "heads.csv").write_text(HEADS + rows)
    return home


def test_head_counts_are_of_months(tmp_path: Path) -> None:
    home = with_heads(tmp_path, "acme,Lab,2026-03,41\nacme,Bar,2026-03-17,7\n")
    assert given_headcount(home.settings).rows() == [
        ("acme", "Bar", date(2026, 3, 1), 7),
        ("acme", "Lab", date(2026, 3, 1), 41),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("other,Lab,2026-03,41\n", "a brand_id that no brand has in line 2"),
        ("acme,,2026-03,41\n", "an empty unit in line 2"),
        ("acme,Lab,March,41\n", "a month that is neither YYYY-MM nor a day of it in line 2"),
        ("acme,Lab,2026-03,about 40\n", "a head_count that is no whole number in line 2"),
        ("acme,Lab,2026-03,-1\n", "a head_count that is no whole number in line 2"),
        ("acme,Lab,2026-03,41\nacme,Lab,2026-03-31,42\n", "the same unit and month twice in line 2, 3"),
    ],
)
def test_a_head_count_that_cannot_be_meant_says_where(tmp_path: Path, rows: str, told: str) -> None:
    with pytest.raises(FixConfigurationError, match=told):
        given_headcount(with_heads(tmp_path, rows).settings)
