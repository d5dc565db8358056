"""Posts as rows of the report show them: whose, when, the first words, a link.

Put here: what several sections show of a post. Keep out: metrics and verdicts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from microinf_pipeline.reporting.grid import Cell
from microinf_pipeline.reporting.published import PublishedTables, Row
from microinf_pipeline.reporting.sections.book import Book
from microinf_pipeline.reporting.shown import UNKNOWN, web_address

READS = {"core_posts": "network post_id handle url title text created_at engagements status"}
_EXCERPT = 110

#: What is deleted or protected is not shown again, only that it was there.
_POSTS = f"""
    SELECT network, post_id, handle, created_at, engagements, status,
        CASE WHEN status IN ('available', 'edited', 'unknown') THEN url END AS url,
        CASE WHEN status IN ('available', 'edited', 'unknown') THEN left(coalesce(text, title), {_EXCERPT + 1}) END AS excerpt
    FROM core_posts WHERE (network || '/' || post_id) IN (SELECT unnest($posts))
"""


def with_posts(tables: PublishedTables, rows: Sequence[Row]) -> list[Row]:
    """The rows with handle, created_at, url and excerpt of each row's post; unknown where core tables are not published."""
    keys = sorted({f"{row['network']}/{row['post_id']}" for row in rows})
    found: dict[tuple[str, str], Row] = {}
    if keys and not tables.missing(READS):
        found = {(one["network"], one["post_id"]): one for one in tables.rows(_POSTS, posts=keys)}
    nobody = {"handle": None, "created_at": None, "engagements": None, "status": None, "url": None, "excerpt": None}
    return [row | (found.get((row["network"], row["post_id"])) or nobody) for row in rows]


def post(book: Book, row: Row) -> Cell:
    """The first words of a post, linked; below them whose it is and when."""
    text = " ".join((row["excerpt"] or "").split())
    if len(text) > _EXCERPT:
        text = f"{text[:_EXCERPT].rstrip()} …"
    author = f"@{row['handle']}" if row["handle"] else ""
    small = " · ".join(part for part in (author, row["network"], book.shown.day(row["created_at"])) if part)
    return Cell(text or row["post_id"], small=small, href=web_address(row["url"]))


def flags(book: Book, row: Row) -> Cell:
    """Brand-safety flags as words; unknown until they are computed."""
    given = row["safety_flags"]
    if given is None:
        return Cell(UNKNOWN)
    return Cell(", ".join(book.wording.value(flag) for flag in json.loads(given)) or book.say("page.none"))
