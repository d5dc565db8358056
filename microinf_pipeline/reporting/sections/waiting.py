"""Open mentions: who waits for the brand's answer, how long, and how they feel."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from microinf_pipeline.reporting import reasons
from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Parts, Section
from microinf_pipeline.reporting.sections.posts import flags, post, with_posts

READS = {"mart_open_mentions": "network post_id brand_id hours_open tier_at_post sentiment safety_flags why why_parts"}
_ROWS_SHOWN = 25

_OPEN = f"""
    SELECT brand_id, network, post_id, hours_open, tier_at_post, sentiment, safety_flags, why, why_parts FROM mart_open_mentions
    WHERE NOT list_contains($rivals, brand_id)
    ORDER BY hours_open DESC, brand_id, network, post_id LIMIT {_ROWS_SHOWN}
"""


def _build(book: Book) -> Parts:
    rows = with_posts(book.tables, book.tables.rows(_OPEN, rivals=book.rivals))
    if not rows:
        return []
    columns = [
        Col("post", lambda row: post(book, row)),
        Col("brand", book.brand_cell),
        Col("hours_open", "hours"),
        Col("tier_at_post", "value"),
        Col("sentiment", lambda row: mood(book, row)),
        Col("safety_flags", lambda row: flags(book, row)),
        Col("why", lambda row: Cell(reasons.listed(book.wording, row["why_parts"]))),
    ]
    return [book.grid("open_mentions", rows, columns)]


@cache
def feeling() -> float:
    """From this sentiment on a mention is called happy, from its negative on unhappy: the cut `why` rests on as well."""
    rules = tomllib.loads((files("microinf_pipeline") / "rules" / "kpis.toml").read_text(encoding="utf-8"))
    found: float = rules["feeling"]
    return found


def mood(book: Book, row: Row) -> Cell:
    """How the author feels, in a word, with the number behind it."""
    value, cut = row["sentiment"], feeling()
    name = "unknown" if value is None else "negative" if value <= -cut else "positive" if value >= cut else "neutral"
    return Cell(book.wording.value(f"mood_{name}"), small="" if value is None else book.shown.decimal(value))


SECTION = Section("waiting", READS, _build)
