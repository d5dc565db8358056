"""Share of voice: the brands of a set in the newest ended period, and how it went."""

from __future__ import annotations

from microinf_pipeline.reporting import chart
from microinf_pipeline.reporting.chart import Figure
from microinf_pipeline.reporting.grid import Cell, Col, Grid
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Parts, Section

READS = {
    "mart_share_of_voice": "brand_set_id brand_id network period period_start presence split_share engagement_share posts",
}
_PERIODS_SHOWN = 13

_SHARES = f"""
    SELECT brand_set_id, brand_id, period, period_start, split_share, presence, engagement_share, posts FROM mart_share_of_voice
    WHERE network = '*' AND period = $period
    QUALIFY dense_rank() OVER (PARTITION BY brand_set_id ORDER BY period_start DESC) <= {_PERIODS_SHOWN}
    ORDER BY brand_set_id, period_start DESC, split_share DESC NULLS LAST, brand_id
"""


def _build(book: Book) -> Parts:
    rows = next((found for period in ("week", "month", "day") if (found := book.tables.rows(_SHARES, period=period))), [])
    parts: list[Figure | Grid] = []
    for brand_set in dict.fromkeys(row["brand_set_id"] for row in rows):
        of_set = [row for row in rows if row["brand_set_id"] == brand_set]
        newest = of_set[0]["period_start"]
        told = book.say("voice.caption", set=brand_set, period=book.shown.period(of_set[0]["period"], newest))
        table = book.grid(
            f"share_of_voice_{brand_set}", [r for r in of_set if r["period_start"] == newest], _columns(book), caption=told
        )
        figure = _figure(book, brand_set, of_set)
        parts += [figure, table] if figure else [table]
    return parts


def _columns(book: Book) -> list[Col]:
    return [
        Col("brand", book.brand_cell),
        Col("split_share", lambda row: _split(book, row), define="share_of_voice_split", is_number=True),
        Col("presence", "share", define="share_of_voice_presence"),
        Col("engagement_share", "share", define="share_of_voice_engagement"),
        Col("posts", "count", define="voice_posts"),
    ]


def _split(book: Book, row: Row) -> Cell:
    return Cell(book.shown.share(row["split_share"]), bar=row["split_share"])


def _figure(book: Book, brand_set: str, rows: list[Row]) -> Figure | None:
    brands = list(dict.fromkeys(row["brand_id"] for row in rows))[: len(chart.SERIES)]
    drawn = [row for row in rows if row["brand_id"] in brands and row["split_share"] is not None]
    if len({row["period_start"] for row in drawn}) < chart.FEWEST_POINTS:
        return None
    points = [{"day": r["period_start"].isoformat(), "series": r["brand_id"], "value": r["split_share"]} for r in drawn]
    told = book.say("voice.chart", set=brand_set)
    newest = [
        f"{book.brand(row['brand_id'])} {book.shown.share(row['split_share'])}"
        for row in rows
        if row["period_start"] == rows[0]["period_start"]
    ]
    columns = [
        Col("period_start", "day"),
        Col("brand", book.brand_cell),
        Col("split_share", "share", define="share_of_voice_split"),
        Col("posts", "count", define="voice_posts"),
    ]
    return Figure(
        told,
        chart.lines(points, brands, book.wording.language),
        book.say("voice.chart_alt", set=brand_set, newest=book.wording.listed(newest)),
        tuple((book.brand(brand), chart.SERIES[n]) for n, brand in enumerate(brands)),
        book.grid(f"share_of_voice_history_{brand_set}", rows, columns, caption=told),
    )


SECTION = Section("voice", READS, _build)
