"""X as a network source: searches, mentions and owned timelines of the brands, then another look at what is stored.

What is read costs money, so questions come one after the other, the most wanted first, and what a night has seen is not
asked for again. Put here: making the source. Keep out: the course of a capture (`x_night.py`), requests (`x_api.py`),
plans (`x_plan.py`), columns (`x_parse.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

from microinf_pipeline.catalog.capture import (
    CaptureResult,
    CaptureTask,
    Page,
    PageStore,
    Parsed,
    PlannedCalls,
    Quota,
    Unbounded,
    Usual,
)
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.rate_limits import first_of, reset_at, retry_after
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.x_api import LIMITS, XApi
from microinf_pipeline.sources.x_compliance import ComplianceJob
from microinf_pipeline.sources.x_night import XNight
from microinf_pipeline.sources.x_parse import parse_pages
from microinf_pipeline.sources.x_plan import planned
from microinf_pipeline.sources.x_problems import is_passing
from microinf_pipeline.sources.x_queries import RECENT, Search
from microinf_pipeline.sources.x_reads import Reads
from microinf_pipeline.sources.x_session import XAccess, XSession
from microinf_pipeline.sources.x_vocabulary import Wanted

SERVICE: Final = "https://api.x.com"
READ_WAIT: Final = first_of(reset_at("x-rate-limit-reset"), retry_after)

Connect = Callable[[], HttpClient]


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that knows X's rate headers and its spent caps."""
    return HttpClient(limits, read_wait=READ_WAIT, is_transient=is_passing)


@dataclass(frozen=True)
class Kept:
    """What a source remembers between runs: tokens, what it has read today, the compliance job under way."""

    tokens: SessionStore
    reads: SessionStore
    job: SessionStore


@dataclass(frozen=True)
class Options:
    """How this source asks. `withheld_in`: countries, none for any; `compliance_wait`: seconds a night waits for a job."""

    search: Search = RECENT
    vocabulary: Wanted = "auto"
    withheld_in: tuple[str, ...] = ()
    compliance_wait: float = 300.0


class X:
    """A `NetworkSource` over the API v2."""

    network: Final = "x"

    def __init__(
        self, name: str, access: XAccess, kept: Kept, *, origin: str = "x_api", service: str = SERVICE,
        options: Options | None = None, quota: Quota | None = None, connect: Connect = connect,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self.name, self.origin = name, origin
        self._access, self._kept, self._service, self._connect, self._sleep = access, kept, service, connect, sleep
        self._options = options or Options()
        self.quota: Quota = quota or Unbounded()

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """See `x_plan.planned`."""
        return planned(task, usual, self._options.search)

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again.

        A question that fails is an outcome. Raises `FixConfigurationError` where the credentials or the app's access do
        not allow to go on: what was found before is kept.
        """
        where = f"sources: {self.name}"
        async with self._connect() as client:
            session = XSession(client, self._service, self._access, self._kept.tokens, where=where)
            api = XApi(session, store, Reads(self.quota, self._kept.reads), self._options.vocabulary, where=where)
            job = ComplianceJob(
                client, api, store, self._kept.job, wait_seconds=self._options.compliance_wait, sleep=self._sleep
            )
            outcomes = await XNight(task, api, store, self._options.search, job).run()
            return CaptureResult(tuple(outcomes), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `x_parse`."""
        return parse_pages(pages, self._options.withheld_in)
