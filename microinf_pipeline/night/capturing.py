"""Capture: every source of a night to closed raw captures, all at once; a slow or failing one delays no other.

A night whose raw is closed is not captured again unless asked; a failed capture is tried again and resumes from the
pages it kept. Put here: that course. Keep out: what the rows mean (`observing`).
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import CaptureResult, CaptureTask
from microinf_pipeline.errors import BudgetSpentError, FixConfigurationError, MicroinfError, RetryLaterError
from microinf_pipeline.night.due import counted_lately, due_posts, due_profiles, due_timelines, handles_of, held_posts
from microinf_pipeline.night.known_files import KnownFiles
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.sources import brand_terms, file_spec, network_source, read_plans
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.sources import NetworkSection, Source
from microinf_pipeline.sources.files.detect import source_files
from microinf_pipeline.storage.raw import Capture, Manifest, RawFile, attempts, closed_nights, complete_before, outcome_rows

_FAILED = "failed"


@dataclass(frozen=True)
class CaptureOutcome:
    """How one source's capture of one night ended."""

    source: str
    night: date
    manifest: Manifest
    fresh: bool  # captured in this run, not found closed


def capture_nights(run: NightRun) -> list[CaptureOutcome]:
    """Capture every configured source for every night of the run; one outcome for each, failed ones included."""
    return asyncio.run(_all(run))


async def _all(run: NightRun) -> list[CaptureOutcome]:
    outcomes: list[CaptureOutcome] = []
    for night in run.nights:
        tasks = [_one(run, source, night) for source in run.settings.sources]
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for one in ended:  # what nobody foresaw ends the night, but not before the other sources have closed their raw
            if isinstance(one, BaseException):
                raise one
            outcomes.append(one)
    return outcomes


async def _one(run: NightRun, source: Source, night: date) -> CaptureOutcome:
    existing = attempts(run.home.raw, source.name, night)
    last = Capture(run.home.raw, source.name, night, existing[-1] if existing else 1)
    closed = last.manifest()
    done = closed is not None and closed.status != _FAILED
    if closed is not None and (run.replay or (done and not run.recapture)):
        return CaptureOutcome(source.name, night, closed, fresh=False)
    if run.replay:
        missing = Manifest(source.name, night.isoformat(), last.attempt, _FAILED, error="nothing was captured this night")
        return CaptureOutcome(source.name, night, missing, fresh=False)
    capture = last if not done else Capture(run.home.raw, source.name, night, last.attempt + 1)
    manifest = await _captured(run, source, night, capture)
    await asyncio.to_thread(capture.close, manifest)  # waits for the disk, and no other source shall wait with it
    return CaptureOutcome(source.name, night, manifest, fresh=True)


async def _captured(run: NightRun, source: Source, night: date, capture: Capture) -> Manifest:
    try:
        if isinstance(source, FileSource):
            return await asyncio.to_thread(_files, run, source, night, capture)
        return await _network(run, source, night, capture)
    except BudgetSpentError as error:
        return _empty(capture, "budget_spent", error)
    except RetryLaterError as error:
        return _empty(capture, _FAILED, error, retry_later=True)
    except (MicroinfError, OSError) as error:
        return _empty(capture, _FAILED, error)


def _empty(capture: Capture, status: str, error: Exception, *, retry_later: bool = False) -> Manifest:
    return Manifest(
        capture.source, capture.night.isoformat(), capture.attempt, status, pages=capture.pages.names(), error=str(error),
        retry_later=retry_later,
    )  # fmt: skip


def _files(run: NightRun, source: FileSource, night: date, capture: Capture) -> Manifest:
    spec = file_spec(source)
    if spec.night is not None and spec.night.constant is not None and spec.night.constant != night.isoformat():
        files: list[RawFile] = []
    else:
        known = KnownFiles(run.home.raw / source.name / "inputs.json")
        found = source_files(spec, known.look)
        known.remember()
        _require_space(run, sum(Path(f.path).stat().st_size for f in found))
        seen = _captured_before(run, source, night) if spec.night is None else set()
        fresh = [f for f in found if f.sha256 not in seen]
        files = [capture.keep_file(Path(f.path), f.name) for f in fresh]
        read_plans(spec, fresh, night)  # a file that cannot be read is no capture: another may come in its place
    size = sum(f.bytes for f in files)
    return Manifest(source.name, night.isoformat(), capture.attempt, "complete", files=tuple(files), bytes=size)


def _require_space(run: NightRun, incoming: int) -> None:
    """Raises FixConfigurationError unless three times the input fits: a copy, observations, and tables built aside."""
    run.home.path.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(run.home.path).free
    if free < 3 * incoming:
        raise FixConfigurationError(
            f"{free // 2**20} MiB are free, the night needs {3 * incoming // 2**20} MiB", where=str(run.home.path),
            fix="free some space, or run microinf clean",
        )  # fmt: skip


def _captured_before(run: NightRun, source: FileSource, night: date) -> set[str]:
    """Hashes of files other nights have taken: without a night of their own, files belong to the night they came in."""
    return {f.sha256 for n, ms in closed_nights(run.home.raw, source.name).items() if n != night for m in ms for f in m.files}


async def _network(run: NightRun, source: NetworkSection, night: date, capture: Capture) -> Manifest:
    client = network_source(source, run.home)
    result = await client.capture(task_of(run, source, night), capture.pages)
    return Manifest(
        source.name, night.isoformat(), capture.attempt, status_of(result), queries=outcome_rows(result.queries),
        pages=capture.pages.names(), requests=result.requests, bytes=result.bytes,
        error="; ".join(dict.fromkeys(q.gap_reason for q in result.queries if q.status == _FAILED and q.gap_reason)),
    )  # fmt: skip


def task_of(run: NightRun, source: NetworkSection, night: date) -> CaptureTask:
    """What a network source is asked for on a night: window, terms, and the stored posts and accounts due again."""
    last = complete_before(run.home.raw, source.name, night)
    since = window_start(night, last, source.overlap_hours, source.catch_up_days)
    accounts, timelines = due_profiles(run, source, night), due_timelines(run, source, night)
    return CaptureTask(
        night=night, since=since, until=clock.night_end(night), brands=brand_terms(run.settings, source),
        refresh_posts=due_posts(run, source, night), refresh_accounts=accounts, timelines=timelines,
        handles=handles_of(run, source, (*accounts, *timelines)), counted=counted_lately(run, source, night),
        held_posts=held_posts(run, source),
    )  # fmt: skip


def is_captured(run: NightRun, source: Source, night: date) -> bool:
    """Its raw is closed and whole enough: a run asks nothing of the source again."""
    last = attempts(run.home.raw, source.name, night)
    closed = Capture(run.home.raw, source.name, night, last[-1]).manifest() if last else None
    return closed is not None and closed.status != _FAILED


def window_start(night: date, last_complete: date | None, overlap_hours: int, catch_up_days: int) -> datetime:
    """Where a night's search begins: at its own start, or where the nearest earlier complete night ended, at most
    `catch_up_days` back; and the overlap before that.
    """
    start = clock.night_start(night)
    if last_complete is not None:
        start = max(min(start, clock.night_end(last_complete)), start - timedelta(days=catch_up_days))
    return start - timedelta(hours=overlap_hours)


def status_of(result: CaptureResult) -> str:
    """A source failed when some question got no answer anywhere; several servers may be asked the same one."""
    answers: dict[tuple[str | None, str], set[str]] = {}
    for query in result.queries:
        answers.setdefault((query.brand_id, query.rule.partition(" on ")[0]), set()).add(query.status)
    if any(states == {_FAILED} for states in answers.values()):
        return _FAILED
    states = {q.status for q in result.queries}
    if "budget_spent" in states:
        return "budget_spent"
    return "complete" if states <= {"complete"} else "short"
