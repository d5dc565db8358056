"""A table as a CSV that is part of the page: a `data:` address behind a link, no script and no server.

Put here: cells a spreadsheet cannot take for a formula, and the address. Keep out: which rows (`grid`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import quote

#: A cell that begins so is a formula, or hides one behind white space that spreadsheets strip (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(value: Any) -> Any:
    """The value as a spreadsheet may read it: text that would run gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV with a heading line; empty = unknown. A byte-order mark lets spreadsheets see that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([plain_cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def data_address(text: str) -> str:
    """The text as a `data:` address."""
    return "data:text/csv;charset=utf-8," + quote(text, safe="/:;,?@$!*()~'")
