"""A table of the report: headings with their definitions, cells as text, and the same rows as a CSV.

Put here: from rows and columns to what the template draws. Keep out: which rows and columns (`sections`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from microinf_pipeline.reporting.csv_link import csv_text, data_address
from microinf_pipeline.reporting.definitions import Definition, Definitions
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.shown import UNKNOWN
from microinf_pipeline.reporting.wording import Wording


@dataclass(frozen=True)
class Cell:
    """What a cell shows; `hint` on hover, `small` below it, `href` makes it a link, `bar` from 0 to 1 draws one, a
    `definition` hangs on the text.
    """

    text: str
    hint: str = ""
    small: str = ""
    href: str | None = None
    bar: float | None = None
    definition: Definition | None = None


@dataclass(frozen=True)
class Col:
    """One column: a key of the rows, how it is shown, and which definition explains it (default: its own).

    `label`: its heading, where that is no entry of the wording.
    """

    name: str
    show: str | Callable[[Row], Cell] = "text"
    define: str = ""
    label: str = ""
    is_number: bool | None = None

    @property
    def css(self) -> str:
        """How its cells are set: n, t or w."""
        is_number = self.show in _NUMBERS if self.is_number is None else self.is_number
        return "n" if is_number else "w" if self.name in _WORDY else "t"


_WORDY = ("why", "evidence", "post")
_NUMBERS = ("count", "share", "hours", "decimal")


@dataclass(frozen=True)
class Heading:
    """The heading of a column; `css` is the class of its cells: n a number, t a text, w a text of many words."""

    label: str
    definition: Definition | None
    css: str


@dataclass(frozen=True)
class Grid:
    """A table ready to be drawn. `note` stands below it, `folded` is what opens it; `csv` is the address of its rows,
    `file` their file's name.
    """

    name: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    csv: str
    file: str
    note: str = ""
    folded: str = ""
    kind: str = "grid"


def grid(
    name: str,
    caption: str,
    rows: Sequence[Row],
    columns: Sequence[Col],
    *,
    wording: Wording,
    definitions: Definitions,
    note: str = "",
) -> Grid:
    """A table of the rows. The CSV holds every key of the rows, as published, not as shown; keys that begin with '_' serve
    the cells alone.
    """
    headings = tuple(Heading(c.label or definitions.label(c.name), definitions.of(c.define or c.name), c.css) for c in columns)
    cells = tuple(tuple(_cell(column, row, wording) for column in columns) for row in rows)
    keys = [key for key in rows[0] if not key.startswith("_")] if rows else [c.name for c in columns]
    text = csv_text(keys, [[row[key] for key in keys] for row in rows])
    return Grid(name, caption, headings, cells, data_address(text), f"{name}.csv", note)


def _cell(column: Col, row: Row, wording: Wording) -> Cell:
    if callable(column.show):
        return column.show(row)
    return Cell(as_text(row[column.name], column.show, wording))


def as_text(value: object, show: str, wording: Wording) -> str:
    """A value as text, the way a column says: count, share, day, moment, month, hours, decimal, value, text."""
    if value is None:
        return UNKNOWN
    if show == "text":
        return str(value)
    if show == "value":
        return wording.value(str(value))
    told: str = getattr(wording.shown, show)(value)
    return told
