"""Duplicates by kind: what was set apart, and what stays counted."""

from __future__ import annotations

from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.sections.book import Book, Parts, Section

READS = {"core_duplicates": "network post_id duplicate_type removed_rows"}

_KINDS = """
    SELECT duplicate_type, count(DISTINCT network || '/' || post_id) AS posts, CAST(sum(removed_rows) AS BIGINT) AS removed_rows
    FROM core_duplicates GROUP BY duplicate_type ORDER BY removed_rows DESC, duplicate_type
"""


def _build(book: Book) -> Parts:
    rows = book.tables.rows(_KINDS)
    columns = [
        Col("duplicate_type", "value"),
        Col("posts", "count", define="duplicate_posts"),
        Col("removed_rows", "count"),
        Col("meaning", lambda row: Cell(book.say(f"duplicates.{row['duplicate_type']}"))),
    ]
    return [book.grid("duplicates", rows, columns)] if rows else []


SECTION = Section("duplicates", READS, _build)
