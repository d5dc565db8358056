"""Freezing, drawing and verifying a contest: what `microinf draw` does, under the home's lock.

Put here: what is refused, and the order of things. Keep out: arithmetic and protocol (`contests`), files (`storage`), whether
a source is complete enough (`contest_gaps`), what stands in the way (`contest_refusals`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from microinf_pipeline import clock
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.contests import protocol
from microinf_pipeline.contests.beacons import Beacon, drand_round, read_value, stated_value
from microinf_pipeline.contests.jury import totals_of
from microinf_pipeline.contests.leaves import leaf_of, root_of
from microinf_pipeline.contests.protocol import Draw, Freeze, Gap
from microinf_pipeline.errors import FixConfigurationError, RefusedError
from microinf_pipeline.night.contests.gaps import gaps_of
from microinf_pipeline.night.contests.jury import points_of
from microinf_pipeline.night.contests.records import FrozenEntry, draw_of, entries_of, folder_of, freeze_of
from microinf_pipeline.night.contests.refusals import (
    eligible_entries,
    refuse_early,
    refuse_faults,
    refuse_gaps,
    refuse_open_reviews,
    refused_entries,
)
from microinf_pipeline.night.contests.tables import promote_and_publish, refresh
from microinf_pipeline.night.run import NightRun, engine_of, open_run
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.events import Contest
from microinf_pipeline.settings.fields import nearest
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.home import Home


def freeze(
    settings: Settings, contest_id: str, *, beacon: str = "drand", beacon_at: datetime | None = None, reason: str | None = None
) -> Freeze:
    """Fix who may win: leaves, root, count, and the public value that will decide. Published at once.

    `beacon`: drand, drand-default, or in words a value that is known from `beacon_at` on. Raises RefusedError while the
    contest runs, a review is open, nobody may win, it is frozen already, or a required source is not complete by its own
    stated total and no `reason` is given, which the protocol then prints.
    """
    contest = _contest(settings, contest_id)
    with _opened(settings, f"freeze {contest_id}") as run:
        folder = folder_of(run.home, contest_id)
        if freeze_of(folder) is not None:
            raise RefusedError(
                "the contest is frozen already",
                where=str(folder.path),
                fix="a contest is frozen once; draw it, or announce another",
            )
        refuse_early(run, contest)
        refresh(run)
        refuse_open_reviews(run, contest_id)
        entries = eligible_entries(run, contest_id)
        gaps = gaps_of(run, contest)
        refuse_gaps(gaps, reason)
        frozen = _freeze(run, contest, entries, gaps, reason, _beacon(contest, beacon, beacon_at))
        leaves = sorted(entry.leaf for entry in entries)
        folder.write_entries(msgspec.json.encode(entries))
        folder.write_public({protocol.LEAVES: protocol.lines(leaves), protocol.FREEZE: protocol.written(frozen)})
        refresh(run)
        promote_and_publish(run, settings)
    return frozen


def draw(settings: Settings, contest_id: str, *, value: str | None = None) -> Draw:
    """Winners and alternates, by the beacon's value or by the points of the jury. Published at once, and final.

    Raises RefusedError before the freeze, before the beacon's time, for a contest drawn already, for points that leave a place
    open; FixConfigurationError without a value, or for one that cannot be the beacon's.
    """
    _contest(settings, contest_id)
    with _opened(settings, f"draw {contest_id}") as run:
        folder = folder_of(run.home, contest_id)
        frozen = freeze_of(folder)
        if frozen is None:
            raise RefusedError(
                "the contest is not frozen", where=contest_id, fix=f"microinf draw {contest_id} freeze, and wait for the beacon"
            )
        if draw_of(folder) is not None:
            raise RefusedError("the contest is drawn already", where=str(folder.path), fix=f"microinf draw {contest_id} verify")
        refuse_faults(contest_id, folder.public())
        published = folder.public()
        leaves, commitment = published[protocol.LEAVES].decode().split(), protocol.commitment_of(published[protocol.FREEZE])
        if frozen.beacon is None:
            totals = totals_of(points_of(settings, contest_id, entries_of(folder)))
            drawn, order = protocol.draw_by_jury(frozen, commitment, totals, _now())
        else:
            known = read_value(frozen.beacon, _given(value, frozen.beacon), clock.now())
            drawn, order = protocol.draw_by_lot(frozen, commitment, leaves, known, _now())
        folder.write_public({protocol.ORDER: protocol.lines(order), protocol.DRAW: protocol.written(drawn)})
        refresh(run)
        promote_and_publish(run, settings)
    return drawn


def verify(settings: Settings, contest_id: str) -> dict[str, int]:
    """Recompute everything of a contest's record: leaves from entries and salts, root, seed, order, places. Takes no lock.

    Returns what was counted: leaves, entries behind them, places. Raises RefusedError that says what does not hold.
    """
    _contest(settings, contest_id)
    folder = folder_of(Home(settings.home), contest_id)
    frozen = freeze_of(folder)
    if frozen is None:
        raise RefusedError("the contest is not frozen", where=contest_id, fix=f"microinf draw {contest_id} freeze")
    public, entries, drawn = folder.public(), entries_of(folder), draw_of(folder)
    refuse_faults(contest_id, public)
    leaves = set(public[protocol.LEAVES].decode().split())
    strange = [
        entry
        for entry in entries
        if entry.leaf not in leaves
        or leaf_of(bytes.fromhex(entry.salt), contest_id, entry.network, entry.post_id) != entry.leaf
    ]
    if strange:
        raise RefusedError(
            f"{len(strange)} of the kept entries are not those that were frozen",
            where=str(folder.path),
            fix="restore the folder from a backup",
        )
    return {"leaves": len(leaves), "entries": len(entries), "places": len(drawn.places) if drawn else 0}


def _contest(settings: Settings, contest_id: str) -> Contest:
    known = {contest.id: contest for contest in settings.contests}
    if contest_id not in known:
        close = nearest(contest_id, known)
        hint = f" — did you mean '{close}'?" if close else ""
        raise FixConfigurationError(
            f"there is no contest '{contest_id}'{hint}", where="contests:", fix=f"contests here: {', '.join(known) or 'none'}"
        )
    return known[contest_id]


@contextmanager
def _opened(settings: Settings, what: str) -> Iterator[NightRun]:
    home = Home(settings.home)
    with home.locked(what):
        engine = engine_of(settings)
        try:
            accepted = [date.fromisoformat(night) for night in states.load(home.lake).nights]
            if not accepted:
                raise FixConfigurationError("no night has been accepted yet", where=str(home.lake), fix="microinf run")
            yield open_run(settings, engine, accepted[-1:])
        finally:
            engine.close()


def _beacon(contest: Contest, named: str, known_from: datetime | None) -> Beacon | None:
    """The value that will decide; none where a jury does."""
    if contest.method == "jury":
        return None
    rules, now = _rules(), clock.now()
    delay = timedelta(minutes=rules["beacon_delay_minutes"])
    networks = {"drand": "quicknet", **{f"drand-{name}": name for name in rules["drand"]}}
    if named in networks:
        return drand_round(rules["drand"][networks[named]], networks[named], max(now + delay, known_from or now))
    if known_from is None:
        raise FixConfigurationError(
            "from when on will the beacon's value be known?", where=f"--beacon {named}",
            fix=f"add --beacon-at 2026-12-05T20:00, or name one of {', '.join(networks)}",
        )  # fmt: skip
    return stated_value(named, known_from, now, delay)


def _freeze(
    run: NightRun, contest: Contest, entries: list[FrozenEntry], gaps: tuple[Gap, ...], reason: str | None,
    beacon: Beacon | None,
) -> Freeze:  # fmt: skip
    run.candidate.register(run.engine, TABLES["core_contests"])
    [row] = run.engine.query("SELECT * FROM core_contests WHERE contest_id = $contest", {"contest": contest.id}).to_dicts()
    return Freeze(
        contest_id=contest.id, brand_id=contest.brand, name=row["name"], method=contest.method, terms=contest.terms,
        starts_at=row["starts_at"].isoformat(), ends_at=row["ends_at"].isoformat(),
        seen_by=row["seen_by"].isoformat() if row["seen_by"] else None, frozen_at=_now(),
        data_as_of=clock.night_end(run.as_of_night).replace(tzinfo=None).isoformat(), winners=contest.winners,
        alternates=contest.alternates, entries_per_person=contest.entries_per_person, countries=row["countries"],
        minimum_age=contest.minimum_age, count=len(entries), root=root_of(entry.leaf for entry in entries),
        refused=refused_entries(run, contest.id), gaps=gaps, gaps_reason=reason.strip() if gaps and reason else None,
        beacon=beacon,
    )  # fmt: skip


def _given(value: str | None, beacon: Beacon) -> str:
    if value is None:
        raise FixConfigurationError(
            f"the value of the beacon is needed: {beacon.name}",
            where="--value",
            fix=beacon.where or "type in what was made public",
        )
    return value


def _now() -> str:
    return clock.now().astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((files("microinf_pipeline") / "rules" / "contests.toml").read_text(encoding="utf-8"))
