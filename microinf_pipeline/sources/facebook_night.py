"""The questions of one night on Facebook, in the order in which they matter when calls run out.

Put here: the course, and what each question counts as. Keep out: plan and set-up (`facebook.py`), addresses and fields
(`facebook_edges.py`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from microinf_pipeline.catalog.capture import CaptureTask, QueryOutcome
from microinf_pipeline.errors import GiveUpError, ItemGoneError
from microinf_pipeline.sources import facebook_edges as edges
from microinf_pipeline.sources.facebook_edges import OwnPage
from microinf_pipeline.sources.graph_api import GraphApi
from microinf_pipeline.sources.graph_errors import GraphRefusedError
from microinf_pipeline.sources.graph_paging import body_of, data_of, until_expired
from microinf_pipeline.sources.outcomes import all_of, outcome_of, together
from microinf_pipeline.sources.paging import Walked, batches
from microinf_pipeline.sources.sessions import SessionStore

#: Pages of one list a night turns at most, fifty posts each: about as many as a Page's feed shows of a year.
_MOST_PAGES: Final = 20
#: What the network says of a person's id that is asked for as a Page.
_ANOTHER_KIND: Final = "node type"
#: How long an id that is no Page is not asked for again.
_REMEMBERED: Final = timedelta(days=30)


@dataclass(frozen=True)
class Scope:
    """What a source may read. `pages`: brand id → id of its own Page."""

    pages: Mapping[str, str]
    reads_public: bool = False  # other Pages: their posts and profiles
    stop_at: float = 95.0  # percent of Meta's limits

    def pages_of(self, task: CaptureTask) -> dict[str, str]:
        """Those of the brands this night looks for."""
        wanted = {brand.brand_id for brand in task.brands}
        return {brand_id: page_id for brand_id, page_id in self.pages.items() if brand_id in wanted}


class FacebookNight:
    """The state of one run of `capture`."""

    def __init__(self, task: CaptureTask, api: GraphApi, scope: Scope, no_pages: SessionStore, origin: str) -> None:
        self.task, self.api, self.scope, self.kept, self.origin = task, api, scope, no_pages, origin
        self.no_pages = dict(no_pages.load() or {})  # ids that are no Page → when that was found
        self.authors: dict[str, None] = {}
        self.seen: set[str] = set()
        self.due = {post.post_id for post in task.refresh_posts}

    async def run(self) -> list[QueryOutcome]:
        pages, outcomes = await self._pages()
        outcomes += await together([self._tagged(*one) for one in pages] + [self._own(*one) for one in pages])
        outcomes += await self._refreshed(pages[0][1] if pages else self.api)
        if self.scope.reads_public:
            outcomes += await self._public()
            self._remember()
        return outcomes

    async def _pages(self) -> tuple[list[tuple[OwnPage, GraphApi]], list[QueryOutcome]]:
        """The own Pages, each with its own token: a user's token may not read what people write to a Page."""
        found: list[tuple[OwnPage, GraphApi]] = []

        async def look(brand_id: str, page_id: str) -> str | None:
            api = await self.api.as_page(page_id)
            page = await api.once(edges.OWN, page_id, [("fields", edges.PROFILE)], brand_id=brand_id, rule=edges.OWN)
            found.append((OwnPage(brand_id, page_id, str(body_of(page).get("username") or "")), api))
            return None

        outcomes = []
        for brand_id, page_id in self.scope.pages_of(self.task).items():
            status, gap = await outcome_of(look(brand_id, page_id))
            if status != "complete":
                outcomes.append(QueryOutcome(brand_id, edges.OWN, 0, None, status, gap))
        return found, outcomes

    async def _tagged(self, page: OwnPage, api: GraphApi) -> QueryOutcome:
        walk = api.walk(edges.tagged(page), edges.until_older(self.task.since), max_pages=_MOST_PAGES)
        found = list[Mapping[str, Any]]()
        status, gap = await outcome_of(self._walk(walk, found, meets=True))
        return QueryOutcome(page.brand_id, edges.TAGGED, self._inside(found), None, status, gap)

    async def _own(self, page: OwnPage, api: GraphApi) -> QueryOutcome:
        """Own posts since the window's start, at least a page, and the comments on those that are new or due."""
        posts, answers = list[Mapping[str, Any]](), list[Mapping[str, Any]]()

        async def read() -> str | None:
            walk = api.walk(edges.posts(page), edges.until_older(self.task.since), max_pages=_MOST_PAGES)
            gap = await self._walk(walk, posts)
            for post in [str(one.get("id")) for one in posts if self._is_discussed(one)]:
                cut = await self._walk(api.walk(edges.comments(page, post), max_pages=_MOST_PAGES), answers)
                gap = gap or cut
            return gap

        status, gap = await outcome_of(read())
        return QueryOutcome(page.brand_id, edges.POSTS, len(posts) + len(answers), None, status, gap)

    def _is_discussed(self, post: Mapping[str, Any]) -> bool:
        moment = edges.moment_of(post)
        is_new = moment is not None and moment >= self.task.since
        return edges.discussed(post) and (is_new or post.get("id") in self.due)

    async def _refreshed(self, api: GraphApi) -> list[QueryOutcome]:
        """Known posts and comments by fifties, but for those the lists of tonight have shown."""
        outcomes = []
        for kind in (edges.REFRESH, edges.ANSWERS):
            wanted = sorted(edges.known_ids(self.task, kind, self.origin) - self.seen)
            if wanted:
                outcomes.append(await self._by_ids(api, kind, wanted))
        return outcomes

    async def _public(self) -> list[QueryOutcome]:
        outcomes = []
        if self.task.timelines:
            counts: list[int] = []
            status, gap = await outcome_of(_none(all_of([self._timeline(one) for one in self.task.timelines], counts)))
            outcomes.append(QueryOutcome(None, edges.TIMELINES, sum(counts), None, status, gap))
        wanted = {*self.authors, *self.task.refresh_accounts, *self.task.timelines}
        wanted -= {*self.no_pages, *self.scope.pages.values()}
        if wanted:
            outcomes.append(await self._by_ids(self.api, edges.PROFILES, sorted(wanted)))
        return outcomes

    async def _timeline(self, page_id: str) -> int:
        found = list[Mapping[str, Any]]()
        try:
            await self._walk(self.api.walk(edges.timeline(page_id), lambda _: None), found)
        except ItemGoneError:
            return 0
        return len(found)

    async def _by_ids(self, api: GraphApi, kind: str, ids: Sequence[str]) -> QueryOutcome:
        counts: list[int] = []
        calls = [self._batch(api, kind, some) for some in batches(ids, edges.BATCH)]
        status, gap = await outcome_of(_none(all_of(calls, counts)))
        return QueryOutcome(None, kind, sum(counts), None, status, gap)

    async def _batch(self, api: GraphApi, kind: str, ids: list[str]) -> int:
        """One id that is not there, or is no Page, refuses the whole call: it is looked for by halves."""
        is_one = len(ids) == 1
        try:
            page = await api.once(kind, "", edges.by_ids(kind, ids), rule=kind, keep_absent=is_one)
        except (ItemGoneError, GraphRefusedError) as error:
            if isinstance(error, GraphRefusedError) and (kind != edges.PROFILES or _ANOTHER_KIND not in error.what):
                raise
            if is_one:
                self.no_pages[ids[0]] = self.task.night.isoformat()
                return 0
            middle = len(ids) // 2
            return await self._batch(api, kind, ids[:middle]) + await self._batch(api, kind, ids[middle:])
        there = set(body_of(page)) & set(ids)
        if not there and page.status < 400:
            raise GiveUpError("the answer holds none of the ids", where=f"page {page.name}", fix="look at the stored page")
        if not there and kind == edges.PROFILES:
            self.no_pages[ids[0]] = self.task.night.isoformat()
        return len(there)

    async def _walk(self, walk: AsyncIterator[Walked], found: list[Mapping[str, Any]], *, meets: bool = False) -> str | None:
        gap = None
        async for step in until_expired(walk):
            items = data_of(step.page)
            new = [one for one in items if str(one.get("id")) not in self.seen or "id" not in one]
            found += new
            self.seen.update(str(one.get("id")) for one in new)
            self._meet(items if meets else ())
            gap = step.gap_reason
        return gap

    def _meet(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Remember the authors that are told: those that are Pages can be looked up."""
        self.authors.update(dict.fromkeys(key for one in items if (key := edges.author_of(one)) is not None))

    def _inside(self, items: Iterable[Mapping[str, Any]]) -> int:
        """How many are of the window; one without a time may be."""
        moments = [edges.moment_of(one) for one in items]
        return sum(one is None or self.task.since <= one < self.task.until for one in moments)

    def _remember(self) -> None:
        oldest: date = self.task.night - _REMEMBERED
        self.kept.save({key: found for key, found in self.no_pages.items() if found >= oldest.isoformat()})


async def _none(calls: Awaitable[None]) -> None:
    await calls
