"""YouTube as a network source: a search a brand, then the videos found, known videos again, and their channels.

Search knows no hashtags, handles or phrases and is ranked and lossy: what it finds is only a candidate. Videos are read
from `videos.list`, and the rules for mentions decide afterwards. Put here: the course of a capture. Keep out: requests
(`youtube_api.py`), columns (`youtube_parse.py`).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from microinf_pipeline.catalog.capture import (
    TIMELINE_POSTS,
    TIMELINES,
    BrandTerms,
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
from microinf_pipeline.errors import GiveUpError, MicroinfError
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.outcomes import all_of, outcome_of, timelines_outcome, together
from microinf_pipeline.sources.paging import batches, page_prefix, pages_of, walk_pages
from microinf_pipeline.sources.youtube_api import BATCH_SIZE, LIMITS, SEARCHES, UNITS, YouTubeApi, is_passing
from microinf_pipeline.sources.youtube_parse import REFRESH, parse_pages

PROFILES: Final = "channels"
SERVICE: Final = "https://youtube.googleapis.com"
#: Paging ends early, however large the total it states; beyond, hits repeat.
_MOST_PAGES: Final = 10

Connect = Callable[[], HttpClient]


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that knows YouTube's error reasons."""
    return HttpClient(limits, is_transient=is_passing)


class YouTube:
    """A `NetworkSource` over the Data API with a key."""

    network: Final = "youtube"

    def __init__(
        self, name: str, key: str, *, origin: str = "youtube_api", service: str = SERVICE, quota: Quota | None = None,
        connect: Connect = connect,
    ) -> None:  # fmt: skip
        self.name, self.origin = name, origin
        self._key, self._service, self._connect = key, service, connect
        self.quota: Quota = quota or Unbounded()

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """A search a brand and page, then videos and channels by fifties; channels nobody has seen come on top."""
        rules = [(brand.brand_id, search_rule(brand)) for brand in task.brands if search_rule(brand)]
        found = [usual.get(one, 0) for one in rules]
        searches = [
            _planned(rule, pages_of(hits, BATCH_SIZE), SEARCHES, brand_id, is_least=True)
            for (brand_id, rule), hits in zip(rules, found, strict=True)
        ]
        return (
            *searches,
            _planned("videos found", sum(_calls(hits) for hits in found), UNITS, is_least=True),
            _planned(REFRESH, _calls(len(task.refresh_posts)), UNITS),
            _planned(TIMELINES, _timeline_calls(len(task.timelines)), UNITS),
            _planned(PROFILES, _calls(len(task.refresh_accounts)), UNITS, is_least=True),
        )

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again. A query that fails is an outcome."""
        async with self._connect() as client:
            api = YouTubeApi(client, self._service, self._key, store, self.quota)
            outcomes = await _Capture(task, api, store).run()
            return CaptureResult(tuple(outcomes), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `youtube_parse`."""
        return parse_pages(pages)


def search_rule(brand: BrandTerms) -> str:
    """A brand's terms as one search: `a|#b|"two words"`. Searches are few, so a brand costs one and not one a term."""
    words = [
        *brand.keywords,
        *(f"#{tag}" for tag in brand.hashtags),
        *(f"@{handle}" for handle in brand.handles),
        *brand.domains,
    ]
    once = dict.fromkeys(words)
    return "|".join(f'"{word}"' if " " in word else word for word in once)


def _planned(rule: str, calls: int, unit: str, brand_id: str | None = None, *, is_least: bool = False) -> PlannedCalls:
    return PlannedCalls(rule, calls, brand_id, is_least, spends=((unit, calls),))


def _timeline_calls(accounts: int) -> int:
    """By fifties their playlists, one by one what is newest, by fifties these videos; fewer where somebody has fewer."""
    return _calls(accounts) + accounts + _calls(accounts * TIMELINE_POSTS)


def _calls(ids: int) -> int:
    return math.ceil(ids / BATCH_SIZE)


class _Capture:
    """The state of one run of `capture`."""

    def __init__(self, task: CaptureTask, api: YouTubeApi, store: PageStore) -> None:
        self.task, self.api, self.store = task, api, store
        self.channels: set[str] = set(task.refresh_accounts)

    async def run(self) -> list[QueryOutcome]:
        asked = [self._search(brand) for brand in self.task.brands if search_rule(brand)]
        outcomes = [*await asyncio.gather(*asked), *await self._refreshed()]
        if self.task.timelines:
            outcomes.append(await self._timelines())
        if self.channels:
            calls = [self._channels(ids) for ids in batches(self.channels, BATCH_SIZE)]
            outcomes.append(await self._batched(PROFILES, calls))
        return outcomes

    async def _search(self, brand: BrandTerms) -> QueryOutcome:
        rule, found = search_rule(brand), set[str]()
        status, gap = await outcome_of(self._walk(brand.brand_id, rule, found))
        return QueryOutcome(brand.brand_id, rule, len(found), None, status, gap)

    async def _walk(self, brand_id: str, rule: str, found: set[str]) -> str | None:
        window = [("publishedAfter", _z(self.task.since)), ("publishedBefore", _z(self.task.until))]
        fixed = [
            ("part", "snippet"), ("q", rule), ("type", "video"), ("order", "date"), ("safeSearch", "none"),
            ("maxResults", str(BATCH_SIZE)),
        ]  # fmt: skip

        async def fetch(name: str, cursor: str | None) -> Page:
            turned = [] if cursor is None else [("pageToken", cursor)]
            return await self.api.search(name, [*fixed, *window, *turned], brand_id, rule)

        gap, prefix = None, page_prefix("search", brand_id, rule)
        waiting: list[str] = []
        asked: list[asyncio.Task[int]] = []

        def ask(least: int) -> None:
            """Look at what was found, by fifties, while the search goes on: its pages come one after the other."""
            while len(waiting) >= least:
                ids, waiting[:] = waiting[:BATCH_SIZE], waiting[BATCH_SIZE:]
                asked.append(asyncio.ensure_future(self._videos(sorted(ids), brand_id, rule)))

        try:
            pages = walk_pages(fetch, _next_page, store=self.store, prefix=prefix, max_pages=_MOST_PAGES, ids_of=_hits)
            async for step in pages:
                waiting += sorted(_hits(step.page) - found)
                found.update(waiting)
                gap = step.gap_reason
                ask(BATCH_SIZE)
        except MicroinfError:  # what was found before a failure is read all the same
            ask(1)
            await together(asked)
            raise
        except asyncio.CancelledError:
            for one in asked:
                one.cancel()
            raise
        ask(1)
        await together(asked)
        return gap

    async def _refreshed(self) -> list[QueryOutcome]:
        known = [post.post_id for post in self.task.refresh_posts if post.network == YouTube.network]
        calls = [self._videos(ids, None, REFRESH) for ids in batches(known, BATCH_SIZE)]
        return [await self._batched(REFRESH, calls)] if calls else []

    async def _timelines(self) -> QueryOutcome:
        """The last videos of each candidate: its playlist of uploads, what is newest in it, then the videos themselves."""
        playlists: list[str] = []
        videos: set[str] = set()

        async def uploads(ids: list[str]) -> int:
            items = _items(await self.api.uploads_of(ids))
            found = [_at(item, "contentDetails", "relatedPlaylists", "uploads") for item in items]
            playlists.extend(one for one in found if one)
            return 0

        async def newest(playlist: str) -> int:
            items = _items(await self.api.last_of(playlist))
            found = [_at(item, "contentDetails", "videoId") for item in items]
            videos.update(one for one in found if one)
            return 0

        done = [
            await timelines_outcome(uploads(ids) for ids in batches(self.task.timelines, BATCH_SIZE)),
            await timelines_outcome(newest(playlist) for playlist in sorted(playlists)),
            await timelines_outcome(self._videos(ids, None, TIMELINES) for ids in batches(videos, BATCH_SIZE)),
        ]
        worst = next((one for one in done if one.status != "complete"), done[-1])
        return replace(worst, captured=done[-1].captured)

    async def _batched(self, rule: str, calls: list[Any]) -> QueryOutcome:
        counts: list[int] = []
        status, gap = await outcome_of(_none(all_of(calls, counts)))
        return QueryOutcome(None, rule, sum(counts), None, status, gap)

    async def _videos(self, ids: list[str], brand_id: str | None, rule: str) -> int:
        items = _items(await self.api.videos(ids, brand_id, rule))
        self.channels.update(channel for item in items if (channel := _channel(item)) is not None)
        return len(items)

    async def _channels(self, ids: list[str]) -> int:
        return len(_items(await self.api.channels(ids, PROFILES)))


async def _none(walk: Any) -> None:
    await walk


def _z(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _body(page: Page) -> dict[str, Any]:
    """The answer. Raises `GiveUpError` when it has another shape: nothing found would be no true word about it."""
    body = msgspec.json.decode(page.body)
    if not isinstance(body, dict) or not isinstance(body.get("items", []), list):
        fix = "the network may have changed its answers: look at the stored page"
        raise GiveUpError("the answer holds no list of items", where=f"{page.request['url']}, page {page.name}", fix=fix)
    return body


def _items(page: Page) -> list[dict[str, Any]]:
    return [item for item in _body(page).get("items", []) if isinstance(item, dict)]


def _next_page(page: Page) -> str | None:
    token = _body(page).get("nextPageToken")
    return token if isinstance(token, str) and token else None


def _hits(page: Page) -> set[str]:
    ids = (item.get("id") for item in _items(page))
    return {one["videoId"] for one in ids if isinstance(one, dict) and isinstance(one.get("videoId"), str)}


def _channel(video: dict[str, Any]) -> str | None:
    return _at(video, "snippet", "channelId")


def _at(item: Any, *path: str) -> str | None:
    """The text at a path inside an item."""
    for name in path:
        item = item.get(name) if isinstance(item, dict) else None
    return item if isinstance(item, str) else None
