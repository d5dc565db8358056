"""LinkedIn as a network source, off unless switched on: an organisation's own posts and their counts, how often it is
mentioned, and the posts of other organisations that mention it. What members write is counted and never kept.

Put here: the course of a capture. Keep out: requests (`linkedin_api.py`), what may be kept (`linkedin_members.py`), columns
(`linkedin_parse.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

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
from microinf_pipeline.sources import linkedin_parse as kinds
from microinf_pipeline.sources import linkedin_questions as ask
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.linkedin_api import LIMITS, LinkedInAccess, LinkedInApi, is_passing
from microinf_pipeline.sources.linkedin_members import organization_of
from microinf_pipeline.sources.linkedin_questions import BATCH_SIZE, COUNTS, ORGANIZATIONS, PAGE_SIZE, REFRESH, millis
from microinf_pipeline.sources.outcomes import all_of, outcome_of
from microinf_pipeline.sources.paging import batches, page_prefix, walk_pages
from microinf_pipeline.sources.sessions import SessionStore

Connect = Callable[[], HttpClient]


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that takes 429 for the end of the day."""
    return HttpClient(limits, is_transient=is_passing)


class LinkedIn:
    """A `NetworkSource` over the Pages that a brand owns. `texts` keeps the words of organisations' posts."""

    network: Final = "linkedin"

    def __init__(
        self, name: str, access: LinkedInAccess, sessions: SessionStore, *, enabled: bool = False, texts: bool = False,
        origin: str = "linkedin_api", quota: Quota | None = None, connect: Connect = connect,
    ) -> None:  # fmt: skip
        self.name, self.origin, self.enabled = name, origin, enabled
        self._access, self._sessions, self._texts, self._connect = access, sessions, texts, connect
        self.quota: Quota = quota or Unbounded()

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """See `linkedin_questions.planned`."""
        return ask.planned(task, usual, enabled=self.enabled)

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again. A query that fails is an outcome.

        Switched off it asks nothing. Raises `FixConfigurationError` for access that a person has to renew.
        """
        if not self.enabled:
            return CaptureResult(())
        async with self._connect() as client:
            api = LinkedInApi(client, self._access, self._sessions, self.quota, store)
            await api.open()
            outcomes = await _Capture(task, api, store, texts=self._texts).run()
            return CaptureResult((*outcomes, *api.token_outcomes()), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `linkedin_parse`."""
        return kinds.parse_pages(pages)


class _Capture:
    """The state of one run of `capture`."""

    def __init__(self, task: CaptureTask, api: LinkedInApi, store: PageStore, *, texts: bool) -> None:
        self.task, self.api, self.store, self.texts = task, api, store, texts
        self.posts: dict[str, str] = {}  # URN → the organisation that posted it
        self.organizations = dict.fromkeys(ask.organizations(task.refresh_accounts))

    async def run(self) -> list[QueryOutcome]:
        pages = [(brand.brand_id, page) for brand in self.task.brands for page in ask.pages_of_brand(brand)]
        own = list(dict.fromkeys(page for _, page in pages))
        self.organizations.update(dict.fromkeys(own))
        outcomes = await asyncio.gather(*(self._mentions(*one) for one in pages), *(self._own(*one) for one in pages))
        outcomes += await self._each(REFRESH, [self._posts(ids, kinds.REFRESH, None, REFRESH) for ids in ask.due(self.task)])
        outcomes += await self._each(COUNTS, self._counts(own))
        return [*outcomes, *await self._each(ORGANIZATIONS, self._profiles())]

    async def _mentions(self, brand_id: str, page: str) -> QueryOutcome:
        """How often a Page was mentioned, and the posts of organisations among the mentions."""
        rule, found = ask.rules_of(page)[0], dict[str, str]()
        told: list[int] = []
        status, gap = await outcome_of(self._walk_mentions(brand_id, rule, page, told, found))
        hidden = sum(told) - len(found)
        note = f"{hidden} by members are counted, not kept" if hidden else None
        return QueryOutcome(brand_id, rule, sum(told), None, status, gap or note)

    async def _walk_mentions(self, brand_id: str, rule: str, page: str, told: list[int], found: dict[str, str]) -> str | None:
        async def fetch(name: str, cursor: str | None) -> Page:
            asked = ask.mentions_of(page, self.task.since, self.task.until, cursor)
            return await self.api.page(asked, name, brand_id, rule)

        gap = None
        async for step in walk_pages(fetch, _next, store=self.store, prefix=page_prefix(kinds.MENTIONS, brand_id, rule)):
            body, gap = _body(step.page), step.gap_reason
            told.append(body["mentions"])
            fresh = {one["post"]: str(organization_of(one["owner"])) for one in body["elements"] if one["post"] not in found}
            found.update(fresh)
            await all_of(self._posts(ids, kinds.MENTION, brand_id, rule, page) for ids in batches(fresh, BATCH_SIZE))
        return gap

    async def _own(self, brand_id: str, page: str) -> QueryOutcome:
        """What a Page posted, last changed first, down to the window's start."""
        rule, found = ask.rules_of(page)[1], set[str]()
        status, gap = await outcome_of(self._walk_own(brand_id, rule, page, found))
        return QueryOutcome(brand_id, rule, len(found), None, status, gap)

    async def _walk_own(self, brand_id: str, rule: str, page: str, found: set[str]) -> str | None:
        since, until = millis(self.task.since), millis(self.task.until)

        async def fetch(name: str, cursor: str | None) -> Page:
            return await self.api.page(ask.posts_of(page, cursor, texts=self.texts), name, brand_id, rule)

        def next_cursor(step: Page) -> str | None:
            changed = [one.get("lastModifiedAt") for one in _dicts(_body(step)["elements"])]
            is_past = bool(changed) and all(isinstance(at, int) and at < since for at in changed)
            return None if is_past else _next(step)

        gap = None
        async for step in walk_pages(fetch, next_cursor, store=self.store, prefix=page_prefix(kinds.OWN, brand_id, rule)):
            gap = step.gap_reason
            for one in _dicts(_body(step.page)["elements"]):
                self.posts[str(one.get("id"))] = page
                at = one.get("publishedAt") or one.get("createdAt")
                if isinstance(at, int) and since <= at < until:
                    found.add(str(one.get("id")))
        return gap

    async def _posts(self, ids: list[str], kind: str, brand_id: str | None, rule: str, mentioned: str | None = None) -> int:
        asked = ask.posts_by_id(ids, kind, texts=self.texts, mentions=mentioned)
        body = _body(await self.api.once(asked, brand_id, rule))
        there = [one for one in _dicts(body["results"].values() if "results" in body else [body]) if "id" in one]
        authors = {str(one["id"]): author for one in there if (author := organization_of(one.get("author"))) is not None}
        self.posts.update(authors)
        self.organizations.update(dict.fromkeys(authors.values()))
        return len(there)

    def _counts(self, own: list[str]) -> list[Any]:
        """Reactions and comments of all posts, and what is told of the own ones besides."""
        calls = [self._once(ask.reactions_to(ids), COUNTS, len(ids)) for ids in batches(self.posts, BATCH_SIZE)]
        for page in own:
            mine = [post for post, author in self.posts.items() if author == page]
            calls += [self._once(ask.statistics_of(page, ids), COUNTS) for ids in batches(mine, BATCH_SIZE)]
        return calls

    def _profiles(self) -> list[Any]:
        """Names of organisations by twenties, followers one by one."""
        names = [self._once(ask.names_of(ids), ORGANIZATIONS, len(ids)) for ids in batches(self.organizations, BATCH_SIZE)]
        return [*names, *(self._once(ask.followers_of(one), ORGANIZATIONS) for one in sorted(self.organizations))]

    async def _once(self, asked: ask.Asked, rule: str, counts: int = 0) -> int:
        await self.api.once(asked, None, rule)
        return counts

    async def _each(self, rule: str, calls: list[Any]) -> list[QueryOutcome]:
        """Calls of one kind as one outcome, or none where there are none."""
        if not calls:
            return []
        counts: list[int] = []
        status, failure = await outcome_of(_none(all_of(calls, counts)))
        return [QueryOutcome(None, rule, sum(counts), None, status, failure)]


async def _none(walk: Any) -> None:
    await walk


def _body(page: Page) -> dict[str, Any]:
    """A page as it was reduced before it was stored."""
    body: dict[str, Any] = msgspec.json.decode(page.body)
    return body


def _dicts(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [one for one in items if isinstance(one, dict)]


def _next(page: Page) -> str | None:
    """Where the next page starts: behind this one, unless it is shorter than it might be."""
    body = _body(page)
    paging = body["paging"]
    start, count, total = (paging.get(name) for name in ("start", "count", "total"))
    size = count if isinstance(count, int) and count > 0 else PAGE_SIZE
    after = (start if isinstance(start, int) and start > 0 else 0) + size
    is_last = body["shown"] < size or (isinstance(total, int) and total <= after)
    return None if is_last else str(after)
