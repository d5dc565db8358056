"""TikTok's Research API as a network source: a search a brand, owned accounts, known videos again, authors, timelines.

A condition on mentions does not exist: handles and domains are searched as words of the description, and the rules for
mentions decide afterwards. Put here: the course of a capture. Keep out: requests (`tiktok_research_api.py`), columns
(`tiktok_research_parse.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, timedelta
from typing import Any, Final

import msgspec

from microinf_pipeline.catalog.capture import (
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
from microinf_pipeline.errors import GiveUpError
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.outcomes import all_of, outcome_of
from microinf_pipeline.sources.paging import walk_pages
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.tiktok_fields import at_second, handles, of_other_roads
from microinf_pipeline.sources.tiktok_research_api import LIMITS, ResearchAccess, ResearchApi, SearchLostError, is_passing
from microinf_pipeline.sources.tiktok_research_parse import parse_pages
from microinf_pipeline.sources.tiktok_research_queries import (
    OWNED,
    PROFILES,
    REFRESH,
    SEARCH,
    WINDOW_DAYS,
    Question,
    Span,
    due,
    mentions_of,
    planned,
    posts_of_own,
    second_look,
    timeline_of,
    windows,
)

#: Windows back that the last posts of an account are looked for, until there are enough.
_TIMELINE_WINDOWS: Final = 3

Connect = Callable[[], HttpClient]


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that knows the error codes of TikTok's Research API."""
    return HttpClient(limits, is_transient=is_passing)


class TikTokResearch:
    """A `NetworkSource` for approved research projects. `profiles` bounds the accounts looked up a night: each is a
    request of its own. `regions` (ISO alpha-2) keeps to creators who registered there.
    """

    network: Final = "tiktok"

    def __init__(
        self, name: str, access: ResearchAccess, sessions: SessionStore, *, quota: Quota | None = None,
        origin: str = "tiktok_research_api", regions: Sequence[str] = (), profiles: int = 200, connect: Connect = connect,
    ) -> None:  # fmt: skip
        self.name, self.origin = name, origin
        self._access, self._sessions, self._regions, self._profiles = access, sessions, tuple(regions), profiles
        self._connect = connect
        self.quota: Quota = quota or Unbounded()

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """See `tiktok_research_queries.planned`."""
        return planned(task, usual, self._regions, self._profiles)

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants, mentions first; pages already stored are not asked for again.

        A query that fails is an outcome. Raises `FixConfigurationError` for credentials that are not accepted.
        """
        async with self._connect() as client:
            api = ResearchApi(client, self._access, self._sessions, self.quota, store)
            await api.open()
            outcomes = await _Capture(task, api, store, self.origin, self._regions, self._profiles).run()
            return CaptureResult(tuple(outcomes), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `tiktok_research_parse`."""
        return parse_pages(pages)


class _Capture:
    """The state of one run of `capture`."""

    def __init__(
        self, task: CaptureTask, api: ResearchApi, store: PageStore, origin: str, regions: tuple[str, ...], profiles: int
    ) -> None:
        self.task, self.api, self.store, self.origin = task, api, store, origin
        self.regions, self.profiles = regions, profiles
        self.authors: dict[str, None] = {}  # of tonight's finds, in their order

    async def run(self) -> list[QueryOutcome]:
        """One kind of question after the other: where the day's requests do not suffice, mentions come first."""
        mentions = [question for brand in self.task.brands if (question := mentions_of(brand, self.regions)) is not None]
        own = [question for brand in self.task.brands if (question := posts_of_own(brand)) is not None]
        outcomes = await asyncio.gather(*(self._searched(question) for question in mentions))
        outcomes += await asyncio.gather(*(self._searched(question) for question in own))
        return [*outcomes, *await self._refreshed(), *await self._looked_up(), *await self._timelines()]

    async def _searched(self, question: Question) -> QueryOutcome:
        found: set[str] = set()

        async def walk() -> str | None:
            gaps = [await self._span(question, span, found) for span in windows(self.task.since, self.task.until)]
            return next((gap for gap in gaps if gap), None)

        status, gap = await outcome_of(walk())
        return QueryOutcome(question.brand_id, question.rule, len(found), None, status, gap)

    async def _span(self, question: Question, span: Span, found: set[str]) -> str | None:
        """All pages of one window; from the start once more where TikTok has lost the result in between."""
        try:
            return await self._walk(question, span, found, question.prefix(span))
        except SearchLostError:
            return await self._walk(question, span, found, f"{question.prefix(span)}-anew")

    async def _walk(self, question: Question, span: Span, found: set[str], prefix: str) -> str | None:
        async def fetch(name: str, cursor: str | None) -> Page:
            body = question.body(span) | _place(cursor)
            return await self.api.videos(name, question.kind, body, question.brand_id, question.rule, question.vouched)

        def next_cursor(page: Page) -> str | None:
            is_enough = question.most is not None and len(found | set(_ids(page))) >= question.most
            return None if is_enough else _next(page)

        gap = None
        async for step in walk_pages(fetch, next_cursor, store=self.store, prefix=prefix, ids_of=_ids):
            found.update(_id(video) for video in _videos(step.page) if self._counts(question, video))
            if question.kind == SEARCH:
                self.authors.update(dict.fromkeys(_authors(step.page)))
            gap = step.gap_reason
        return gap

    def _counts(self, question: Question, video: dict[str, Any]) -> bool:
        """Whether it is one of the night's finds: days are asked for whole, and the last of them is not the night's."""
        if question.kind not in (SEARCH, OWNED):
            return True
        at = at_second(video.get("create_time"))
        return at is not None and self.task.since <= at.replace(tzinfo=UTC) < self.task.until

    async def _refreshed(self) -> list[QueryOutcome]:
        """Another look at stored videos, by id, in windows that hold the days they were made on."""
        found, others = set[str](), of_other_roads(self.task, self.origin)

        async def look(span: Span, ids: list[str]) -> int:
            await self._span(second_look(ids, others), span, found)
            return 0

        return await self._each(REFRESH, [look(span, ids) for span, ids in due(self.task)], lambda: len(found))

    async def _looked_up(self) -> list[QueryOutcome]:
        """Authors of tonight's finds who were not counted lately, newest find first, then accounts that are due; one request
        each, so no more than `profiles` of them.
        """
        authors = (author for author in self.authors if author not in self.task.counted)
        wanted = handles([*authors, *self.task.refresh_accounts], self.task.handles)
        waiting = len(wanted) - self.profiles
        cut = f"{waiting} accounts wait: at most {self.profiles} are looked up a night" if waiting > 0 else None
        return await self._each(PROFILES, [self._user(handle) for handle in wanted[: self.profiles]], gap=cut)

    async def _user(self, handle: str) -> int:
        return int((await self.api.user(handle, PROFILES)).status == 200)

    async def _timelines(self) -> list[QueryOutcome]:
        """The last posts of accounts, from the night backwards."""
        return await self._each(
            TIMELINES, [self._timeline(handle) for handle in handles(self.task.timelines, self.task.handles)]
        )

    async def _timeline(self, handle: str) -> int:
        question, found, end = timeline_of(handle), set[str](), self.task.until
        for _ in range(_TIMELINE_WINDOWS):
            (span,) = windows(end - timedelta(days=WINDOW_DAYS - 1), end)
            await self._span(question, span, found)
            if len(found) >= (question.most or 0):
                break
            end -= timedelta(days=WINDOW_DAYS)
        return len(found)

    async def _each(
        self, rule: str, calls: list[Any], count: Callable[[], int] | None = None, gap: str | None = None
    ) -> list[QueryOutcome]:
        """Calls of one kind as one outcome, or none where there are none."""
        if not calls:
            return []
        counts: list[int] = []
        status, failure = await outcome_of(_none(all_of(calls, counts)))
        return [QueryOutcome(None, rule, count() if count else sum(counts), None, status, failure or gap)]


async def _none(walk: Any) -> None:
    await walk


def _data(page: Page) -> dict[str, Any]:
    """What an answer holds. Raises `GiveUpError` when it has another shape: nothing found would be no true word about it."""
    body = msgspec.json.decode(page.body)
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("videos"), list):
        fix = "the network may have changed its answers: look at the stored page"
        raise GiveUpError("the answer holds no list of videos", where=f"{page.request['url']}, page {page.name}", fix=fix)
    return data


def _videos(page: Page) -> list[dict[str, Any]]:
    return [one for one in _data(page)["videos"] if isinstance(one, dict)]


def _id(video: dict[str, Any]) -> str:
    return str(video.get("id") or video.get("video_id"))


def _ids(page: Page) -> list[str]:
    return [_id(video) for video in _videos(page)]


def _authors(page: Page) -> list[str]:
    return [one["username"].lower() for one in _videos(page) if isinstance(one.get("username"), str)]


def _next(page: Page) -> str | None:
    """Where the next page begins, in which kept result. A page may be empty and not the last: videos that are gone are
    taken out after the result was cut into pages.
    """
    data = _data(page)
    if data.get("has_more") is not True or not isinstance(data.get("cursor"), int):
        return None
    return f"{data['cursor']}:{data.get('search_id') or ''}"


def _place(cursor: str | None) -> dict[str, Any]:
    if cursor is None:
        return {}
    start, _, search_id = cursor.partition(":")
    return {"cursor": int(start)} | ({"search_id": search_id} if search_id else {})
