"""What commands do to the lake besides running nights: replay, rebuild, accept, publish, clean. Each returns an exit code.

Put here: the course of each command. Keep out: their options (`commands`), what they print at length (`telling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from microinf_pipeline.catalog.model import Layer
from microinf_pipeline.catalog.tables import PUBLISHED, TABLES
from microinf_pipeline.errors import FixConfigurationError, RefusedError
from microinf_pipeline.night import expiring, publishing, stages, withdrawing
from microinf_pipeline.night.accepting import Inspection, inspections, is_stale
from microinf_pipeline.night.gating import Override, record_override
from microinf_pipeline.night.given import register_given
from microinf_pipeline.night.run import engine_of, open_run
from microinf_pipeline.reporting import dictionary as rendered
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.cleaning import forget_half_written, forget_unused, merge_small
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.raw import closed_nights


def replay(settings: Settings, nights: Sequence[date] | None) -> int:
    """Observations and every table after them again, from stored raw alone. Without nights: every accepted one."""
    home = Home(settings.home)
    with home.locked("replay"):
        stored = [date.fromisoformat(n) for n in states.load(home.lake).nights]
        chosen = [n for n in stored if nights is None or n in set(nights)]
        _refuse_purged(settings, home, chosen if nights else [])
        if not chosen:
            raise FixConfigurationError("no stored night to replay", where=str(home.raw), fix="microinf run captures one")
        engine = engine_of(settings)
        try:
            stages.run_all(open_run(settings, engine, chosen, replay=True))
        finally:
            engine.close()
        publishing.publish(settings)
    return 0


def _refuse_purged(settings: Settings, home: Home, nights: Sequence[date]) -> None:
    """Raises RefusedError where a policy removed the raw of every source for every night that was asked for by name."""
    captures = [closed_nights(home.raw, source.name) for source in settings.sources]
    manifests = [manifest for night in nights for found in captures for manifest in found.get(night, [])]
    if manifests and all(manifest.purged for manifest in manifests):
        raise RefusedError(
            "the raw of these nights is gone, as a policy asks",
            where=str(home.raw),
            fix="microinf rebuild computes from what stays",
        )


def rebuild(settings: Settings, tables: Sequence[str], nights: Sequence[date] | None) -> int:
    """Every table again from observations. Tables named must exist; what depends on them is rebuilt with them."""
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        raise FixConfigurationError(
            f"no such table: {', '.join(unknown)}", where="--tables", fix="microinf dictionary lists them"
        )
    home = Home(settings.home)
    with home.locked("rebuild"):
        stored = [date.fromisoformat(n) for n in states.load(home.lake, older=True).nights]
        if not stored:
            raise FixConfigurationError("nothing has been accepted yet", where=str(home.lake), fix="microinf run")
        engine = engine_of(settings)
        try:
            run = open_run(settings, engine, [max(stored)], older=True)
            if nights:
                run.touched.only_months = {f"{n:%Y-%m}" for n in nights}
            stages.rebuild(run)
        finally:
            engine.close()
        publishing.publish(settings)
    return 0


def accept(settings: Settings, night: date, gate: str, reason: str) -> int:
    """Record that one failed gate of a night may pass; the next run of that night goes on past it."""
    home = Home(settings.home)
    red = {row["gate"] for one in _of_night(home, night) for row in one.verdicts}
    if gate.rpartition(".")[2] not in red:
        failed = f"red in that night: {', '.join(sorted(red))}" if red else "that night has no red gate"
        raise FixConfigurationError(
            f"gate '{gate}' did not stop night {night}", where=failed, fix="microinf status names red gates"
        )
    with home.locked(f"accept {night}"):
        record_override(home.lake, Override(night.isoformat(), gate, reason))
    return 0


def _of_night(home: Home, night: date) -> list[Inspection]:
    return [one for one in inspections(home.candidates) if night.isoformat() in one.nights]


def publish(settings: Settings, *, postgres: bool = False) -> int:
    """Publish the accepted state again; `postgres`: then its marts and meta tables in Postgres too, all in one transaction."""
    dsn = settings.publish.postgres
    if postgres and dsn is None:
        raise FixConfigurationError("no Postgres is configured", where="publish", fix="add postgres: ${MICROINF_POSTGRES}")
    with Home(settings.home).locked("publish"):
        snapshot = publishing.publish(settings)
        if postgres and dsn is not None:
            from microinf_pipeline.storage.postgres import write_tables

            shown = [table for table in PUBLISHED if table.layer in (Layer.MART, Layer.META)]
            write_tables(dsn.get_secret_value(), snapshot.path / "tables", shown)
    return 0


def expire(settings: Settings) -> int:
    """Take away every stored row that is too old for the policy of its origin, by the clock, and the words of posts that
    were withdrawn. Returns the rows."""
    home = Home(settings.home)
    with home.locked("expire"):
        engine = engine_of(settings)
        try:
            run = open_run(settings, engine, [])
            if not run.accepted_nights:
                return 0
            run = open_run(settings, engine, run.accepted_nights[-1:])
            run.removal = True
            register_given(run)
            rows = expiring.expire(run, everything=True) + withdrawing.withdraw(run, everything=True)
            if rows:
                run.touched.everything = is_stale(settings, run.candidate.before)
                stages.remove(run)
            else:
                expiring.remove_raw(run)
                withdrawing.remove_words_from_raw(run)
        finally:
            engine.close()
        if expiring.anew_path(home).exists():
            publishing.publish(settings)
    return rows


def clean(settings: Settings) -> tuple[int, int]:
    """Merge partitions of many files, then remove what neither the accepted state nor a kept candidate names, and what
    killed runs left half-written. Returns (partitions merged, files removed).
    """
    home = Home(settings.home)
    with home.locked("clean"):
        engine = engine_of(settings)
        try:
            merged = merge_small(home.lake, engine)
        finally:
            engine.close()
        kept = {path for one in inspections(home.candidates) for path in one.state.files()}
        return merged, forget_unused(home.lake, kept) + forget_half_written(home)


def dictionary() -> str:
    """The data dictionary as Markdown."""
    return rendered.render(PUBLISHED)
