"""How long a server asks us to wait, read from the headers of its answer.

Every network says it in its own way, so each picks its reader here. Put here: readers of response headers, pure.
Keep out: the waiting itself (`http.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

#: (response headers with lower-case names, present moment) → seconds to wait, or None when the server does not say.
RateReader = Callable[[Mapping[str, str], datetime], float | None]

#: What a reset that already lies in the past is worth: caches and mirrors serve old headers.
STALE_RESET_SECONDS: Final = 1.0

#: From here on a reset number is a unix time, below it can only be a count of seconds (1e9 = 2001-09-09).
_FIRST_EPOCH: Final = 1e9


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """`Retry-After` as seconds or as an HTTP date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = _number(value)
    if seconds is not None:
        return max(seconds, 0.0)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return _until(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now)


def reset_at(header: str) -> RateReader:
    """Reader of a reset *moment*: unix seconds (Bluesky `RateLimit-Reset`), ISO text (Mastodon `X-RateLimit-Reset`)."""
    name = header.lower()

    def read(headers: Mapping[str, str], now: datetime) -> float | None:
        value = headers.get(name, "").strip()
        epoch = _number(value)
        if epoch is not None:
            return max(epoch - now.timestamp(), STALE_RESET_SECONDS) if epoch >= _FIRST_EPOCH else None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return _until(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now)

    return read


def reset_in(header: str) -> RateReader:
    """Reader of *seconds to go* (Reddit `X-Ratelimit-Reset`)."""
    name = header.lower()

    def read(headers: Mapping[str, str], _now: datetime) -> float | None:
        seconds = _number(headers.get(name, "").strip())
        return None if seconds is None or seconds >= _FIRST_EPOCH else max(seconds, STALE_RESET_SECONDS)

    return read


def first_of(*readers: RateReader) -> RateReader:
    """The first reader that has an answer."""

    def read(headers: Mapping[str, str], now: datetime) -> float | None:
        return next((seconds for reader in readers if (seconds := reader(headers, now)) is not None), None)

    return read


def _number(value: str) -> float | None:
    digits = value.replace(".", "", 1)
    return float(value) if digits.isascii() and digits.isdigit() else None


def _until(moment: datetime, now: datetime) -> float:
    return max((moment - now).total_seconds(), STALE_RESET_SECONDS)
