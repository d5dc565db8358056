"""What changed in the past: published numbers that are others now, and why."""

from __future__ import annotations

from functools import partial

from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Parts, Section

READS = {"mart_restatements": "kpi key period_start night old_value new_value reason"}
_ROWS_SHOWN = 40

_RESTATED = f"""
    SELECT night, reason, kpi, key, period_start, old_value, new_value FROM mart_restatements
    ORDER BY night DESC, abs(coalesce(new_value, 0) - coalesce(old_value, 0)) DESC, kpi, key, period_start, reason
    LIMIT {_ROWS_SHOWN}
"""


def _build(book: Book) -> Parts:
    rows = book.tables.rows(_RESTATED)
    columns = [
        Col(
            "kpi",
            lambda row: Cell(book.definitions.metric(row["kpi"]), small=row["key"], definition=book.definitions.of(row["kpi"])),
        ),
        Col("period_start", "day"),
        *(Col(side, partial(_value, book, side), is_number=True) for side in ("old_value", "new_value")),
        Col("reason", "value"),
        Col("night", "day"),
    ]
    return [book.grid("restatements", rows, columns)] if rows else []


def _value(book: Book, side: str, row: Row) -> Cell:
    return Cell(book.number(row["kpi"], row[side]))


SECTION = Section("restated", READS, _build)
