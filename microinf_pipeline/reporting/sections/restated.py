"""What changed in the past: published numbers that are others now, and why."""

from __future__ import annotations

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
        Col("old_value", lambda row: _value(book, row, "old_value"), is_number=True),
        Col("new_value", lambda row: _value(book, row, "new_value"), is_number=True),
        Col("reason", "value"),
        Col("night", "day"),
    ]
    return [book.grid("restatements", rows, columns)] if rows else []


def _value(book: Book, row: Row, side: str) -> Cell:
    definition = book.definitions.of(row["kpi"])
    show = book.shown.share if definition is not None and definition.unit == "share" else book.shown.count
    return Cell(show(row[side]))


SECTION = Section("restated", READS, _build)
