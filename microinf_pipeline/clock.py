"""The only reader of the time. Times are UTC and aware; a night is a UTC day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def last_closed_night() -> date:
    """The newest night that can be run: yesterday in UTC."""
    return now().date() - timedelta(days=1)


def night_start(night: date) -> datetime:
    """First moment of the night, inclusive."""
    return datetime(night.year, night.month, night.day, tzinfo=UTC)


def night_end(night: date) -> datetime:
    """End of the night, exclusive."""
    return night_start(night) + timedelta(days=1)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the time still (tests and the demo)."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
