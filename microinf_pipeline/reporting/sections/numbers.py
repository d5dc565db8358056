"""The numbers of each brand: mentions a day, every KPI of the newest ended periods with what it rests on, tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from microinf_pipeline.reporting import chart
from microinf_pipeline.reporting.chart import Figure
from microinf_pipeline.reporting.definitions import Definition
from microinf_pipeline.reporting.grid import Cell, Col, Grid
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import BRAND_READS, Book, Note, Part, Parts, Section
from microinf_pipeline.reporting.shown import UNKNOWN

READS = {
    "mart_kpi": (
        "kpi brand_id campaign_id network tier relation period period_start value n window_days ci_low "
        "ci_high measured_share coverage completeness confidence null_reason"
    ),
    "mart_brand_daily": "brand_id relation day mentions",
} | BRAND_READS
#: Brands shown in full; a page of all of a hundred brands would serve none.
BRANDS_SHOWN: Final = 20
_DAYS_SHOWN = 91

_TILES = ("mentions", "accounts", "new_accounts", "engagements")
_COUNTS = (
    "mentions",
    "accounts",
    "new_accounts",
    "returning_accounts",
    "reactivated_accounts",
    "authorless_posts",
    "engagements",
    "amplifications",
    "audience_low",
    "audience_high",
    "hashtag_use",
    "hashtag_adoption",
)
_RATES = ("er_followers_pooled", "er_followers_median", "er_views_pooled", "er_views_median")
_TIER_KPIS = ("mentions", "accounts", "engagements")
_TIERS = ("nano", "micro", "macro", "unknown")

_DAYS = f"""
    SELECT brand_id, day,
        CAST(coalesce(sum(mentions) FILTER (WHERE relation IN ('organic', 'gifted', 'contest')), 0) AS BIGINT) AS earned,
        CAST(coalesce(sum(mentions) FILTER (WHERE relation NOT IN ('organic', 'gifted', 'contest')), 0) AS BIGINT) AS other
    FROM mart_brand_daily
    WHERE day > (SELECT max(day) FROM mart_brand_daily) - {_DAYS_SHOWN}
    GROUP BY brand_id, day ORDER BY brand_id, day
"""
_KPIS = """
    WITH newest AS (
        SELECT brand_id, period, period_start FROM mart_kpi WHERE period IN ('week', 'month')
        GROUP BY brand_id, period, period_start
        QUALIFY row_number() OVER (PARTITION BY brand_id, period ORDER BY period_start DESC) <= 2
    )
    SELECT k.kpi, k.brand_id, k.network, k.tier, k.period, k.period_start, k.value, k.n, k.window_days, k.ci_low, k.ci_high,
        k.measured_share, k.coverage, k.completeness, k.confidence, k.null_reason
    FROM mart_kpi AS k
    SEMI JOIN newest AS w ON w.brand_id = k.brand_id AND w.period = k.period AND w.period_start = k.period_start
    WHERE k.campaign_id = '*' AND k.relation = 'earned'
        AND (k.tier = '*' OR (k.network = '*' AND k.period = 'month' AND k.kpi IN ('mentions', 'accounts', 'engagements')))
    ORDER BY k.brand_id, k.kpi, k.network, k.tier, k.period, k.period_start
"""
_Key = tuple[str, str, str, str, date]


@dataclass(frozen=True)
class Tile:
    """One number in large, with its definition and what it rests on."""

    definition: Definition
    text: str
    rests_on: str


def _build(book: Book) -> Parts:
    parts: list[Grid | Figure | Note | Part] = []
    shown = list(book.brands.values())[:BRANDS_SHOWN]
    for brand in shown:
        parts += _brand(book, brand)
    if len(book.brands) > BRANDS_SHOWN:
        parts.append(Note(book.say("numbers.more", n=len(book.brands) - BRANDS_SHOWN)))
    return parts


def _brand(book: Book, brand: Row) -> list[Grid | Figure | Note | Part]:
    key, name = brand["brand_id"], brand["name"]
    days = [row for row in book.tables.rows(_DAYS) if row["brand_id"] == key]
    rows = {_key(row): row for row in book.tables.rows(_KPIS) if row["brand_id"] == key}
    periods = sorted({k[3:] for k in rows}, key=lambda p: (p[0] == "month", -p[1].toordinal()))
    head = Part(
        "brand",
        {"brand": brand, "tiles": _tiles(book, rows, periods), "period": book.shown.period(*periods[0]) if periods else ""},
    )
    if not days:
        return [head, Note(book.say("numbers.none"))]
    networks = sorted({k[1] for k in rows} - {"*"})
    tables = [
        _grid(book, f"kpis_{key}", book.say("numbers.counts", brand=name), _lines(rows, _COUNTS, ["*"], periods), periods),
        _grid(book, f"rates_{key}", book.say("numbers.rates", brand=name), _lines(rows, _RATES, networks, periods), periods),
        _tier_grid(book, brand, rows, periods),
    ]
    return [head, *_figure(book, brand, days), *(table for table in tables if table is not None)]


def _key(row: Row) -> _Key:
    return row["kpi"], row["network"], row["tier"], row["period"], row["period_start"]


def _figure(book: Book, brand: Row, days: list[Row]) -> list[Figure | Grid]:
    caption = book.say("numbers.daily", brand=brand["name"])
    table = book.grid(
        f"days_{brand['brand_id']}",
        days[::-1],
        [Col("day", "day"), Col("earned", "count"), Col("other", "count")],
        caption=caption,
    )
    if len(days) < chart.FEWEST_POINTS:
        return [table]
    points = [
        {"day": row["day"].isoformat(), "series": kind, "value": row[kind], "order": order}
        for row in days
        for order, kind in enumerate(("earned", "other"))
        if row[kind]
    ]
    most = max(days, key=lambda row: row["earned"] + row["other"])
    alt = book.say(
        "numbers.daily_alt",
        brand=brand["name"],
        first=book.shown.day(days[0]["day"]),
        last=book.shown.day(days[-1]["day"]),
        earned=book.shown.count(sum(r["earned"] for r in days)),
        other=book.shown.count(sum(r["other"] for r in days)),
        most=book.shown.count(most["earned"] + most["other"]),
        day=book.shown.day(most["day"]),
    )
    key = tuple((book.say(f"column.{kind}"), chart.SERIES[n]) for n, kind in enumerate(("earned", "other")))
    return [Figure(caption, chart.daily_bars(points, ("earned", "other"), book.wording.language), alt, key, table)]


def _tiles(book: Book, rows: Mapping[_Key, Row], periods: list[Any]) -> tuple[Tile, ...]:
    found = []
    for kpi in _TILES:
        row = rows.get((kpi, "*", "*", *periods[0])) if periods else None
        definition = book.definitions.of(kpi)
        if row is not None and definition is not None:
            found.append(Tile(definition, book.number(kpi, row["value"]), rests_on(book, row)))
    return tuple(found)


def rests_on(book: Book, row: Row) -> str:
    """What a number stands on: why it is unknown; else n, window, interval, shares, confidence."""
    if row["value"] is None:
        return book.say("numbers.unknown", why=book.wording.value(row["null_reason"]))
    said = [f"n = {book.shown.count(row['n'])}" if row["n"] is not None else ""]
    said.append(book.say("numbers.window", n=row["window_days"]) if row["window_days"] is not None else "")
    if row["ci_low"] is not None:
        low, high = (book.number(row["kpi"], row[end]) for end in ("ci_low", "ci_high"))
        said.append(book.say("numbers.interval", low=low, high=high))
    shares = ("measured_share", "coverage", "completeness")
    said += [f"{book.say(f'column.{name}')} {book.shown.share(row[name])}" for name in shares if row[name] is not None]
    said.append(f"{book.say('column.confidence')}: {book.wording.value(row['confidence'])}" if row["confidence"] else "")
    return "; ".join(one for one in said if one)


def _lines(rows: Mapping[_Key, Row], kpis: tuple[str, ...], networks: list[str], periods: list[Any]) -> list[Row]:
    """A line a KPI and network that has a number in any of the periods; over all networks also one that is unknown."""
    lines: list[Row] = []
    for network in networks:
        for kpi in kpis:
            found = [rows.get((kpi, network, "*", *period)) for period in periods]
            if any(row is not None and (network == "*" or row["value"] is not None) for row in found):
                newest = next(row for row in found if row is not None)
                values = {
                    f"{period}_{start}": row["value"] if row else None
                    for (period, start), row in zip(periods, found, strict=True)
                }
                rest = {
                    name: newest[name]
                    for name in ("n", "window_days", "measured_share", "coverage", "completeness", "confidence")
                }
                lines.append({"kpi": kpi, "network": network, **values, **rest, "_rows": found})
    return lines


def _grid(book: Book, name: str, caption: str, lines: list[Row], periods: list[Any]) -> Grid | None:
    """Rows are KPIs: the definition hangs on the name, what the newest number rests on stands beside it."""
    if not lines:
        return None
    network = [Col("network", "value")] if any(line["network"] != "*" for line in lines) else []
    values = [
        Col(f"{period}_{start}", partial(_value_cell, book, n), label=book.shown.period(period, start), is_number=True)
        for n, (period, start) in enumerate(periods)
    ]
    return book.grid(
        name,
        lines,
        [Col("kpi", partial(_kpi_cell, book)), *network, *values, *_REST],
        caption=caption,
        note=book.say("numbers.note"),
    )


_REST = (
    Col("n", "count"),
    Col("window_days", "count"),
    Col("measured_share", "share"),
    Col("coverage", "share"),
    Col("completeness", "share"),
    Col("confidence", "value"),
)


def _kpi_cell(book: Book, line: Row) -> Cell:
    return Cell(book.definitions.label(line["kpi"]), definition=book.definitions.of(line["kpi"]))


def _value_cell(book: Book, place: int, line: Row) -> Cell:
    row = line["_rows"][place]
    if row is None:
        return Cell(UNKNOWN, book.say("numbers.no_mention"))
    return Cell(book.number(row["kpi"], row["value"]), rests_on(book, row))


def _tier_grid(book: Book, brand: Row, rows: Mapping[_Key, Row], periods: list[Any]) -> Grid | None:
    month = next((period for period in periods if period[0] == "month"), None)
    if month is None:
        return None
    lines = [{"tier": tier} | {kpi: _value_of(rows.get((kpi, "*", tier, *month))) for kpi in _TIER_KPIS} for tier in _TIERS]
    caption = book.say("numbers.tiers", brand=brand["name"], month=book.shown.month(month[1]))
    return book.grid(
        f"tiers_{brand['brand_id']}", lines, [Col("tier", "value"), *(Col(k, "count") for k in _TIER_KPIS)], caption=caption
    )


def _value_of(row: Row | None) -> float | None:
    return None if row is None else row["value"]


SECTION = Section("numbers", READS, _build)
