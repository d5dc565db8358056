"""One capture of a case against its server, and everything it left: pages, requests, waits, outcome or error.

Put here: running, killing and resuming, the same for all networks. Keep out: facts about what was left.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import httpx
import polars as pl

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import CaptureResult, CaptureTask, Page, Parsed
from microinf_pipeline.errors import MicroinfError
from microinf_pipeline.night.capturing import status_of
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline_tests.contract.case import NOW, Case
from microinf_pipeline_tests.unit.sources.local_server import Handler, LocalServer, local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

#: A night of a test may spend so much; nothing of it is waited for.
BUDGET: Final = 100
_LIMITS: Final[dict[str, Any]] = {
    "attempts": 2, "rate": (100_000.0, 1.0), "total_seconds": 5.0, "max_requests": BUDGET, "max_response_bytes": 4_000_000,
}  # fmt: skip


class Lab:
    """A case, its store and its server's address, all of which outlive a capture; what is asked is counted anew."""

    def __init__(self, case: Case) -> None:
        self.case, self.store = case, _Store()
        self.server, self.waits = LocalServer(""), list[float]()
        self.result: CaptureResult | None = None
        self.error: BaseException | None = None
        self._parsed: Parsed | None = None

    def capture(
        self,
        task: CaptureTask,
        *,
        handler: Handler | None = None,
        kill_after: int | None = None,
        now: datetime = NOW,
        **limits: Any,
    ) -> Lab:
        """Capture once; `kill_after` so many pages are stored the run is cancelled, as by Ctrl-C."""
        self.result, self.error, self.store.kill_after, self._parsed = None, None, kill_after, None
        with clock.frozen(now):
            asyncio.run(self._run(task, handler or self.case.handler, HttpLimits(**{**_LIMITS, **limits})))
        return self

    async def _run(self, task: CaptureTask, handler: Handler, limits: HttpLimits) -> None:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            await asyncio.sleep(0)

        def connect_with(**own: Any) -> HttpClient:
            transport = httpx.AsyncHTTPTransport(verify=False)
            return HttpClient(limits, sleep=sleep, transport=transport, **own)

        async with local_server(handler, self.server.port) as self.server:
            source = self.case.source(self.server.base, connect_with)
            running = asyncio.ensure_future(source.capture(task, self.store))
            self.store.kill = running.cancel
            try:
                async with asyncio.timeout(20):
                    self.result = await running
            except (MicroinfError, asyncio.CancelledError) as error:
                self.error = error

    @property
    def status(self) -> str:
        """How the night calls what happened."""
        if self.result is None:
            return f"raised {type(self.error).__name__}"
        return status_of(self.result)

    @property
    def told(self) -> str:
        """Every word about failures, as it gets into manifests and logs."""
        gaps = [query.gap_reason or "" for query in self.result.queries] if self.result else []
        return "\n".join([str(self.error or ""), *gaps])

    @property
    def pages(self) -> dict[str, Page]:
        return self.store.pages

    def written(self) -> str:
        """All that a capture writes down."""
        return "\n".join(json.dumps(asdict(page), default=str) for page in self.pages.values())

    def parsed(self) -> Parsed:
        """The deliveries of the stored pages, in the order the lake gives them back."""
        if self._parsed is None:
            self._parsed = self.parsed_from([self.pages[name] for name in sorted(self.pages)])
        return self._parsed

    def parsed_from(self, pages: list[Page]) -> Parsed:
        """The deliveries of these pages."""
        return self.case.source("http://127.0.0.1:9", HttpClient).parse(pages)

    def posts(self) -> list[str]:
        """Ids of delivered posts, repeated as they are."""
        return sorted(self.parsed().posts["post_id"])


def in_any_order(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Rows as a sorted list, for frames whose order may differ."""
    return sorted(frame.iter_rows(), key=repr)


class _Store(MemoryPageStore):
    """Kills the run when so many pages are stored."""

    def __init__(self) -> None:
        super().__init__()
        self.kill_after: int | None = None
        self.kill: Any = None

    def save(self, page: Page) -> None:
        super().save(page)
        if self.kill_after is not None and len(self.pages) >= self.kill_after:
            self.kill()
