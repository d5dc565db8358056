"""What the lists of contests may say, and what a contest has cost when they say little."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.contests.lists import claims, costs, decisions, exclusions
from microinf_pipeline.settings import Settings, load

CONFIG = """\
home: home
brands:
  - {{id: acme, name: Acme, timezone: Europe/Berlin, hashtags: ["#acme"]}}
contests:
  - {{id: cup, brand: acme, hashtags: ["#acmecup"], start: 2026-03-01, end: 2026-03-08, budget: {{amount: 900, currency: EUR}}}}
sources:
  - {{name: feed, type: files, path: feed.csv, network: instagram, columns: {{post_id: id, created_at: at}}}}
inputs: {{{key}: {key}.csv}}
"""
DEALS = "deal_id,network,account,brand_id,contest_id,fees,gifts,currency"


def listed(folder: Path, key: str, *lines: str) -> Settings:
    (folder / "microinf.yaml").write_text(CONFIG.format(key=key), encoding="utf-8")
    (folder / f"{key}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(folder / "microinf.yaml")


@pytest.mark.parametrize(
    ("lines", "cost"),
    [
        ((), 900.0),  # no deal names the contest: its budget
        (("1,instagram,a,acme,cup,100,20.5,EUR", "2,instagram,b,acme,cup,,30,EUR"), 150.5),
        (("1,instagram,a,acme,cup,100,,", "2,instagram,b,acme,cup,50,,EUR"), 150.0),  # the budget's currency stands in
        (("1,instagram,a,acme,cup,100,,EUR", "2,instagram,b,acme,cup,,,EUR"), None),  # one deal does not say its cost
    ],
)
def test_a_contest_costs_what_its_deals_say_all_of_them_or_nobody_knows(
    tmp_path: Path, lines: tuple[str, ...], cost: float | None
) -> None:
    assert costs(listed(tmp_path, "deals", DEALS, *lines)).rows() == [("cup", cost, "EUR")]


@pytest.mark.parametrize(
    ("key", "lines", "told"),
    [
        ("deals", (DEALS, "1,instagram,a,acme,cup,nan,,EUR"), "a fees that is no number like 1234.50 in line 2"),
        ("deals", (DEALS, "1,instagram,a,acme,cup,1,,EUR", "2,instagram,b,acme,cup,1,,USD"), r"currencies mixed \(EUR, USD\)"),
        ("deals", (DEALS, "1,instagram,a,acme,bowl,1,,EUR"), "an unknown contest_id in line 2"),
        (
            "contest_entries",
            ("contest_id,network,account,entered_at", "cup,instagram,a,soon"),
            "an entered_at that is not like",
        ),
        (
            "contest_entries",
            ("contest_id,network,account,entered_at", ",instagram,a,2026-03-02"),
            "an empty contest_id in line 2",
        ),
        ("contest_entries", ("contest_id,network,account,entered_at", "cup,insta,,2026-03-02"), "an unknown network in line 2"),
        (
            "decisions",
            (
                "decided_on,brand_id,subject,decision,network,account,decided_by,reason,contest_id",
                "2026-03-09,acme,entry,maybe,instagram,a,Eva,so,cup",
            ),
            "an unknown decision in line 2",
        ),
        (
            "exclusions",
            ("kind,network,account,contest_id,reason_code", "contest,instagram,a,cup,Too Late"),
            "a reason_code that is",
        ),
    ],
)
def test_lines_that_cannot_be_read_are_named(tmp_path: Path, key: str, lines: tuple[str, ...], told: str) -> None:
    read = {"deals": costs, "contest_entries": claims, "decisions": decisions, "exclusions": exclusions}[key]
    with pytest.raises(FixConfigurationError, match=told):
        read(listed(tmp_path, key, *lines))
