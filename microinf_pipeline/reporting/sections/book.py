"""What every section is built from, and what a section is.

Put here: the shape of a section and the small things all of them need. Keep out: what one section shows (its module).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from microinf_pipeline.catalog.needs import NEEDS
from microinf_pipeline.reporting.chart import Figure
from microinf_pipeline.reporting.definitions import Definitions
from microinf_pipeline.reporting.grid import Cell, Col, Grid, grid
from microinf_pipeline.reporting.published import PublishedTables, Reads, Row
from microinf_pipeline.reporting.shown import UNKNOWN, Shown, web_address
from microinf_pipeline.reporting.wording import Wording


@dataclass(frozen=True)
class Note:
    """A sentence."""

    text: str
    kind: str = "note"


@dataclass(frozen=True)
class Part:
    """Anything with a template of its own: `kind` names it, `shown` is what it draws."""

    kind: str
    shown: Any


Parts = Sequence[Grid | Figure | Note | Part]


@dataclass(frozen=True)
class Drawn:
    """A section ready for the page."""

    name: str
    title: str
    lead: str
    parts: Parts


class Book:
    """The tables, words and definitions of one page. `since`: when the last night of the report before had ended."""

    def __init__(self, tables: PublishedTables, wording: Wording, since: datetime | None = None) -> None:
        self.tables, self.wording, self.since = tables, wording, since
        self.definitions = Definitions(tables, wording)

    @property
    def shown(self) -> Shown:
        return self.wording.shown

    def say(self, name: str, **values: Any) -> str:
        return self.wording.say(name, **values)

    def grid(self, name: str, rows: Sequence[Row], columns: Sequence[Col], *, caption: str = "", note: str = "") -> Grid:
        """A table of these rows; its caption is the wording's, unless given."""
        return grid(
            name,
            caption or self.say(f"caption.{name}"),
            rows,
            columns,
            wording=self.wording,
            definitions=self.definitions,
            note=note,
        )

    @cached_property
    def brands(self) -> dict[str, Row]:
        """Brands by id, one's own first, then by name."""
        return {row["brand_id"]: row for row in self.tables.rows(_BRANDS)} if not self.tables.missing(BRAND_READS) else {}

    def brand(self, brand_id: str) -> str:
        """Name of a brand."""
        return self.brands[brand_id]["name"] if brand_id in self.brands else brand_id

    @cached_property
    def rivals(self) -> list[str]:
        """Ids of competitors' brands, whose rows ask nothing of us; never an empty list, which engines cannot type."""
        return ["", *(key for key, brand in self.brands.items() if brand["competitor_of"] is not None)]

    def number(self, name: str, value: float | None) -> str:
        """A value of a KPI or of what a goal names: per cent where its unit is a share, else whole where it is whole."""
        if self.definitions.is_share(name):
            return self.shown.share(value)
        is_whole = value is None or abs(value) >= 100 or float(value).is_integer()
        return self.shown.count(value) if is_whole else self.shown.decimal(value)

    def brand_cell(self, row: Row) -> Cell:
        return Cell(self.brand(row["brand_id"]))

    def person(self, row: Row) -> Cell:
        """Who a row is about: display name, handle and network; the id where neither is published."""
        handle, url = row.get("handle"), web_address(row.get("url"))
        name = row.get("display_name") or handle or row.get("creator_id") or UNKNOWN
        small = f"@{handle} · {row['network']}" if handle and handle != name else str(row["network"])
        return Cell(str(name), small=small, href=url)


BRAND_READS = {"core_brands": "brand_id name timezone competitor_of history_from"}
_BRANDS = """
    SELECT brand_id, name, timezone, competitor_of, history_from FROM core_brands
    ORDER BY competitor_of IS NOT NULL, name, brand_id
"""


@dataclass(frozen=True)
class Section:
    """A part of the page: its name in the wording, what it reads, and how it is built.

    An empty `build` means that there is nothing to show: the page then says `<name>.empty` and what its tables need from the
    configuration, so that no section vanishes.
    """

    name: str
    reads: Reads
    build: Callable[[Book], Parts]

    def drawn(self, book: Book) -> Drawn:
        """The section, or one sentence that says why it is empty."""
        lead = book.say(f"{self.name}.lead")
        missing = book.tables.missing(self.reads)
        parts: Parts = [Note(book.say("page.not_published", tables=", ".join(missing)))] if missing else self.build(book)
        return Drawn(self.name, book.say(f"{self.name}.title"), lead, parts or [Note(self._empty(book))])

    def _empty(self, book: Book) -> str:
        needed = [need for need in NEEDS if need.table in self.reads]
        keys = [book.wording.listed(need.keys, "or" if need.any_of else "and") for need in needed]
        return " ".join([book.say(f"{self.name}.empty"), *(book.say("page.needs", keys=key) for key in keys)])
