"""Batch compliance: X is told which posts are stored, and tells which of them must go.

A job is made, takes the ids by an upload, works for minutes or hours, and offers a file. A night waits a while; what is
not ready then is fetched by the next. Only the file is kept as a page: its address is signed, and never stored with it.
Put here: the life of a job, and what its lines say. Keep out: looking posts up (`x_api.py`).
Source: docs.x.com, compliance/batch-compliance (2026-08-22); OpenAPI 2.167; recorded jobs of 2021.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import Page, PageStore
from microinf_pipeline.errors import RetryLaterError
from microinf_pipeline.sources.frames import Rows, utc
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.redaction import safe_url
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.x_api import XApi
from microinf_pipeline.sources.x_fields import read_time

COMPLIANCE: Final = "compliance"  # kind, rule and name of the page with a job's results
_PATH: Final = "/2/compliance/jobs"
#: Between two looks at a job, seconds; the last repeats.
_WAITS: Final = (5.0, 10.0, 20.0, 30.0)
_UNFINISHED: Final = ("created", "in_progress")

#: What has become of a post, by the reason of its line. `bounced` accounts are suspended ones.
_STATUS: Final = {
    "deleted": "deleted", "deactivated": "deleted", "suspended": "deleted", "bounced": "deleted", "protected": "protected",
}  # fmt: skip
#: Lines that ask for another look at the post instead: it was edited, or lost its place.
_LOOK_AGAIN: Final = frozenset({"rehydrate", "scrub_geo"})


class Line(Struct):
    """One line of a job's results. Only posts with something to be done about are listed, some twice."""

    id: str
    action: str = ""
    reason: str = ""


def lines_of(body: str) -> list[tuple[int, Line | None, str]]:
    """Number from 1, line (None where it cannot be read), and its text."""
    told: list[tuple[int, Line | None, str]] = []
    for number, text in enumerate(body.splitlines(), 1):
        if text.strip():
            try:
                line = msgspec.json.decode(text, type=Line)
            except msgspec.DecodeError:
                line = None
            told.append((number, line, text))
    return told


def status_of(line: Line) -> str | None:
    """What became of the post; None where it is still there."""
    return None if line.action in _LOOK_AGAIN or line.reason in _LOOK_AGAIN else _STATUS.get(line.reason, "unknown")


def to_look_at(page: Page) -> list[str]:
    """Posts that are still there but no longer as stored."""
    return [line.id for _, line, _ in lines_of(page.body) if line is not None and status_of(line) is None]


def read_results(page: Page, rows: Rows) -> None:
    """What a job says of stored posts, as statuses; those it does not list are as they were."""
    observed = utc(page.received_at)
    for number, line, text in lines_of(page.body):
        if line is None:
            rows.reject("not a line of a compliance job", text, page.name, number)
        elif status := status_of(line):
            rows.statuses.append((line.id, observed, status, f"compliance: {line.reason}", page.name, number))


class ComplianceJob:
    """The job of one source: at most one is under way at a time, across nights."""

    def __init__(
        self, client: HttpClient, api: XApi, store: PageStore, memory: SessionStore, *, wait_seconds: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._client, self._api, self._store, self._memory = client, api, store, memory
        self._wait_seconds, self._sleep = wait_seconds, sleep

    async def results(self, post_ids: Sequence[str]) -> Page | None:
        """The results of the job under way, or of a new one over these posts; None while it works."""
        if self._store.has(COMPLIANCE):
            return self._store.load(COMPLIANCE)
        job = self._under_way() or await self._begun(post_ids)
        state = await self._waited_for(job["id"])
        if state in _UNFINISHED:
            return None
        self._memory.save({})
        if state != "complete":
            raise RetryLaterError(f"the compliance job ended as '{state}'", where=_PATH, fix="the next night makes another")
        answer = await self._client.get(job["download_url"], expect_json=False)
        request = {"method": "GET", "url": safe_url(job["download_url"]), "params": []}
        page = Page(COMPLIANCE, COMPLIANCE, None, COMPLIANCE, request, answer.status, answer.received_at, answer.text)
        self._store.save(page)
        return page

    def _under_way(self) -> Mapping[str, str] | None:
        job = self._memory.load() or {}
        until = read_time(job.get("download_expires_at"))
        return job if until is not None and until > _utc_now() else None

    async def _begun(self, post_ids: Sequence[str]) -> Mapping[str, str]:
        """A new job with its upload; remembered once the ids are there: a job without them never ends."""
        answer = await self._api.send(_PATH, {"type": "tweets", "name": "stored posts"})
        told = answer.json()
        job: Any = told.get("data") if isinstance(told, dict) else None
        wanted = ("id", "upload_url", "download_url", "download_expires_at")
        if not isinstance(job, dict) or not all(isinstance(job.get(name), str) for name in wanted):
            raise RetryLaterError("the answer holds no compliance job", where=_PATH)
        kept = {name: job[name] for name in wanted if name != "upload_url"}
        body = "".join(f"{one}\n" for one in post_ids).encode()
        await self._client.request(
            "PUT", job["upload_url"], headers={"content-type": "text/plain"}, content=body, expect_json=False
        )
        self._memory.save(kept)
        return kept

    async def _waited_for(self, job_id: str) -> str:
        waited = 0.0
        for look in range(1000):
            told = (await self._api.get(f"{_PATH}/{job_id}")).json()
            job = told.get("data") if isinstance(told, dict) else None
            state = str(job.get("status")) if isinstance(job, dict) else ""
            pause = _WAITS[min(look, len(_WAITS) - 1)]
            if state not in _UNFINISHED or waited + pause > self._wait_seconds:
                return state
            await self._sleep(pause)
            waited += pause
        return _UNFINISHED[0]


def _utc_now() -> datetime:
    return clock.now().replace(tzinfo=None)
