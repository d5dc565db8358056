"""How values read in the report. Unknown is a dash, never 0."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlsplit

UNKNOWN = "–"


def count(value: float | None) -> str:
    """A count, exact below 100,000, then to three digits: 1.23 M."""
    if value is None:
        return UNKNOWN
    if abs(value) >= 1_000_000_000:
        return f"{value / 1_000_000_000:.3g} bn"
    if abs(value) >= 999_500:
        return f"{value / 1_000_000:.3g} M"
    return f"{value / 1000:.0f} k" if abs(value) >= 100_000 else f"{value:,.0f}"


def share(value: float | None) -> str:
    """A share in per cent; 100 % only when it is whole."""
    if value is None:
        return UNKNOWN
    digits = 0 if value in (0, 1) or value >= 10 else 2 if value < 0.1 or 0.9995 <= value < 1 else 1
    return f"{value:.{digits}%}".replace("%", "\u202f%")


def day(value: date | datetime | None) -> str:
    """A day, 1 Sep 2026."""
    return UNKNOWN if value is None else f"{value.day} {value:%b %Y}"


def words(name: str | None) -> str:
    """An identifier as words."""
    return UNKNOWN if name is None else name.replace("__", ": ").replace("_", " ")


def web_address(url: str | None) -> str | None:
    """The address if a browser may follow it; strangers also write javascript: and data: ones."""
    return url if url and urlsplit(url).scheme in ("http", "https") else None
