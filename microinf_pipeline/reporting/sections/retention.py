"""Retention: of the creators who came in a month, how many still talk about the brand (K6)."""

from __future__ import annotations

from microinf_pipeline.reporting import chart
from microinf_pipeline.reporting.chart import Figure
from microinf_pipeline.reporting.grid import Col, Grid
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Parts, Section

READS = {"mart_creator_retention": "brand_id cohort_month month cohort_size active share complete"}
_COHORTS_SHOWN = 8

_COHORTS = f"""
    SELECT brand_id, cohort_month, month, cohort_size, active, share, complete,
        date_diff('month', cohort_month, month) AS step
    FROM mart_creator_retention
    QUALIFY dense_rank() OVER (PARTITION BY brand_id ORDER BY cohort_month DESC) <= {_COHORTS_SHOWN}
    ORDER BY brand_id, cohort_month, month
"""
_COLUMNS = (
    Col("cohort_month", "month"),
    Col("month", "month"),
    Col("cohort_size", "count"),
    Col("active", "count"),
    Col("retention", "share", define="creator_retention"),
)


def _build(book: Book) -> Parts:
    rows = [row | {"retention": row["share"]} for row in book.tables.rows(_COHORTS)]
    parts: list[Figure | Grid] = []
    for brand_id in sorted({row["brand_id"] for row in rows} - {*book.rivals}):
        of_brand = [row for row in rows if row["brand_id"] == brand_id]
        told = book.say("retention.caption", brand=book.brand(brand_id))
        table = book.grid(f"retention_{brand_id}", of_brand, _COLUMNS, caption=told)
        known = [row for row in of_brand if row["share"] is not None]
        parts.append(table if len(known) < chart.FEWEST_POINTS else _figure(book, told, known, table))
    return parts


def _figure(book: Book, told: str, rows: list[Row], table: Grid) -> Figure:
    cells = [
        {
            "cohort": f"{book.shown.month(row['cohort_month'])} ({book.shown.count(row['cohort_size'])})",
            "step": row["step"],
            "share": row["share"],
            "words": book.shown.share(row["share"]),
        }
        for row in rows
    ]
    later = [row for row in rows if row["step"] == 1]
    newest = later[-1] if later else rows[-1]
    alt = book.say(
        "retention.alt",
        cohort=book.shown.month(newest["cohort_month"]),
        size=book.shown.count(newest["cohort_size"]),
        share=book.shown.share(newest["share"]),
        month=book.shown.month(newest["month"]),
    )
    return Figure(told, chart.heat(cells, book.wording.language), alt, (), table)


SECTION = Section("retention", READS, _build)
