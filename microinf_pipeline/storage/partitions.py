"""Names of partitions: months of a table's day, nights for deliveries. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from microinf_pipeline.catalog.model import Layer, Table

WHOLE = "all"


def month_of(day: date) -> str:
    """'2026-09' for any of its days."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """First day of '2026-09'."""
    return date(int(month[:4]), int(month[5:7]), 1)


def neighbours(months: Iterable[str]) -> set[str]:
    """The months and those before and after each."""
    around = set()
    for month in months:
        first = first_day(month)
        around |= {month, month_of(first - timedelta(days=1)), month_of(first + timedelta(days=32))}
    return around


def is_by_night(table: Table) -> bool:
    """Deliveries are kept by the night that brought them, so that a night replaces its own and no others."""
    return table.layer is Layer.OBSERVED or table.partition_by == "night"


def night_key(night: date, month: str = "") -> str:
    """'2026-09-01' or '2026-09-01/2026-08' (night, month of the post)."""
    return f"{night.isoformat()}/{month}" if month else night.isoformat()


def night_of(key: str) -> str:
    return key[:10]


def month_in(key: str) -> str:
    """The month a partition's rows lie in: of the post where the key says so, else of the night."""
    return key[11:] if len(key) > 10 else key[:7]
