"""The report: one page that opens anywhere, without network, script or server, from small frames of published tables.

Put here: what stands on the page and in which order. Keep out: which rows it shows (`night.report_tables`), its marks and
colours (report.html.jinja, report.css). Whatever strangers wrote is escaped by the template.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from microinf_pipeline.catalog.kpis import KPIS, Kpi
from microinf_pipeline.reporting import shown
from microinf_pipeline.reporting.chart import Day, daily_bars

if TYPE_CHECKING:
    import jinja2

#: Brands shown in full; a page of all of a hundred brands would serve none.
BRANDS_SHOWN = 20

_COUNTS = (
    "mentions", "accounts", "new_accounts", "returning_accounts", "reactivated_accounts", "engagements", "amplifications",
    "audience_low", "audience_high", "hashtag_use", "hashtag_adoption", "completeness",
)  # fmt: skip
_RATES = ("er_followers_pooled", "er_followers_median", "er_views_pooled", "er_views_median")
_TIERS = ("nano", "micro", "macro", "unknown")
_TIER_KPIS = ("mentions", "accounts", "engagements")

_Row = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """What a cell shows, and what it says on hover."""

    text: str
    hint: str = ""


@dataclass(frozen=True)
class Line:
    """One KPI: its definition and a cell for each column."""

    kpi: Kpi
    cells: tuple[Cell, ...]
    network: str = ""


@dataclass(frozen=True)
class BrandPage:
    """Everything the page says about one brand."""

    brand: _Row
    chart: Markup
    days: tuple[Day, ...]
    periods: tuple[str, ...]
    counts: tuple[Line, ...]
    rates: tuple[Line, ...]
    tiers: tuple[tuple[str, tuple[Cell, ...]], ...]
    creators: tuple[_Row, ...]
    campaigns: tuple[_Row, ...]


def render(tables: Mapping[str, pl.DataFrame], snapshot: int | None = None) -> str:
    """The page as HTML text. `tables`: the frames of `night.report_tables`; `snapshot`: the number it is published under."""
    brands = tables["brands"].to_dicts()
    nights = sorted(set(tables["completeness"]["night"].to_list()))
    return _template().render(
        about=tables["about"].row(0, named=True), snapshot=snapshot, css=Markup(_text("report.css")),
        pages=[_brand_page(tables, brand) for brand in brands[:BRANDS_SHOWN]], more_brands=max(len(brands) - BRANDS_SHOWN, 0),
        nights=nights, sources=_sources(tables["completeness"], nights), gaps=_gaps(tables["completeness"]),
        gates=tables["gates"].row(0, named=True), findings=[_finding(r) for r in tables["quality"].iter_rows(named=True)],
        duplicates=tables["duplicates"].to_dicts(), meanings=_DUPLICATES,
    )  # fmt: skip


@cache
def _template() -> jinja2.Template:
    import jinja2  # only a night that publishes pays for it

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {
        "count": shown.count, "share": shown.share, "day": shown.day, "words": shown.words, "address": shown.web_address,
    }  # fmt: skip
    return environment.from_string(_text("report.html.jinja"))


def _text(name: str) -> str:
    return (files("microinf_pipeline") / "reporting" / name).read_text(encoding="utf-8")


def _brand_page(tables: Mapping[str, pl.DataFrame], brand: _Row) -> BrandPage:
    kpis, days, creators, campaigns = (_of(tables[name], brand) for name in ("kpis", "days", "creators", "campaigns"))
    bars = tuple(Day(r["day"], r["earned"], r["other"]) for r in days)
    span = f"{shown.day(bars[0].day)} to {shown.day(bars[-1].day)}" if bars else ""
    periods = sorted({(r["period"], r["period_start"]) for r in kpis}, key=lambda p: (p[0] == "month", -p[1].toordinal()))
    rows = {(r["kpi"], r["network"], r["tier"], r["period"], r["period_start"]): r for r in kpis}
    networks = sorted({r["network"] for r in kpis} - {"*"})
    month = max((start for period, start in periods if period == "month"), default=None)
    return BrandPage(
        brand, daily_bars(f"Mentions of {brand['name']} a day, {span}", bars), bars, tuple(_period(*p) for p in periods),
        tuple(_lines(_COUNTS, ["*"], periods, rows)), tuple(_lines(_RATES, networks, periods, rows)),
        tuple(_tier(tier, month, rows) for tier in _TIERS) if month else (),
        tuple(creators), tuple(campaigns),
    )  # fmt: skip


def _tier(tier: str, month: date, rows: Mapping[tuple[Any, ...], _Row]) -> tuple[str, tuple[Cell, ...]]:
    return tier, tuple(_cell(kpi, rows.get((kpi, "*", tier, "month", month))) for kpi in _TIER_KPIS)


def _of(frame: pl.DataFrame, brand: _Row) -> list[_Row]:
    return frame.filter(pl.col("brand_id") == brand["brand_id"]).to_dicts()


def _lines(
    ids: Iterable[str], networks: Iterable[str], periods: list[tuple[str, date]], rows: Mapping[tuple[Any, ...], _Row]
) -> Iterable[Line]:
    """A line a KPI and network that has a row in any of the periods."""
    known = {k.id: k for k in KPIS}
    for network in networks:
        for name in ids:
            found = [rows.get((name, network, "*", *period)) for period in periods]
            if name in known and any(r is not None and (network == "*" or r["value"] is not None) for r in found):
                yield Line(known[name], tuple(_cell(name, row) for row in found), network)


def _cell(kpi: str, row: _Row | None) -> Cell:
    if row is None:
        return Cell(shown.UNKNOWN, "no mention in this period")
    if row["value"] is None:
        return Cell(shown.UNKNOWN, f"unknown: {shown.words(row['null_reason'])}")
    is_share = kpi.startswith("er_") or kpi in ("hashtag_adoption", "completeness")
    return Cell((shown.share if is_share else shown.count)(row["value"]), _hint(row, is_share))


def _hint(row: _Row, is_share: bool) -> str:
    said = [f"{row['value']:,.6g}" if not is_share else "", f"n = {row['n']:,}" if row["n"] is not None else ""]
    if row["ci_low"] is not None and is_share:
        said.append(f"95 % interval {shown.share(row['ci_low'])} to {shown.share(row['ci_high'])}")
    shares = ("measured_share", "coverage", "completeness")
    said += [f"{shown.words(name)} {shown.share(row[name])}" for name in shares if row[name] is not None]
    if row["confidence"]:
        said.append(f"confidence {row['confidence']}")
    return "; ".join(s for s in said if s)


def _period(period: str, start: date) -> str:
    if period == "month":
        return f"{start:%b %Y}"
    end = start + timedelta(days=6)
    return f"{start.day}–{end.day} {end:%b}" if start.month == end.month else f"{start.day} {start:%b} – {end.day} {end:%b}"


def _sources(frame: pl.DataFrame, nights: list[date]) -> list[tuple[str, list[Cell]]]:
    """A row a source with its share captured, night by night."""
    rows = {(r["source"], r["night"]): r for r in frame.filter(pl.col("rule") == "*").iter_rows(named=True)}
    return [(source, [_captured(rows.get((source, night))) for night in nights]) for source in sorted({s for s, _ in rows})]


def _captured(row: _Row | None) -> Cell:
    if row is None:
        return Cell(shown.UNKNOWN, "not captured in this night")
    told = f"{row['captured']:,} captured"
    if row["expected"] is None:
        return Cell(shown.count(row["captured"]), f"{told}, nothing to compare with")
    if row["share"] is None:
        return Cell("none due", f"{told}, none expected")
    return Cell(shown.share(row["share"]), f"{told} of {row['expected']:,} expected ({row['expected_basis']})")


def _gaps(frame: pl.DataFrame) -> list[_Row]:
    return frame.filter(pl.col("gap_reason").is_not_null()).to_dicts()


def _finding(row: _Row) -> _Row:
    told = json.loads(row["evidence"]) if row["evidence"] else {}
    evidence = ", ".join(f"{shown.words(k)} {v}" for k, v in told.items() if v not in (None, "", []))
    return {**row, "evidence": evidence}


_DUPLICATES = {
    "redelivery": "the same post delivered again by the same source",
    "cross_source": "the same post by another source",
    "bridge": "a bridge's copy on another network of a post held here",
    "repost": "a repost: kept, never counted as a mention",
    "cross_post": "one person's same post on several networks: counted, shown apart",
    "near_duplicate": "nearly the same text by others: counted, shown apart",
    "template": "a text given to many: counted, shown apart",
}
