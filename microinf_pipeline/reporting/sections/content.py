"""The content library: posts worth showing on the brand's channels, and whether the brand may."""

from __future__ import annotations

from microinf_pipeline.reporting import reasons
from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Parts, Section
from microinf_pipeline.reporting.sections.posts import flags, post, with_posts
from microinf_pipeline.reporting.shown import UNKNOWN

READS = {
    "mart_content_library": (
        "network post_id brand_id why why_parts is_proposed rights_status rights_until safety_flags amplified_on amplified_by "
        "uplift_72h uplift_control"
    ),
}
_ROWS_SHOWN = 20

_LIBRARY = f"""
    WITH sorted AS (
        SELECT brand_id, network, post_id, rights_status, rights_until, safety_flags, amplified_on, amplified_by, uplift_72h,
            uplift_control, why, why_parts, row_number() OVER (
                PARTITION BY brand_id ORDER BY amplified_on IS NOT NULL, NOT is_proposed, coalesce(safety_flags, '[]') <> '[]',
                    rights_status IS DISTINCT FROM 'granted', network, post_id
            ) AS place
        FROM mart_content_library
        WHERE NOT list_contains($rivals, brand_id)
    )
    SELECT * EXCLUDE (place) FROM sorted WHERE place <= {_ROWS_SHOWN} ORDER BY brand_id, place
"""


def _build(book: Book) -> Parts:
    rows = with_posts(book.tables, book.tables.rows(_LIBRARY, rivals=book.rivals))
    if not rows:
        return []
    columns = [
        Col("post", lambda row: post(book, row)),
        Col("brand", book.brand_cell),
        Col("engagements", "count"),
        Col("rights_status", lambda row: _rights(book, row)),
        Col("safety_flags", lambda row: flags(book, row)),
        Col("amplified_on", lambda row: _amplified(book, row)),
        Col("uplift_72h", lambda row: _uplift(book, row), is_number=True),
        Col("why", lambda row: Cell(reasons.listed(book.wording, row["why_parts"]))),
    ]
    return [book.grid("content_library", rows, columns)]


def _rights(book: Book, row: Row) -> Cell:
    until = book.say("content.until", day=book.shown.day(row["rights_until"])) if row["rights_until"] else ""
    return Cell(book.wording.value(row["rights_status"]), small=until)


def _amplified(book: Book, row: Row) -> Cell:
    if row["amplified_on"] is None:
        return Cell(book.say("content.not_yet"))
    return Cell(book.shown.day(row["amplified_on"]), small=f"@{row['amplified_by']}" if row["amplified_by"] else "")


def _uplift(book: Book, row: Row) -> Cell:
    if row["uplift_72h"] is None:
        return Cell(UNKNOWN)
    beside = (
        book.say("content.control", value=book.shown.count(row["uplift_control"])) if row["uplift_control"] is not None else ""
    )
    return Cell(book.shown.count(row["uplift_72h"]), small=beside)


SECTION = Section("content", READS, _build)
