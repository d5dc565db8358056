"""How values read in the report, in its language. Unknown is a dash, never 0.

Put here: numbers, days, money, addresses as text. Keep out: sentences (`wording`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from urllib.parse import urlsplit

Language = Literal["en", "de"]
UNKNOWN: Final = "–"
_NARROW: Final = "\u202f"

_MONTHS: Final = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "de": ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."],
}
_LARGE: Final = {"en": ("k", "M", "bn"), "de": ("Tsd.", "Mio.", "Mrd.")}
_GERMAN: Final = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Shown:
    """Values as a reader of one language expects them."""

    language: Language = "en"

    def count(self, value: float | None) -> str:
        """A count, exact below 100,000, then to three digits: 1.23 M."""
        if value is None:
            return UNKNOWN
        thousand, million, billion = _LARGE[self.language]
        if abs(value) >= 1_000_000_000:
            return self._local(f"{value / 1_000_000_000:.3g}{_NARROW}{billion}", unit=billion)
        if abs(value) >= 999_500:
            return self._local(f"{value / 1_000_000:.3g}{_NARROW}{million}", unit=million)
        if abs(value) >= 100_000:
            return f"{value / 1000:.0f}{_NARROW}{thousand}"
        return self._local(f"{value:,.0f}")

    def decimal(self, value: float | None, digits: int = 2) -> str:
        """A number with a fixed count of decimals."""
        return UNKNOWN if value is None else self._local(f"{value:,.{digits}f}")

    def share(self, value: float | None) -> str:
        """A share in per cent; 100 % only when it is whole."""
        if value is None:
            return UNKNOWN
        size = abs(value)
        digits = 0 if value in (0, 1) or size >= 10 else 2 if size < 0.1 or 0.9995 <= size < 1 else 1
        return self._local(f"{value:.{digits}%}").replace("%", f"{_NARROW}%")

    def money(self, value: float | None, currency: str | None) -> str:
        """An amount with its currency; whole from 1,000 on."""
        if value is None:
            return UNKNOWN
        digits = 0 if abs(value) >= 1000 or float(value).is_integer() else 2
        return f"{self._local(f'{value:,.{digits}f}')}{_NARROW}{currency or ''}".rstrip(_NARROW)

    def day(self, value: date | datetime | None) -> str:
        """A day: 1 Sep 2026, 1. Sep. 2026."""
        return UNKNOWN if value is None else f"{self._short(value)} {value.year}"

    def moment(self, value: datetime) -> str:
        """A moment of UTC, to the minute."""
        return f"{self.day(value)}, {value:%H:%M} UTC"

    def month(self, value: date | None) -> str:
        """A month: Sep 2026."""
        return UNKNOWN if value is None else f"{_MONTHS[self.language][value.month - 1]} {value.year}"

    def period(self, period: str, start: date) -> str:
        """A day, week or month by its first day: 24–30 Aug, Aug 2026."""
        if period == "month":
            return self.month(start)
        if period == "day":
            return self._short(start)
        end = start + timedelta(days=6)
        if start.month != end.month:
            return f"{self._short(start)} – {self._short(end)}"
        dot = "." if self.language == "de" else ""
        return f"{start.day}{dot}–{self._short(end)}"

    def hours(self, value: float | None) -> str:
        """A time span: hours, from two days on days."""
        if value is None:
            return UNKNOWN
        if value < 48:
            return f"{self._local(f'{value:.0f}')}{_NARROW}h"
        return f"{self._local(f'{value / 24:.0f}')}{_NARROW}{'d' if self.language == 'en' else 'Tagen'}"

    def _short(self, value: date) -> str:
        dot = "." if self.language == "de" else ""
        return f"{value.day}{dot} {_MONTHS[self.language][value.month - 1]}"

    def _local(self, english: str, unit: str = "") -> str:
        """Separators of the language; the unit keeps its own dots."""
        if self.language == "en":
            return english
        return english.removesuffix(unit).translate(_GERMAN) + unit


def words(name: str | None) -> str:
    """An identifier as words."""
    return UNKNOWN if name is None else name.replace("__", ": ").replace("_", " ")


def web_address(url: str | None) -> str | None:
    """The address if a browser may follow it; strangers also write javascript: and data: ones."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:  # brackets that hold no address
        return None
