"""Employee advocacy by unit and month (K14): counts, never persons; small cells are NULL in the table already."""

from __future__ import annotations

from microinf_pipeline.reporting.grid import Col
from microinf_pipeline.reporting.sections.book import Book, Parts, Section

READS = {"mart_employee_advocacy": "brand_id unit month active head_count active_share"}

_UNITS = """
    SELECT brand_id, unit, month, active, head_count, active_share FROM mart_employee_advocacy
    QUALIFY dense_rank() OVER (PARTITION BY brand_id ORDER BY month DESC) <= 3
    ORDER BY brand_id, month DESC, unit
"""


def _build(book: Book) -> Parts:
    rows = book.tables.rows(_UNITS)
    columns = [
        Col("brand", book.brand_cell),
        Col("month", "month"),
        Col("unit"),
        Col("active", "count", define="employees_active"),
        Col("head_count", "count"),
        Col("active_share", "share", define="employee_advocacy"),
    ]
    return [book.grid("employee_advocacy", rows, columns, note=book.say("advocacy.note"))] if rows else []


SECTION = Section("advocacy", READS, _build)
