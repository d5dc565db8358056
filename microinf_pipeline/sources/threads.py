"""Threads as a network source: searches, mentions and posts of the own account, known posts by id, profiles by name.

Put here: plan and set-up. Keep out: the course of a capture (`threads_night.py`), questions (`threads_edges.py`), columns
(`threads_parse.py`), tokens (`graph_tokens.py`), errors (`graph_errors.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
from microinf_pipeline.sources.graph_api import GraphAccess, connect
from microinf_pipeline.sources.graph_tokens import living, refresh
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.threads_edges import planned
from microinf_pipeline.sources.threads_night import ThreadsApi, ThreadsNight
from microinf_pipeline.sources.threads_parse import parse_pages

#: Tokens of Threads renew themselves, from a day after they were made until their 60 days are over.
RENEWAL: Final = refresh("th_refresh_token")

Connect = Callable[[], HttpClient]


class Threads:
    """A `NetworkSource` with the long-lived token of one account."""

    network: Final = "threads"

    def __init__(
        self, name: str, access: GraphAccess, username: str, sessions: SessionStore, *, origin: str = "threads_api",
        quota: Quota | None = None, connect: Connect = connect,
    ) -> None:  # fmt: skip
        self.name, self.origin = name, origin
        self._access, self._sessions, self._connect = access, sessions, connect
        self._username = username.lower().lstrip("@")  # as the night names its questions, and the plan with it
        self.quota: Quota = quota or Unbounded()

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """See `threads_edges.planned`."""
        return planned(task, usual, self._username)

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again. A question that fails is an outcome.

        Raises `TokenRefusedError` (expired, revoked) and `FixConfigurationError` (a token of another account).
        """
        async with self._connect() as client:
            access = await living(client, self._access, self._sessions, RENEWAL)
            api = ThreadsApi(client, access, store, self.quota)
            outcomes = await ThreadsNight(task, api, self._username, client.limits.concurrency).run()
        return CaptureResult(tuple(outcomes), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `threads_parse`."""
        return parse_pages(pages)
