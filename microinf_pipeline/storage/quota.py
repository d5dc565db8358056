"""What a source has spent of what its network counts, across runs, in the network's own days.

A quota outlives a night: a second run, or a replayed capture, meets what the first one left. Put here: allowances, their
windows and the file that remembers. Keep out: what costs how much (each network's own requests).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import QuotaState
from microinf_pipeline.errors import BrokenStateError, BudgetSpentError


class Window(Protocol):
    """The time an allowance is counted over."""

    def start(self, now: datetime) -> datetime: ...
    def resets(self, now: datetime, oldest: datetime, /) -> datetime: ...


@dataclass(frozen=True)
class Daily:
    """A calendar day in the network's time zone."""

    zone: str = "UTC"

    def start(self, now: datetime) -> datetime:
        local = now.astimezone(ZoneInfo(self.zone))
        return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

    def resets(self, now: datetime, _oldest: datetime) -> datetime:
        return self.start(self.start(now) + timedelta(hours=36))  # of the next day, however long this one is


@dataclass(frozen=True)
class Monthly:
    """A calendar month in the network's time zone."""

    zone: str = "UTC"

    def start(self, now: datetime) -> datetime:
        local = now.astimezone(ZoneInfo(self.zone))
        return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

    def resets(self, now: datetime, _oldest: datetime) -> datetime:
        return self.start(self.start(now) + timedelta(days=35))


@dataclass(frozen=True)
class Rolling:
    """The last so many days, counted from each spending."""

    days: int

    def start(self, now: datetime) -> datetime:
        return now - timedelta(days=self.days)

    def resets(self, _now: datetime, oldest: datetime) -> datetime:
        return oldest + timedelta(days=self.days)


@dataclass(frozen=True)
class Allowance:
    """So much of a unit in each window."""

    amount: int
    window: Window


@dataclass(frozen=True)
class _Spent:
    at: datetime
    amount: int
    key: str | None


class QuotaFile:
    """A `Quota` kept in a small file of the home. One process at a time writes it: the one that holds the home."""

    def __init__(self, path: Path, allowances: Mapping[str, Allowance]) -> None:
        self._path, self._allowances = path, allowances
        self._spent: dict[str, list[_Spent]] = {}
        self._read: tuple[int, int] | None = None  # which file was read or written last

    def left(self, unit: str) -> int | None:
        """What may still be spent now; None where nothing bounds the unit."""
        allowance = self._allowances.get(unit)
        return None if allowance is None else max(0, allowance.amount - sum(one.amount for one in self._counted(unit)))

    def spend(self, unit: str, amount: int = 1, key: str | None = None, /) -> None:
        """Note it before the request. A `key` that was spent within the window costs nothing. Raises BudgetSpentError."""
        left = self.left(unit)
        if left is None or (key is not None and self.is_paid(unit, key)):
            return
        if amount > left:
            raise BudgetSpentError(self._told(unit), where=str(self._path))
        self._note(unit, amount, key)

    def is_paid(self, unit: str, key: str) -> bool:
        """Whether spending on this key is free now: it was spent on within the window."""
        return any(one.key == key for one in self._counted(unit))

    def exhausted(self, unit: str) -> None:
        """The network says nothing is left, whatever was counted here: other programs spend, too."""
        left = self.left(unit)
        if left:
            self._note(unit, left, None)

    def states(self) -> tuple[QuotaState, ...]:
        """Every allowance, for a plan."""
        return tuple(self._state(unit) for unit in self._allowances)

    def _state(self, unit: str) -> QuotaState:
        allowance, now = self._allowances[unit], clock.now()
        oldest = min((one.at for one in self._counted(unit)), default=now)
        return QuotaState(unit, allowance.amount, self.left(unit) or 0, allowance.window.resets(now, oldest))

    def _told(self, unit: str) -> str:
        state = self._state(unit)
        return f"the allowance of {state.amount:,} {unit} is used up; it comes back at {state.resets_at:%Y-%m-%d %H:%M} UTC"

    def _counted(self, unit: str) -> list[_Spent]:
        start = self._allowances[unit].window.start(clock.now())
        return [one for one in self._all().get(unit, ()) if one.at >= start]

    def _note(self, unit: str, amount: int, key: str | None) -> None:
        now = clock.now().replace(second=0, microsecond=0)
        counted = self._counted(unit)
        same = [one for one in counted if one.key is None and key is None and one.at == now]
        rest = [one for one in counted if one not in same]
        self._all()[unit] = [*rest, _Spent(now, amount + sum(one.amount for one in same), key)]
        self._write()

    def _all(self) -> dict[str, list[_Spent]]:
        """What was spent; read again where another source, which shares the quota, has written since."""
        written = self._version()
        if written is not None and written != self._read:
            self._spent, self._read = self._kept(), written
        return self._spent

    def _version(self) -> tuple[int, int] | None:
        try:
            told = self._path.stat()
        except FileNotFoundError:
            return None
        return told.st_ino, told.st_mtime_ns

    def _kept(self) -> dict[str, list[_Spent]]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                unit: [_Spent(datetime.fromisoformat(at), amount, key) for at, amount, key in spent]
                for unit, spent in kept.items()
            }
        except (ValueError, TypeError, AttributeError) as error:  # a power cut may leave an empty file
            raise BrokenStateError(
                "what was spent of a network's quota cannot be read", where=str(self._path),
                fix="delete the file: counting begins anew, and the network counts as well",
            ) from error  # fmt: skip

    def _write(self) -> None:
        """Swapped in, but not forced to disk: it is written at every request, and the network counts as well."""
        rows = {unit: [(one.at.isoformat(), one.amount, one.key) for one in spent] for unit, spent in self._all().items()}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_name(f".{self._path.name}")
        aside.write_text(json.dumps(rows), encoding="utf-8")
        aside.replace(self._path)
        self._read = self._version()
