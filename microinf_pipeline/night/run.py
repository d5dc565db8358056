"""The run of one or several nights: what it works on, and the set of days it touches.

Put here: the state that stages share. Keep out: what stages do (`capturing`, `observing`, `building`, `accepting`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from microinf_pipeline import clock
from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.quality.verdict import Verdict
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage import tombstones
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.lake import Candidate
from microinf_pipeline.storage.partitions import month_of
from microinf_pipeline.storage.tombstones import Tombstones


@dataclass
class Touched:
    """Days whose rows may differ after tonight, found before anything is written (interface, rules of time 7)."""

    days: set[date] = field(default_factory=set)  # UTC days of posts
    account_months: set[str] = field(default_factory=set)  # months of observations of accounts
    more_mart_days: set[date] = field(default_factory=set)  # brand-local days beyond those the posts' days overlap
    copy_months: set[str] = field(default_factory=set)  # months of posts whose copies are looked for anew
    everything: bool = False  # a rebuild
    only_months: set[str] = field(default_factory=set)  # of a rebuild: these months of posts; empty = all

    @property
    def post_months(self) -> set[str]:
        return {month_of(day) for day in self.days}

    @property
    def mart_days(self) -> set[date]:
        """A UTC day overlaps the local days before, on and after it."""
        around = {day + timedelta(days=shift) for day in self.days for shift in (-1, 0, 1)}
        return around | self.more_mart_days

    @property
    def mart_months(self) -> set[str]:
        return {month_of(day) for day in self.mart_days}

    @property
    def period_months(self) -> set[str]:
        """Months in which a day, week or month begins that holds a touched local day."""
        return {month_of(day - timedelta(days=shift)) for day in self.mart_days for shift in (0, 6)}


@dataclass
class NightRun:
    """One run. `nights` are ascending; more than one makes a batch that is accepted or refused whole."""

    settings: Settings
    home: Home
    nights: tuple[date, ...]
    engine: Engine
    candidate: Candidate
    recapture: bool = False
    replay: bool = False  # never talk to a source
    touched: Touched = field(default_factory=Touched)
    verdicts: list[Verdict] = field(default_factory=list)
    rows_read: int = 0
    refused: Counter[tuple[str, str, str, date]] = field(default_factory=Counter)  # origin, table, reason, night → rows
    removal: bool = False  # nothing is captured or delivered: stored rows are taken away
    aged_on: date | None = None  # the night by whose end rows are too old; None: the last one
    expired: bool = False  # stored rows were too old to be kept
    withdrawn: tuple[Any, ...] = ()  # posts whose words raw has to lose after the promotion (`withdrawing.Withdrawn`)
    changed_nights: set[str] = field(default_factory=set)  # earlier nights whose stored rows are others now
    tombstones: Tombstones = field(default_factory=lambda: Tombstones(b""))

    @property
    def night_keys(self) -> set[str]:
        return {night.isoformat() for night in self.nights}

    @property
    def as_of_night(self) -> date:
        """The last night the marts look at: of the accepted ones and this run's."""
        return max([*self.nights, *self.accepted_nights])

    @property
    def accepted_nights(self) -> list[date]:
        return [date.fromisoformat(night) for night in self.candidate.before.nights]

    def params(self) -> dict[str, object]:
        """What models bind."""
        from microinf_pipeline.night.model_runs import parameters

        given = {"window_days": self.settings.copies.window_days}
        return parameters(clock.night_end(self.as_of_night).replace(tzinfo=None)) | given


def open_run(
    settings: Settings, engine: Engine, nights: Iterable[date], *, recapture: bool = False, replay: bool = False,
    older: bool = False,
) -> NightRun:  # fmt: skip
    """A run over the accepted state of the settings' home; `older`: though its format is an older one.

    Raises FixConfigurationError where people were erased and the home's key is missing.
    """
    home = Home(settings.home)
    candidate = Candidate(home.lake, older=older)
    return NightRun(
        settings, home, tuple(sorted(nights)), engine, candidate, recapture=recapture, replay=replay,
        tombstones=tombstones.load(home),
    )  # fmt: skip


def engine_of(settings: Settings) -> Engine:
    """An engine as configured, of its own: whoever asks for it closes it."""
    choice = settings.engine
    return DuckDBEngine.in_memory(
        memory_limit=choice.memory_limit, threads=choice.threads or os.cpu_count() or 1, spill=Home(settings.home).spill
    )
