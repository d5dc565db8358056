"""The report is one page that needs nothing else, says what is unknown, and lets no stranger's text become markup."""

from __future__ import annotations

import re
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

from microinf_pipeline.reporting import shown
from microinf_pipeline.reporting.chart import Day, daily_bars, nice_ticks
from microinf_pipeline.reporting.report import BRANDS_SHOWN, render


def a_kpi(kpi: str, value: float | None, **only: Any) -> dict[str, Any]:
    return {
        "kpi": kpi, "brand_id": "acme", "network": "*", "tier": "*", "period": "week", "period_start": date(2026, 8, 24),
        "value": value, "n": 12, "ci_low": None, "ci_high": None, "measured_share": None, "coverage": None, "completeness": 0.9,
        "confidence": None, "null_reason": None if value is not None else "history_too_short",
    } | only  # fmt: skip


def a_creator(**only: Any) -> dict[str, Any]:
    return {
        "brand_id": "acme", "creator_id": "x:1", "network": "x", "tier": "nano", "handle": "anna", "display_name": "Anna", "url": None,
        "followers": 900, "followers_precision": "exact", "mentions_90d": 3, "active_weeks_share": 0.25, "er_followers_median": None,
        "er_views_median": None, "n_posts": 0, "n_posts_views": 0, "benchmark_percentile": None, "benchmark_band": None,
        "last_mention_on": date(2026, 8, 30), "confidence": None, "why": None,
    } | only  # fmt: skip


def frames(**only: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """The frames of a small report: one brand, a day, a number; `only` replaces frames."""
    small: dict[str, list[dict[str, Any]]] = {
        "about": [{"as_of": datetime(2026, 9, 1), "nights": 2, "first_night": date(2026, 8, 30), "last_night": date(2026, 8, 31), "version": "0.1.0"}],
        "brands": [{"brand_id": "acme", "name": "Acme", "timezone": "Europe/Berlin", "competitor_of": None, "history_from": None, "mentions": 4}],
        "days": [{"brand_id": "acme", "day": date(2026, 8, 30), "earned": 3, "other": 1}],
        "kpis": [a_kpi("mentions", 1234.0)],
        "creators": [a_creator()],
        "campaigns": [],
        "completeness": [
            {"source": "feed", "brand_id": "*", "rule": "*", "night": date(2026, 8, 31), "expected": 40, "expected_basis": "stated",
             "captured": 30, "share": 0.75, "gap_reason": "rate limit"}
        ],
        "quality": [], "gates": [{"held": 10, "failed": 0, "accepted": 0, "nights": 2}], "duplicates": [],
    }  # fmt: skip
    empty = {
        "campaigns": ["brand_id"],
        "quality": ["night"],
        "duplicates": ["duplicate_type"],
        "creators": ["brand_id"],
        "days": ["brand_id"],
    }
    return {
        name: pl.DataFrame(given, infer_schema_length=None)
        if given
        else pl.DataFrame(schema=dict.fromkeys(empty[name], pl.String))
        for name, given in {**small, **only}.items()
    }


class _Tags(HTMLParser):
    """Collects start tags with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    tags = _Tags(render(frames(), 7))
    assert [t for t in ("script", "img", "iframe", "object", "form") if tags.of(t)] == []
    assert [link["href"] for link in tags.of("link")] == ["data:,"]
    policy = [m["content"] for m in tags.of("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"]


def test_every_table_has_a_caption_and_its_headings_a_scope() -> None:
    tags = _Tags(render(frames(), 7))
    assert len(tags.of("caption")) == len(tags.of("table")) > 3
    assert {heading.get("scope") for heading in tags.of("th")} == {"col", "row"}


def test_what_strangers_wrote_stays_text() -> None:
    evil = "<script>alert(1)</script>\"'><b onmouseover=x>"
    page = render(frames(creators=[a_creator(handle=evil, display_name=evil, why=evil, url='javascript:alert("x")')]), 7)
    tags = _Tags(page)
    assert tags.of("script") == tags.of("b") == []
    assert [a["href"] for a in tags.of("a") if "javascript" in (a["href"] or "")] == []
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("kpi", "cell"),
    [
        (a_kpi("mentions", 1234.0), ("1,234", "1,234; n = 12; completeness 90.0\u202f%")),
        (a_kpi("new_accounts", None), ("–", "unknown: history too short")),
        (a_kpi("hashtag_adoption", 0.25, ci_low=0.1, ci_high=0.5, completeness=None, confidence="low"),
         ("25.0\u202f%", "n = 12; 95 % interval 10.0\u202f% to 50.0\u202f%; confidence low")),
    ],
)  # fmt: skip
def test_a_number_says_what_it_stands_on(kpi: dict[str, Any], cell: tuple[str, str]) -> None:
    page = render(frames(kpis=[kpi]), 7)
    assert f'<td title="{cell[1]}">{cell[0]}</td>' in page


def test_a_kpi_this_version_does_not_define_is_left_out() -> None:
    assert "of_another_version" not in render(frames(kpis=[a_kpi("of_another_version", 1.0)]), 7)


def test_the_head_says_how_far_the_data_reaches() -> None:
    words = re.sub(r"<[^>]+>", "", render(frames(), 7))
    assert "As of 2026-09-01 00:00 UTC Snapshot 7 2 accepted nights, 30 Aug 2026 to 31 Aug 2026 Version 0.1.0" in words


def test_a_gap_is_shown_with_its_share_and_its_reason() -> None:
    page = render(frames(), 7)
    assert '<td title="30 captured of 40 expected (stated)">75.0\u202f%</td>' in page
    assert "rate limit" in page


def test_a_home_without_mentions_renders() -> None:
    page = render(frames(days=[], kpis=[a_kpi("mentions", 0.0, brand_id="other")], creators=[]), None)
    assert "No mention yet." in page
    assert "Snapshot" not in page


def test_a_hundred_brands_stay_under_a_megabyte() -> None:
    names = [f"brand{n}" for n in range(100)]
    brand = frames()["brands"].row(0, named=True)
    days = [{"brand_id": b, "day": date(2026, 6, 1 + n), "earned": 100 + n, "other": n} for b in names for n in range(30)]
    creators = [a_creator(brand_id=b, handle="h" * 60, display_name="n" * 60) for b in names for _ in range(15)]
    page = render(frames(brands=[brand | {"brand_id": b, "name": b} for b in names], days=days, creators=creators), 7)
    assert len(page.encode()) < 1_000_000
    assert f"{100 - BRANDS_SHOWN} more brands are in the tables." in page


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (98, [0, 20, 40, 60, 80, 100]),
        (101, [0, 50, 100, 150]),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest: int, ticks: list[int]) -> None:
    assert nice_ticks(highest) == ticks


def test_a_chart_says_each_day_in_words() -> None:
    chart = daily_bars("Mentions of <Acme>", [Day(date(2026, 8, 30), 3, 1), Day(date(2026, 9, 1), 0, 2)])
    assert re.findall(r"<title>(.*?)</title>", chart) == ["2026-08-30: 3 earned, 1 other", "2026-09-01: 0 earned, 2 other"]
    assert 'aria-label="Mentions of &lt;Acme&gt;"' in chart
    assert chart.count("<rect") == 3


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (0, "0"),
        (99999, "99,999"),
        (131164, "131 k"),
        (999_499, "999 k"),
        (999_999, "1 M"),
        (1_220_000, "1.22 M"),
        (2.5e9, "2.5 bn"),
    ],
)
def test_counts_are_exact_while_they_are_short(value: float | None, words: str) -> None:
    assert shown.count(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.99978, "99.98 %"),
        (0.0291, "2.91 %"),
        (0.847, "84.7 %"),
        (2.4867, "248.7 %"),
    ],
)
def test_shares_are_whole_only_when_they_are(value: float | None, words: str) -> None:
    assert shown.share(value).replace("\u202f", " ") == words


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://x.com/a", "https://x.com/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str | None, followed: str | None) -> None:
    assert shown.web_address(url) == followed
