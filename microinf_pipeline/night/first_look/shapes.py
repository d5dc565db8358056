"""What values look like: times, counts, addresses, names, texts. Pure functions over some values of a column.

Put here: recognising a shape, and reading one value of it for a preview. Keep out: names of columns (`guess`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

_COMPACT: Final = re.compile(r"^~?\s*([\d.,\s]*\d)\s*([kKmMbB]?)\s*$")
_ISO: Final = re.compile(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$")
_TIMES: Final = (
    "%a %b %d %H:%M:%S %z %Y", "%Y-%m-%d %H:%M:%S %z", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y",
    "%m/%d/%Y %I:%M %p", "%b %d, %Y %I:%M %p", "%b %d, %Y", "%d %b %Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d",
)  # fmt: skip
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800  # 2000 and 2100, unix seconds
_FACTOR: Final = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}


def share(values: Sequence[str], holds: Callable[[str], bool]) -> float:
    """Share of the values for which something holds; 0 for no values."""
    return sum(map(holds, values)) / len(values) if values else 0.0


def is_url(value: str) -> bool:
    return re.match(r"^https?://[^\s/]+\.[^\s]+$|^(www\.)?[a-z0-9-]+\.(com|app|tv|be)/\S+$", value.strip()) is not None


def is_handle(value: str) -> bool:
    """One word of the characters handles have."""
    return re.match(r"^@?[\w.-]{1,60}(@[\w.-]+)?$", value.strip()) is not None and not is_whole_number(value)


def is_id(value: str) -> bool:
    """One word; never a count with a unit, nor an address of the web."""
    return re.match(r"^(at://)?[\w./:=+-]{1,200}$", value.strip()) is not None and not re.match(r"^\d\.?\d*e\+", value.lower())


def is_whole_number(value: str) -> bool:
    return value.strip().removeprefix("-").isdecimal()


def is_language(value: str) -> bool:
    return re.match(r"^[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?$", value.strip()) is not None


def is_flag(value: str) -> bool:
    return value.strip().casefold() in {"true", "false", "0", "1", "yes", "no", "ja", "nein", "wahr", "falsch"}


def count_form(values: Sequence[str], *, named: bool = False) -> str | None:
    """How counts are written: 'number', 'compact_number' (221.7K; 1,234), or None if too few of them are counts: of a
    column whose name says so fewer need be."""
    if share(values, lambda v: _COMPACT.match(v) is not None) < _needed(named=named):
        return None
    return "number" if all(re.match(r"^\d+(\.0+)?$", v.strip()) for v in values) else "compact_number"


def _needed(*, named: bool) -> float:
    return 0.5 if named else 0.95


def time_form(values: Sequence[str], *, named: bool = False) -> str | None:
    """How most times are written: unix_seconds, unix_millis, iso, or a strptime format; None if too few of them are
    times: of a column whose name says so fewer need be."""
    if not values:
        return None
    if all(re.match(r"^\d{9,13}(\.\d+)?$", v.strip()) for v in values):
        seconds = [float(v) for v in values]
        if all(_EARLIEST <= s < _LATEST for s in seconds):
            return "unix_seconds"
        return "unix_millis" if all(_EARLIEST <= s / 1000 < _LATEST for s in seconds) else None
    shares = {form: share(values, lambda v, form=form: read_time(v, form) is not None) for form in ("iso", *_TIMES)}  # type: ignore[misc]
    best = max(shares, key=lambda form: shares[form])
    return best if shares[best] >= _needed(named=named) else None


def read_time(value: str, form: str) -> datetime | None:
    """The time, aware, in UTC (one that states no zone is UTC); None if it cannot be read."""
    text = value.strip()
    try:
        if form in ("unix_seconds", "unix_millis"):
            return datetime.fromtimestamp(float(text) / (1 if form == "unix_seconds" else 1000), UTC)
        if form == "iso":
            return _in_utc(datetime.fromisoformat(text)) if _ISO.match(text) else None
        return _in_utc(datetime.strptime(text, form))  # noqa: DTZ007  # the zone is added where the text states none
    except (ValueError, OverflowError, OSError):
        return None


def _in_utc(read: datetime) -> datetime:
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def read_count(value: str) -> int | None:
    """1234, '1,234', '221.7K', '1.3M' as a number; None if it is none."""
    found = _COMPACT.match(value)
    if not found:
        return None
    digits, unit = found[1].replace(" ", ""), found[2].casefold()
    if re.match(r"^\d{1,3}([.,]\d{3})+$", digits) and not unit:
        return int(re.sub(r"[.,]", "", digits))
    try:
        return round(float(digits.replace(",", ".")) * _FACTOR[unit])
    except ValueError:
        return None
