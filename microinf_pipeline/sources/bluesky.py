"""Bluesky as a network source: one night's questions, concurrently, every page stored before anything is read from it.

Put here: the course of a capture. Keep out: tokens (`bluesky_session.py`), parameters (`bluesky_queries.py`), columns
(`bluesky_parse.py`), retries and rates (`http.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from microinf_pipeline.catalog.capture import (
    CaptureResult,
    CaptureTask,
    Page,
    PageStore,
    Parsed,
    PlannedCalls,
    QueryOutcome,
    Quota,
    Unbounded,
    Usual,
)
from microinf_pipeline.sources.bluesky_feeds import Feeds
from microinf_pipeline.sources.bluesky_parse import MENTION_REASONS, REFRESH, parse_pages
from microinf_pipeline.sources.bluesky_queries import (
    BATCH_SIZE,
    MOST_HITS,
    PAGE_SIZE,
    PARTS,
    SIDE_BY_SIDE,
    Query,
    Window,
    at_cursor,
    brand_queries,
    glance,
    iso_z,
    mentions_of,
    planned,
    uris_of,
)
from microinf_pipeline.sources.bluesky_session import BlueskyAccess, BlueskySession, PlatformRefusedError
from microinf_pipeline.sources.bluesky_stream import STREAM_RULE, Stream, StreamRead
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.outcomes import all_of, outcome_of, together
from microinf_pipeline.sources.paging import batches, page_prefix, walk_pages
from microinf_pipeline.sources.rate_limits import first_of, reset_at, retry_after
from microinf_pipeline.sources.sessions import SessionStore

#: 3,000 requests in 5 minutes and IP address are allowed; this stays below.
LIMITS: Final = HttpLimits(rate=(8.0, 1.0), concurrency=4)
READ_WAIT: Final = first_of(retry_after, reset_at("ratelimit-reset"))
PROFILES: Final = "profiles"

Connect = Callable[[], HttpClient]


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that reads Bluesky's rate headers."""
    return HttpClient(limits, read_wait=READ_WAIT)


class Bluesky:
    """A `NetworkSource`: search per brand term, notifications of the own account, profiles, metrics refresh."""

    network: Final = "bluesky"
    quota: Quota = Unbounded()

    def __init__(
        self,
        name: str,
        access: BlueskyAccess,
        sessions: SessionStore,
        *,
        origin: str = "bluesky_api",
        connect: Connect = connect,
        most_hits: int = MOST_HITS,
        stream: Stream | None = None,
    ) -> None:
        self.name, self.origin = name, origin
        self._stream = stream
        self._access, self._sessions, self._connect, self._most_hits = access, sessions, connect, most_hits

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """See `bluesky_queries.planned`; and what a stream brings, which is then asked for by address."""
        streamed = (PlannedCalls(STREAM_RULE, 1, is_least=True),) if self._stream else ()
        return (*planned(task, usual, self._access.identifier), *streamed)

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again.

        A query that fails is an outcome, not an error. Raises `PlatformRefusedError`, `RetryLaterError` or
        `BudgetSpentError` when not even the log-in worked.
        """
        async with self._connect() as client:
            session = BlueskySession(client, self._access, self._sessions)
            await session.open()
            slots = asyncio.Semaphore(client.limits.concurrency)
            stream = StreamRead(self._stream, task, store) if self._stream else None
            outcomes = await _Capture(task, store, session, slots, self._most_hits, stream).run()
        return CaptureResult(tuple(outcomes), client.requests, client.bytes + (stream.bytes if stream else 0))

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `bluesky_parse`."""
        return parse_pages(pages)


class _Capture:
    """The state of one run of `capture`."""

    def __init__(
        self, task: CaptureTask, store: PageStore, session: BlueskySession, slots: asyncio.Semaphore, most_hits: int,
        stream: StreamRead | None,
    ) -> None:  # fmt: skip
        self.stream = stream
        self.task, self.store, self.session, self.slots, self.most_hits = task, store, session, slots, most_hits
        self.authors: set[str] = {*task.refresh_accounts, *task.timelines}
        self.refused: PlatformRefusedError | None = None

    async def run(self) -> list[QueryOutcome]:
        asked = [self._search(query) for brand in self.task.brands for query in brand_queries(brand)]
        own = [self._notifications(brand.brand_id) for brand in self.task.brands if self._is_own(brand.handles)]
        feeds = Feeds(self._ask, self.store)
        posted = [feeds.owned(self.task, brand.brand_id, name) for brand in self.task.brands for name in brand.owned]
        last = [feeds.timelines(self.task.timelines)] if self.task.timelines else []
        streamed = [self._streamed(self.stream)] if self.stream else []
        outcomes = await asyncio.gather(*asked, *own, *posted, *last, *streamed, *self._refresh())
        return [*outcomes, *await asyncio.gather(*self._profiles())]

    def _is_own(self, handles: Iterable[str]) -> bool:
        """The account that is logged in belongs to the brand: only its notifications can be read."""
        return self.session.handle.lower() in {handle.lower() for handle in handles}

    async def _search(self, query: Query) -> QueryOutcome:
        found: set[str] = set()
        expected: list[int] = []
        whole = Window(self.task.since, self.task.until)
        walk = self._walk_window(query, whole, found, expected)
        status, gap = await outcome_of(walk)
        return QueryOutcome(query.brand_id, query.rule, len(found), expected[0] if expected else None, status, gap)

    async def _walk_window(self, query: Query, window: Window, found: set[str], expected: list[int]) -> str | None:
        """All pages of a window; when it holds too many hits, those of its parts. Returns the reason of a gap."""
        hits, too_many, parts = 0, False, 2

        def next_cursor(page: Page) -> str | None:
            nonlocal hits, too_many, parts
            seen = glance(page)
            is_many = not (hits or window.path) and (seen.hitsTotal or 0) > SIDE_BY_SIDE
            parts = PARTS if is_many else parts
            hits += len(seen.posts)
            foreseen = ((seen.hitsTotal or 0) > self.most_hits or is_many) and window.is_divisible
            too_many = seen.cursor is not None and (hits >= self.most_hits or foreseen)
            return None if too_many else seen.cursor

        async def fetch(name: str, cursor: str | None) -> Page:
            params = [*query.params, *window.params, *at_cursor(cursor)]
            return await self._ask("app.bsky.feed.searchPosts", params, name, "search", query.brand_id, query.rule)

        gap = None
        prefix = page_prefix("search", query.brand_id, query.rule) + window.path
        async for step in walk_pages(fetch, next_cursor, store=self.store, prefix=prefix, ids_of=uris_of):
            seen, gap = glance(step.page), step.gap_reason
            found.update(item.uri for item in seen.posts)
            self.authors.update(item.author.did for item in seen.posts)
            if seen.hitsTotal is not None:
                expected.append(seen.hitsTotal)
        if not too_many:
            return gap
        if not window.is_divisible:
            return f"more than {self.most_hits} hits from {iso_z(window.since)} to {iso_z(window.until)}"
        gaps = await together(self._walk_window(query, part, found, expected) for part in window.parts(parts))
        return next((reason for reason in gaps if reason), None)

    async def _streamed(self, stream: StreamRead) -> QueryOutcome:
        """What the network's stream held for the brands, and then its metrics, which no event tells."""
        status, gap = await outcome_of(stream.through())
        self.authors.update(uri.split("/")[2] for uri in stream.found)
        again = [self._posts(some, None, STREAM_RULE) for some in batches(stream.found, BATCH_SIZE)]
        looked = await outcome_of(all_of(again))
        if status == "complete":
            status, gap = looked
        return QueryOutcome(None, STREAM_RULE, len(stream.found), None, status, gap)

    async def _notifications(self, brand_id: str) -> QueryOutcome:
        """Posts that mention, answer or quote the own account, and then their metrics."""
        rule = f"@{self.session.handle} notifications"
        found: set[str] = set()
        status, gap = await outcome_of(self._walk_notifications(brand_id, rule, found))
        return QueryOutcome(brand_id, rule, len(found), None, status, gap)

    async def _walk_notifications(self, brand_id: str, rule: str, found: set[str]) -> str | None:
        since = iso_z(self.task.since)

        def next_cursor(page: Page) -> str | None:  # newest first: the rest is older than the window
            seen = glance(page)
            return None if any(item.indexedAt < since for item in seen.notifications) else seen.cursor

        async def fetch(name: str, cursor: str | None) -> Page:
            wanted = [("reasons", reason) for reason in MENTION_REASONS]
            params = [*wanted, ("limit", str(PAGE_SIZE)), *at_cursor(cursor)]
            return await self._ask("app.bsky.notification.listNotifications", params, name, "notifications", brand_id, rule)

        gap = None
        prefix = page_prefix("notifications", brand_id, rule)
        async for step in walk_pages(fetch, next_cursor, store=self.store, prefix=prefix):
            gap = step.gap_reason
            found.update(mentions_of(step.page, MENTION_REASONS))
            self.authors.update(item.author.did for item in glance(step.page).notifications if item.uri in found)
        await all_of(self._posts(batch, brand_id, rule) for batch in batches(found, BATCH_SIZE))
        return gap

    def _refresh(self) -> list[Coroutine[Any, Any, QueryOutcome]]:
        """Another look at stored posts. Addresses with a handle instead of a DID find nothing, so they are left out."""
        known = [post.post_id for post in self.task.refresh_posts if post.network == Bluesky.network]
        todo = batches((uri for uri in known if uri.startswith("at://did:")), BATCH_SIZE)
        return [self._batched(REFRESH, [self._posts(batch, None, REFRESH) for batch in todo])] if todo else []

    def _profiles(self) -> list[Coroutine[Any, Any, QueryOutcome]]:
        """Profiles of tonight's authors and of those due: author blocks of posts carry no follower counts."""
        todo = batches((did for did in self.authors if did.startswith("did:")), BATCH_SIZE)
        return [self._batched(PROFILES, [self._profile_batch(batch) for batch in todo])] if todo else []

    async def _batched(self, rule: str, calls: list[Coroutine[Any, Any, int]]) -> QueryOutcome:
        counts: list[int] = []
        status, gap = await outcome_of(all_of(calls, counts))
        return QueryOutcome(None, rule, sum(counts), None, status, gap)

    async def _posts(self, uris: list[str], brand_id: str | None, rule: str) -> int:
        params = [("uris", uri) for uri in uris]
        page = await self._once("app.bsky.feed.getPosts", params, "posts", brand_id, rule)
        return len(glance(page).posts)

    async def _profile_batch(self, dids: list[str]) -> int:
        params = [("actors", did) for did in dids]
        page = await self._once("app.bsky.actor.getProfiles", params, PROFILES, None, PROFILES)
        return len(glance(page).profiles)

    async def _once(self, method: str, params: list[tuple[str, str]], kind: str, brand_id: str | None, rule: str) -> Page:
        """An answer of one page, stored under a name made of what was asked."""
        name = page_prefix(kind, rule, *(value for _, value in params))
        if self.store.has(name):
            return self.store.load(name)
        page = await self._ask(method, params, name, kind, brand_id, rule)
        self.store.save(page)
        return page

    async def _ask(
        self, method: str, params: list[tuple[str, str]], name: str, kind: str, brand_id: str | None, rule: str
    ) -> Page:
        async with self.slots:  # whoever waits here must see a refusal that came meanwhile
            if self.refused is not None:
                raise self.refused
            try:
                answer = await self.session.get(method, params)
            except PlatformRefusedError as error:
                self.refused = error
                raise
        return answer.page(name, kind, brand_id=brand_id, rule=rule)
