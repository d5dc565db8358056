"""What a command tells at length, as data: titled sections of lines and small tables. Printing it is the commands' part.

Put here: that shape and how single values read. Keep out: what is told (`telling`, `explaining`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl


@dataclass(frozen=True)
class Section:
    """A title, lines under it, and a table where there are rows. `is_alarm`: something a person must act on."""

    title: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_alarm: bool = False


def table(title: str, frame: pl.DataFrame, empty: str, columns: Sequence[str] = ()) -> Section:
    """A section of a frame's rows; columns without any value are left out, `empty` is said where there are no rows."""
    shown = frame.select(columns) if columns else frame
    if shown.is_empty():
        return Section(title, (empty,))
    kept = [name for name in shown.columns if shown[name].null_count() < shown.height]
    return Section(title, (), tuple(kept), tuple(tuple(said(v) for v in row) for row in shown.select(kept).iter_rows()))


def facts(title: str, pairs: Iterable[tuple[str, object]], lines: Sequence[str] = ()) -> Section:
    """A section of names and values; what is unknown is left out."""
    return Section(title, tuple(lines), (), tuple((name, said(value)) for name, value in pairs if value is not None))


def evidence(told: Mapping[str, object]) -> str:
    """What a gate counted, without what is nothing."""
    return ", ".join(f"{name} {said(value)}" for name, value in told.items() if value not in (0, None, "", [])) or "none stated"


def said(value: object) -> str:
    """One value as people read it: '–' where it is unknown, times in UTC to the second."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:.6g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,}" if isinstance(value, int) else str(value)


def size(count: int) -> str:
    """Bytes as people read them."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
