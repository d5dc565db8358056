"""Deals and sales in whole nights: what they make of posts, and that a line given later gives what one given at once does."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline_tests.homes import SmallHome, a_post

pytestmark = pytest.mark.nights

FIRST, SECOND = "2026-03-01", "2026-03-02"
LISTS = {
    "deals": "deal_id,network,account,brand_id,campaign_id,gifts,fees,currency,valid_from,valid_to\n",
    "clicks": "day,brand_id,clicks,campaign_id,network,account\n",
    "conversions": "conversion_id,converted_at,brand_id,net_revenue,currency,network,account,clicked_at\n",
}
ROWS = {
    "deals": f"D1,instagram,Anna,acme,spring,,100,EUR,,{SECOND}\nD2,instagram,b1,acme,spring,20,,EUR,{SECOND},\n",
    "clicks": f"{FIRST},acme,40,,instagram,anna\n{FIRST},acme,7,,instagram,stranger\n",
    "conversions": f"1,{FIRST}T12:00:00Z,acme,250,EUR,instagram,anna,{FIRST}T11:00:00Z\n2,{FIRST}T12:00:00Z,acme,9,EUR,,,\n",
}


def home_with(folder: Path) -> SmallHome:
    """Anna and Ben post on both days."""
    posts = [
        a_post(night, f"{user}{night}", user=user, uid=uid)
        for night in (FIRST, SECOND)
        for user, uid in (("anna", "a1"), ("ben", "b1"))
    ]
    return SmallHome(folder, {"feed": posts}, lines=f"inputs: {{{', '.join(f'{name}: {name}.csv' for name in LISTS)}}}\n")


def give(home: SmallHome, *, rows: bool) -> None:
    for name, header in LISTS.items():
        (home.folder / f"{name}.csv").write_text(header + (ROWS[name] if rows else ""))


def test_lines_given_later_give_what_lines_given_at_once_do(tmp_path: Path) -> None:
    later, at_once = home_with(tmp_path / "later"), home_with(tmp_path / "once")
    give(later, rows=False)
    later.run(FIRST)
    give(later, rows=True)
    later.run(SECOND)
    give(at_once, rows=True)
    at_once.run(SECOND)
    at_once.run(FIRST)
    assert {row["post_id"]: (row["relation"], row["counts_as_earned"]) for row in at_once.rows("core_mentions", "*")} == {
        f"anna{FIRST}": ("paid", False),
        f"anna{SECOND}": ("organic", True),
        f"ben{FIRST}": ("organic", True),
        f"ben{SECOND}": ("gifted", True),
    }
    roi = at_once.rows("mart_roi", "campaign_id, clicks, conversions, revenue, cost, roi")
    assert sorted(tuple(row.values()) for row in roi) == [
        ("spring", 40, 1, 250.0, 120.0, 1.0833),
        ("unattributed", 7, 1, 9.0, None, None),
    ]
    assert later.hashes() == at_once.hashes()
