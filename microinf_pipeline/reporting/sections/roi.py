"""What it cost and what it brought (K12): one currency a row, nothing added across them."""

from __future__ import annotations

from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Parts, Section

READS = {
    "mart_roi": "brand_id campaign_id currency month clicks conversions revenue cost cpe cpc cpa roas roi",
}
_ROWS_SHOWN = 40

_MONEY = f"""
    SELECT brand_id, campaign_id, currency, month, clicks, conversions, revenue, cost, cpe, cpc, cpa, roas, roi FROM mart_roi
    ORDER BY month DESC, brand_id, campaign_id, currency LIMIT {_ROWS_SHOWN}
"""


def _build(book: Book) -> Parts:
    rows = book.tables.rows(_MONEY)
    columns = [
        Col("campaign", lambda row: Cell(book.wording.value(row["campaign_id"]), small=book.brand(row["brand_id"]))),
        Col("month", "month"),
        Col("clicks", "count"),
        Col("conversions", "count"),
        *(_money(book, name) for name in ("revenue", "cost", "cpe", "cpc", "cpa")),
        Col("roas", "decimal"),
        Col("roi", "share"),
    ]
    return [book.grid("roi", rows, columns)] if rows else []


def _money(book: Book, name: str) -> Col:
    def show(row: Row) -> Cell:
        return Cell(book.shown.money(row[name], row["currency"]))

    return Col(name, show, is_number=True)


SECTION = Section("roi", READS, _build)
