"""What accounts posted on Bluesky: owned ones in the night's window, candidates their last posts.

Put here: walks through feeds of authors. Keep out: searches and second looks (`bluesky.py`), columns (`bluesky_parse.py`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from microinf_pipeline.catalog.capture import TIMELINE_POSTS, TIMELINES, CaptureTask, Page, PageStore, QueryOutcome
from microinf_pipeline.sources.bluesky_parse import OWN_FEED, TIMELINE
from microinf_pipeline.sources.bluesky_queries import PAGE_SIZE, at_cursor, glance, iso_z, own_rule, shown_at
from microinf_pipeline.sources.outcomes import outcome_of, timelines_outcome
from microinf_pipeline.sources.paging import page_prefix, walk_pages

#: (method, parameters, page name, kind, brand, rule) → the page, not yet stored.
Ask = Callable[[str, list[tuple[str, str]], str, str, str | None, str], Awaitable[Page]]

_METHOD: Final = "app.bsky.feed.getAuthorFeed"
#: Reposts share the pages with posts; who posts nothing else is not followed for ever.
_MOST_PAGES: Final = 6


class Feeds:
    """Feeds of authors, page by page into the store."""

    def __init__(self, ask: Ask, store: PageStore) -> None:
        self._ask, self._store = ask, store

    async def owned(self, task: CaptureTask, brand_id: str, account: str) -> QueryOutcome:
        """What an owned account posted in the window, its replies to others among it."""
        rule, found = own_rule(account), set[str]()
        status, gap = await outcome_of(self._owned(task, brand_id, account, rule, found))
        return QueryOutcome(brand_id, rule, len(found), None, status, gap)

    async def _owned(self, task: CaptureTask, brand_id: str, account: str, rule: str, found: set[str]) -> str | None:
        since, until = iso_z(task.since), iso_z(task.until)

        def next_cursor(page: Page) -> str | None:  # newest first: the rest is older than the window
            return None if any(at < since for _, at in shown_at(page)) else glance(page).cursor

        async def fetch(name: str, cursor: str | None) -> Page:
            params = [("actor", account), ("filter", "posts_with_replies"), ("limit", str(PAGE_SIZE)), *at_cursor(cursor)]
            return await self._ask(_METHOD, params, name, OWN_FEED, brand_id, rule)

        gap = None
        async for step in walk_pages(fetch, next_cursor, store=self._store, prefix=page_prefix(OWN_FEED, brand_id, rule)):
            gap = step.gap_reason
            found.update(uri for uri, at in shown_at(step.page) if since <= at < until)
        return gap

    async def timelines(self, accounts: Iterable[str]) -> QueryOutcome:
        """The last posts of each account; replies are left out, a rate does not rest on them."""
        return await timelines_outcome(self._timeline(account) for account in accounts)

    async def _timeline(self, account: str) -> int:
        own: set[str] = set()

        def next_cursor(page: Page) -> str | None:
            own.update(item.post.uri for item in glance(page).feed if item.reason is None)
            return None if len(own) >= TIMELINE_POSTS else glance(page).cursor

        async def fetch(name: str, cursor: str | None) -> Page:
            limit = ("limit", str(TIMELINE_POSTS))
            params = [("actor", account), ("filter", "posts_no_replies"), limit, *at_cursor(cursor)]
            return await self._ask(_METHOD, params, name, TIMELINE, None, TIMELINES)

        prefix = page_prefix(TIMELINE, account)
        async for _ in walk_pages(fetch, next_cursor, store=self._store, prefix=prefix, max_pages=_MOST_PAGES):
            pass
        return len(own)
