"""Requests to the YouTube Data API v3, and what its refusals mean. Decided by `reason`, never by the status alone.

Put here: addresses, parts, batch sizes, error reasons, the bucket of searches. Keep out: which questions a night asks
(`youtube.py`), meaning of the answers (`youtube_parse.py`).
Source: discovery document of 2026-11-04; developers.google.com/youtube/v3 (errors, quota), read in November 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from microinf_pipeline.catalog.capture import TIMELINE_POSTS, TIMELINES, Page, PageStore, Quota
from microinf_pipeline.errors import BudgetSpentError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse, decoded_body, transient_status
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.paging import page_prefix

BATCH_SIZE: Final = 50  # ids of videos.list and channels.list, and hits a page of search.list
VIDEO_PARTS: Final = "snippet,statistics,contentDetails,status,paidProductPlacementDetails"
CHANNEL_PARTS: Final = "snippet,statistics"
#: Every try costs quota, refused ones too.
LIMITS: Final = HttpLimits(attempts=3, rate=(10.0, 1.0), concurrency=4)

_SPENT: Final = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_PASSING: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "SERVICE_UNAVAILABLE", "processingFailure"})


#: What the network counts a day: searches in a bucket of their own, one unit for a look-up.
SEARCHES: Final = "searches"
UNITS: Final = "units"


def is_passing(response: HttpResponse) -> bool:
    """Worth another attempt: the reasons that pass, and statuses of servers in trouble. A spent quota is neither."""
    if response.status < 400:
        return False
    reasons = reasons_of(decoded_body(response))
    return bool(reasons & _PASSING) or (transient_status(response) and not reasons & _SPENT)


def reasons_of(body: Any) -> set[str]:
    """The reasons an error body gives; empty for anything else."""
    error = body.get("error") if isinstance(body, dict) else None
    listed = error.get("errors") if isinstance(error, dict) else None
    return {str(one.get("reason")) for one in listed if isinstance(one, dict)} if isinstance(listed, list) else set()


class YouTubeApi:
    """Asks, and keeps every answer as a page before anything is read from it. Raises what `HttpClient.request` raises;
    a spent quota is a `BudgetSpentError`: it comes back at midnight in California.
    """

    def __init__(self, client: HttpClient, service: str, key: str, store: PageStore, quota: Quota) -> None:
        self._client, self._base, self._key, self._store = client, f"{service.rstrip('/')}/youtube/v3", key, store
        self._quota = quota

    async def search(self, name: str, params: Sequence[tuple[str, str]], brand_id: str, rule: str) -> Page:
        """One page of hits, paid from the bucket of searches."""
        return await self._ask("search", params, name, "search", brand_id, rule)

    async def videos(self, ids: Sequence[str], brand_id: str | None, rule: str) -> Page:
        """At most fifty videos; those that are gone or private are absent from the answer."""
        params = [("part", VIDEO_PARTS), ("id", ",".join(ids)), ("maxResults", str(BATCH_SIZE))]
        return await self._once("videos", params, brand_id, rule)

    async def channels(self, ids: Sequence[str], rule: str) -> Page:
        """At most fifty channels."""
        params = [("part", CHANNEL_PARTS), ("id", ",".join(ids)), ("maxResults", str(BATCH_SIZE))]
        return await self._once("channels", params, None, rule)

    async def uploads_of(self, ids: Sequence[str]) -> Page:
        """Of at most fifty channels the playlist that holds their uploads."""
        params = [("part", "contentDetails"), ("id", ",".join(ids)), ("maxResults", str(BATCH_SIZE))]
        return await self._once("channels", params, None, TIMELINES, kind="uploads")

    async def last_of(self, playlist: str) -> Page:
        """The newest videos of a playlist of uploads."""
        params = [("part", "contentDetails"), ("playlistId", playlist), ("maxResults", str(TIMELINE_POSTS))]
        return await self._once("playlistItems", params, None, TIMELINES)

    async def _once(
        self, method: str, params: Sequence[tuple[str, str]], brand_id: str | None, rule: str, kind: str = ""
    ) -> Page:
        name = page_prefix(kind or method, rule, *(value for _, value in params))
        if self._store.has(name):
            return self._store.load(name)
        page = await self._ask(method, params, name, kind or method, brand_id, rule)
        self._store.save(page)
        return page

    async def _ask(
        self, method: str, params: Sequence[tuple[str, str]], name: str, kind: str, brand_id: str | None, rule: str
    ) -> Page:
        unit = SEARCHES if method == "search" else UNITS
        asked, url = [*params, ("key", self._key)], f"{self._base}/{method}"
        try:
            answer = await self._client.request("GET", url, asked, each_try=lambda: self._quota.spend(unit))
        except AnswerRefusedError as error:
            if reasons_of(error.body) & _SPENT:
                self._quota.exhausted(unit)
                raise BudgetSpentError("the quota of this day is used up; it comes back at midnight Pacific time") from error
            raise
        return answer.page(name, kind, brand_id=brand_id, rule=rule)
