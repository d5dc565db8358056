"""Disclosure: per jurisdiction how posts with a known connection say so, and the gaps to close."""

from __future__ import annotations

from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Parts, Section
from microinf_pipeline.reporting.sections.posts import post, with_posts

READS = {
    "mart_disclosure": (
        "network post_id brand_id jurisdiction connection_type connection_known verdict rule_id label_found char_offset line_no"
    ),
}
_GAPS_SHOWN = 20

#: K13: not_assessable, posts without a connection and the brand's own are not in the denominator.
_RATES = """
    SELECT brand_id, jurisdiction,
        count(*) FILTER (WHERE connection_known AND connection_type <> 'owned' AND verdict <> 'not_assessable') AS known,
        count(*) FILTER (WHERE connection_known AND connection_type <> 'owned' AND verdict = 'adequate') AS adequate,
        count(*) FILTER (WHERE verdict = 'weak') AS weak, count(*) FILTER (WHERE verdict = 'missing') AS missing,
        count(*) FILTER (WHERE verdict = 'not_assessable') AS not_assessable,
        adequate / nullif(known, 0) AS disclosure_rate
    FROM mart_disclosure WHERE NOT list_contains($rivals, brand_id)
    GROUP BY brand_id, jurisdiction ORDER BY brand_id, jurisdiction
"""
_GAPS = f"""
    WITH gaps AS (
        SELECT brand_id, network, post_id, connection_type, min(verdict) AS verdict,
            string_agg(DISTINCT jurisdiction, ', ' ORDER BY jurisdiction) AS jurisdictions, min(rule_id) AS rule_id,
            max(label_found) AS label_found
        FROM mart_disclosure
        WHERE verdict IN ('missing', 'weak') AND NOT list_contains($rivals, brand_id)
        GROUP BY brand_id, network, post_id, connection_type
    )
    SELECT * FROM gaps ORDER BY verdict <> 'missing', brand_id, network, post_id, connection_type LIMIT {_GAPS_SHOWN}
"""


def _build(book: Book) -> Parts:
    rates = book.tables.rows(_RATES, rivals=book.rivals)
    if not rates:
        return []
    columns = [
        Col("brand", book.brand_cell),
        Col("jurisdiction", "value"),
        Col("disclosure_rate", lambda row: _rate(book, row), is_number=True),
        Col("known", "count"),
        Col("adequate", "count"),
        Col("weak", "count"),
        Col("missing", "count"),
        Col("not_assessable", "count"),
    ]
    gaps = with_posts(book.tables, book.tables.rows(_GAPS, rivals=book.rivals))
    gap_columns = [
        Col("post", lambda row: post(book, row)),
        Col("brand", book.brand_cell),
        Col("verdict", "value"),
        Col("jurisdictions"),
        Col("connection_type", "value"),
        Col("label_found"),
        Col("rule_id"),
    ]
    return [book.grid("disclosure", rates, columns), *([book.grid("disclosure_gaps", gaps, gap_columns)] if gaps else [])]


def _rate(book: Book, row: Row) -> Cell:
    return Cell(book.shown.share(row["disclosure_rate"]), small=f"n = {book.shown.count(row['known'])}")


SECTION = Section("disclosure", READS, _build)
