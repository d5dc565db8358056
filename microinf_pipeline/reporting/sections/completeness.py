"""Completeness: what arrived of what was expected, source by source and night by night (K16)."""

from __future__ import annotations

from datetime import date
from functools import partial

from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Parts, Section
from microinf_pipeline.reporting.shown import UNKNOWN

READS = {
    "mart_completeness": "source brand_id rule night expected expected_basis captured share gap_reason",
    "meta_runs": "night",
}
_NIGHTS_SHOWN = 7

_CAPTURED = f"""
    SELECT source, brand_id, rule, night, expected, expected_basis, captured, share, gap_reason FROM mart_completeness
    WHERE night IN (SELECT DISTINCT night FROM meta_runs ORDER BY night DESC LIMIT {_NIGHTS_SHOWN})
        AND (rule = '*' OR gap_reason IS NOT NULL)
    ORDER BY source, brand_id, rule, night
"""


def _build(book: Book) -> Parts:
    rows = book.tables.rows(_CAPTURED)
    if not rows:
        return []
    nights = sorted({row["night"] for row in rows})
    whole = [row for row in rows if row["rule"] == "*"]
    sources = sorted({row["source"] for row in whole})
    by_key = {(row["source"], row["night"]): row for row in whole}
    lines = [
        {"source": s, **{str(n): _share(by_key.get((s, n))) for n in nights}, "_rows": {n: by_key.get((s, n)) for n in nights}}
        for s in sources
    ]
    columns = [
        Col("source"),
        *(
            Col(str(n), partial(_captured, book, n), define="completeness", label=book.shown.period("day", n), is_number=True)
            for n in nights
        ),
    ]
    gaps = [row for row in rows if row["gap_reason"] is not None]
    gap_columns = [Col("source"), Col("night", "day"), Col("query", _query), Col("gap_reason")]
    return [book.grid("completeness", lines, columns), *([book.grid("gaps", gaps, gap_columns)] if gaps else [])]


def _share(row: Row | None) -> float | None:
    return None if row is None else row["share"]


def _captured(book: Book, night: date, line: Row) -> Cell:
    row = line["_rows"][night]
    if row is None:
        return Cell(UNKNOWN, book.say("completeness.not_captured"))
    captured = book.shown.count(row["captured"])
    if row["expected"] is None:
        return Cell(captured, book.say("completeness.no_expectation", captured=captured))
    if row["share"] is None:
        return Cell(book.say("completeness.none_due"), book.say("completeness.none_expected", captured=captured))
    told = book.say(
        "completeness.of",
        captured=captured,
        expected=book.shown.count(row["expected"]),
        basis=book.wording.value(row["expected_basis"]),
    )
    return Cell(book.shown.share(row["share"]), told)


def _query(row: Row) -> Cell:
    return Cell(f"{row['brand_id']} {row['rule']}")


SECTION = Section("completeness", READS, _build)
