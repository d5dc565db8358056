"""Captures against the small X of `fake_x.py`, and what they left. Shared by the tests of that network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureResult, CaptureTask, KnownPost, Parsed, QueryOutcome, Quota
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.x import READ_WAIT, Kept, Options, X
from microinf_pipeline.sources.x_problems import is_passing
from microinf_pipeline.sources.x_session import XAccess
from microinf_pipeline_tests.unit.sources.fake_x import NOW, FakeX
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

NIGHT = date(2026, 11, 19)
SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
ACME = BrandTerms("acme", keywords=("Acme",))
BEARER = XAccess(bearer="of-this-test")


class Remembered:
    """What a source keeps between runs, in memory."""

    def __init__(self) -> None:
        self.kept: Mapping[str, str] | None = None

    def load(self) -> Mapping[str, str] | None:
        return self.kept

    def save(self, session: Mapping[str, str]) -> None:
        self.kept = dict(session)


def nothing_kept() -> Kept:
    """The memory of a source that never ran."""
    return Kept(Remembered(), Remembered(), Remembered())


class Run:
    """Captures of one source. Store and memory outlive a capture, as on disk."""

    def __init__(self, access: XAccess = BEARER, options: Options | None = None, quota: Quota | None = None) -> None:
        self.access, self.options, self.quota = access, options, quota
        self.store, self.server, self.waits = MemoryPageStore(), LocalServer(""), list[float]()
        self.kept = nothing_kept()

    def source(self) -> X:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        limits = HttpLimits(attempts=2, rate=(1000.0, 1.0), concurrency=1, max_wait_seconds=930)
        return X(
            "x", self.access, self.kept, service=self.server.base, options=self.options, quota=self.quota, sleep=sleep,
            connect=lambda: HttpClient(limits, read_wait=READ_WAIT, is_transient=is_passing, sleep=sleep),
        )  # fmt: skip

    def capture(self, fake: FakeX, *brands: BrandTerms, now: datetime = NOW, **task: Any) -> CaptureResult:
        """A night's capture; `refresh` names posts by id or (id, url)."""
        posts = tuple(
            KnownPost("x", *((one, None) if isinstance(one, str) else one)) for one in task.pop("refresh", ())
        )  # fmt: skip
        window = {"since": SINCE, "until": UNTIL} | {name: task.pop(name) for name in ("since", "until") if name in task}

        async def run() -> CaptureResult:
            async with local_server(fake, self.server.port) as self.server:
                return await self.source().capture(
                    CaptureTask(NIGHT, brands=brands, refresh_posts=posts, **window, **task), self.store
                )

        with clock.frozen(now):
            return asyncio.run(run())

    def asked(self, path: str) -> list[dict[str, str]]:
        return [dict(one.query) for one in self.server.requests if one.path == path]

    @property
    def requests(self) -> list[Request]:
        return self.server.requests

    @property
    def parsed(self) -> Parsed:
        return self.source().parse(self.store.pages.values())

    def statuses(self) -> set[tuple[str, str, str]]:
        return set(self.parsed.statuses.select("post_id", "status", "evidence").iter_rows())


def complete(rule: str, captured: int, brand: str | None = None, gap: str | None = None) -> QueryOutcome:
    return QueryOutcome(brand, rule, captured, gap_reason=gap)
