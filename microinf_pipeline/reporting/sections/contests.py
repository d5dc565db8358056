"""Contests: entries, what one costs, who still posts after 90 days. Entrants stay in their tables."""

from __future__ import annotations

from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.sections.book import Book, Parts, Section

READS = {
    "mart_contest": "contest_id stage entries eligible needs_review cost_per_entry currency still_posting_90d",
    "core_contests": "contest_id brand_id name starts_at ends_at",
}

_CONTESTS = """
    SELECT c.contest_id, c.brand_id, c.name, c.starts_at, c.ends_at, m.stage, m.entries, m.eligible, m.needs_review,
        m.cost_per_entry, m.currency, m.still_posting_90d
    FROM mart_contest AS m JOIN core_contests AS c ON c.contest_id = m.contest_id
    ORDER BY c.starts_at DESC, c.contest_id
"""


def _build(book: Book) -> Parts:
    rows = book.tables.rows(_CONTESTS)
    columns = [
        Col("contest", lambda row: Cell(row["name"] or row["contest_id"], small=book.brand(row["brand_id"]))),
        Col("stage", "value"),
        Col("starts_at", "day"),
        Col("ends_at", "day"),
        Col("entries", "count"),
        Col("eligible", "count"),
        Col("needs_review", "count"),
        Col("cost_per_entry", lambda row: Cell(book.shown.money(row["cost_per_entry"], row["currency"])), is_number=True),
        Col("still_posting_90d", "share"),
    ]
    return [book.grid("contests", rows, columns)] if rows else []


SECTION = Section("contests", READS, _build)
