"""TikTok's API for Business as a network source: what names the own account, its hashtags, its posts, and creators.

Lists are rankings that end at a thousand, so they are read newest first, down to the night's start or to the oldest post
that is due for another look. Put here: the course of a capture. Keep out: requests (`tiktok_business_api.py`), columns
(`tiktok_business_parse.py`).
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from typing import Any, Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import (
    TIMELINE_POSTS,
    TIMELINES,
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
from microinf_pipeline.errors import FixConfigurationError, ItemGoneError
from microinf_pipeline.sources import tiktok_business_parse as kinds
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.outcomes import all_of, outcome_of
from microinf_pipeline.sources.paging import page_prefix, walk_pages
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.tiktok_business_api import (
    CREATOR,
    CREATOR_POSTS,
    LIMITS,
    OWN_PAGE_SIZE,
    OWN_POSTS,
    OWN_PROFILE,
    BusinessAccess,
    BusinessApi,
    is_passing,
)
from microinf_pipeline.sources.tiktok_business_lists import PROFILES, REFRESH, Account, Listed
from microinf_pipeline.sources.tiktok_business_pages import creators_in, cursor_of, items_of, key_of
from microinf_pipeline.sources.tiktok_fields import at_second, of_other_roads

#: A list of mentions is a ranking of so many.
_MOST: Final = 1000

Connect = Callable[[], HttpClient]


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that knows the return codes of TikTok's API for Business."""
    return HttpClient(limits, is_transient=is_passing)


class TikTokBusiness:
    """A `NetworkSource` over one business account."""

    network: Final = "tiktok"
    quota: Quota = Unbounded()

    def __init__(
        self, name: str, access: BusinessAccess, account: Account, sessions: SessionStore, *,
        origin: str = "tiktok_business_api", connect: Connect = connect,
    ) -> None:  # fmt: skip
        self.name, self.origin = name, origin
        self._access, self._account, self._sessions, self._connect = access, account, sessions, connect

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """See `Account.planned`."""
        return self._account.planned(task, usual)

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again. A query that fails is an outcome.

        Raises `FixConfigurationError` for an account that has to be connected anew, or that is no brand's.
        """
        async with self._connect() as client:
            api = BusinessApi(client, self._access, self._sessions)
            await api.open()
            outcomes = await _Capture(self._account, task, api, store, of_other_roads(task, self.origin)).run()
            return CaptureResult((*outcomes, *api.token_outcomes()), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `tiktok_business_parse`."""
        return kinds.parse_pages(pages, self._account.username)


class _Capture:
    """The state of one run of `capture`."""

    def __init__(self, account: Account, task: CaptureTask, api: BusinessApi, store: PageStore, others: frozenset[str]) -> None:
        self.account, self.task, self.api, self.store, self.others = account, task, api, store, others
        self.authors: dict[str, None] = {}

    async def run(self) -> list[QueryOutcome]:
        brand = self.account.brand(self.task)
        if brand is None and self.task.brands:
            raise FixConfigurationError(
                f"no brand has @{self.account.username} among its handles or owned accounts on TikTok",
                where="sources",
                fix=f"add it to its brand: handles: {{tiktok: {self.account.username}}}",
            )
        lists = [] if brand is None else [(brand.brand_id, one) for one in self.account.lists(brand)]
        outcomes = await asyncio.gather(*(self._listed(brand_id, one) for brand_id, one in lists))
        outcomes += await self._refreshed()
        outcomes += await self._looked_up()
        return [*outcomes, *await self._timelines()]

    async def _listed(self, brand_id: str, one: Listed) -> QueryOutcome:
        found: set[str] = set()
        status, gap = await outcome_of(self._walk(brand_id, one, found))
        return QueryOutcome(brand_id, one.rule, len(found), None, status, gap)

    async def _walk(self, brand_id: str, one: Listed, found: set[str]) -> str | None:
        since = one.down_to(self.task, again=self.account.tcm_account_id is None)
        seen, reached = 0, False
        fixed = {**one.params, "max_count": one.size}
        if one.kind != kinds.OWN:
            fixed["number_of_days"] = (clock.now().date() - since.date()).days + 1

        async def fetch(name: str, cursor: str | None) -> Page:
            turned = {} if cursor is None else {"cursor": cursor}
            return await self.api.page(one.method, fixed | turned, name, one.kind, brand_id, one.rule)

        def next_cursor(page: Page) -> str | None:
            nonlocal reached
            times = [at_second(item.get(one.at)) for item in items_of(page, one.items)]
            reached = bool(times) and all(at is not None and at < since for at in times)
            return None if reached else cursor_of(page)

        gap = None

        def ids_of(page: Page) -> list[str]:
            return [key_of(item) for item in items_of(page, one.items)]

        prefix = page_prefix(one.kind, brand_id, one.rule)
        async for step in walk_pages(fetch, next_cursor, store=self.store, prefix=prefix, ids_of=ids_of):
            gap = step.gap_reason
            items = items_of(step.page, one.items)
            seen += len(items)
            found.update(key_of(item) for item in items if self._is_new(item.get(one.at)))
            self.authors.update(dict.fromkeys(creators_in(items)))
        is_cut = seen >= _MOST and not reached and one.kind != kinds.OWN
        return gap or (f"the list ends at {_MOST:,}" if is_cut else None)

    def _is_new(self, told: Any) -> bool:
        at = at_second(told)
        return at is not None and self.task.since <= at.replace(tzinfo=UTC) < self.task.until

    async def _refreshed(self) -> list[QueryOutcome]:
        """Another look at posts by id; without the marketplace those of others come again with the lists alone."""
        mine = self.account.username

        async def look(author: str, ids: list[str]) -> int:
            own, of_creator = {"filters": {"video_ids": ids}, "max_count": OWN_PAGE_SIZE}, self._of(author, video_ids=ids)
            rule = page_prefix(REFRESH, *ids)
            if author == mine:
                return await self._paged(OWN_POSTS, own, kinds.REFRESH, rule, "videos")
            return await self._paged(CREATOR_POSTS, of_creator, kinds.CREATOR_REFRESH, rule, "posts")

        return await self._each(REFRESH, [look(author, ids) for author, ids in self.account.due(self.task)])

    def _of(self, handle: str, **more: Any) -> dict[str, Any]:
        return {"tto_tcm_account_id": self.account.tcm_account_id, "handle_name": handle, **more}

    async def _paged(
        self, method: str, fixed: Mapping[str, Any], kind: str, rule: str, items: str, most: int | None = None
    ) -> int:
        """All pages of a look, or as many as hold `most`; a creator the marketplace does not know has none."""
        found = 0

        async def fetch(name: str, cursor: str | None) -> Page:
            turned = {} if cursor is None else {"cursor": cursor}
            page = await self.api.page(method, {**fixed, **turned}, name, kind, None, rule)
            ids = fixed.get("video_ids") or fixed.get("filters", {}).get("video_ids", ())
            return dataclasses.replace(
                page, request={**page.request, "vouched": [one for one in ids if one not in self.others]}
            )

        def next_cursor(page: Page) -> str | None:
            is_enough = most is not None and found + len(items_of(page, items)) >= most
            return None if is_enough else cursor_of(page)

        def ids_of(page: Page) -> list[str]:
            return [key_of(item) for item in items_of(page, items)]

        try:
            pages = walk_pages(fetch, next_cursor, store=self.store, prefix=page_prefix(kind, rule), ids_of=ids_of)
            async for step in pages:
                found += len(items_of(step.page, items))
        except ItemGoneError:
            return found
        return found

    async def _looked_up(self) -> list[QueryOutcome]:
        """The own account, then creators: authors of tonight's finds and those that are due, one request each."""
        authors = (author for author in self.authors if author not in self.task.counted)
        wanted, most = self.account.creators([*authors, *self.task.refresh_accounts], self.task), self.account.profiles
        cut = f"{len(wanted) - most} accounts wait: at most {most} are looked up a night" if len(wanted) > most else None
        calls = [self._own_profile(), *(self._creator(handle) for handle in wanted[:most])]
        return await self._each(PROFILES, calls, cut)

    async def _own_profile(self) -> int:
        await self._once(OWN_PROFILE, {}, kinds.PROFILE, PROFILES)
        return 1

    async def _creator(self, handle: str) -> int:
        """A creator the marketplace does not know is no failure: most small ones are not in it."""
        try:
            await self._once(CREATOR, self._of(handle), kinds.CREATOR, PROFILES, handle)
        except ItemGoneError:
            return 0
        return 1

    async def _timelines(self) -> list[QueryOutcome]:
        wanted = self.account.creators(self.task.timelines, self.task)[: self.account.profiles]
        return await self._each(TIMELINES, [self._timeline(handle) for handle in wanted])

    async def _timeline(self, handle: str) -> int:
        rule = f"posts of @{handle}"
        return await self._paged(CREATOR_POSTS, self._of(handle), kinds.TIMELINE, rule, "posts", TIMELINE_POSTS)

    async def _once(self, method: str, params: Mapping[str, Any], kind: str, rule: str, *parts: str) -> Page:
        name = page_prefix(kind, *parts)
        if self.store.has(name):
            return self.store.load(name)
        page = await self.api.page(method, params, name, kind, None, rule)
        self.store.save(page)
        return page

    async def _each(self, rule: str, calls: list[Any], gap: str | None = None) -> list[QueryOutcome]:
        """Calls of one kind as one outcome, or none where there are none."""
        if not calls:
            return []
        counts: list[int] = []
        status, failure = await outcome_of(_none(all_of(calls, counts)))
        return [QueryOutcome(None, rule, sum(counts), None, status, failure or gap)]


async def _none(walk: Any) -> None:
    await walk
