"""Mastodon and the servers that speak its API: several instances asked, one network delivered.

No instance knows the whole fediverse, so each is asked and the answers are united by ActivityPub uri when they are
parsed. Put here: which questions a night asks, and how each went. Keep out: requests and cursors (`mastodon_api.py`),
meaning of the answers (`mastodon_parse.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from microinf_pipeline.catalog.capture import (
    TIMELINES,
    CaptureResult,
    CaptureTask,
    KnownPost,
    Page,
    PageStore,
    Parsed,
    PlannedCalls,
    QueryOutcome,
    Quota,
    Unbounded,
    Usual,
)
from microinf_pipeline.sources.addresses import parts_of
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.mastodon_api import Instance, InstanceApi, local_id, own_rule
from microinf_pipeline.sources.mastodon_night import InstanceNight
from microinf_pipeline.sources.mastodon_parse import REFRESH, parse_pages
from microinf_pipeline.sources.mastodon_questions import owned_accounts, planned
from microinf_pipeline.sources.rate_limits import first_of, reset_at, retry_after

#: Mastodon pages at most 300 times in 15 minutes, so a wait may be that long.
LIMITS: Final = HttpLimits(max_wait_seconds=930.0)
#: ISO text on Mastodon, unix seconds elsewhere; GoToSocial says `Retry-After`.
READ_WAIT: Final = first_of(retry_after, reset_at("X-RateLimit-Reset"))


Connect = Callable[[], HttpClient]


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that reads the rate headers of Mastodon and its relatives."""
    return HttpClient(limits, read_wait=READ_WAIT)


class Mastodon:
    """A `NetworkSource` over any number of instances: hashtags, words and mentions, metrics refresh, profiles."""

    network: Final = "mastodon"
    quota: Quota = Unbounded()

    def __init__(
        self,
        name: str,
        instances: Sequence[Instance],
        *,
        origin: str = "mastodon_api",
        connect: Connect = connect,
    ) -> None:
        self.name, self.origin = name, origin
        self._instances, self._connect = tuple(instances), connect

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """Each instance's share, and the second looks at known posts and accounts, one by one in the worst case."""
        looks = [calls for one in self._instances for calls in planned(one, task, usual)]
        return (
            *looks,
            PlannedCalls("refresh", len(task.refresh_posts)),
            PlannedCalls("accounts", len(task.refresh_accounts)),
            PlannedCalls(TIMELINES, 2 * len(task.timelines)),  # who it is here, and what they posted
        )

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Look for every brand on every instance, then look again at known posts and accounts.

        Failures of a query become its outcome; nothing but a broken store raises.
        """
        async with self._connect() as http:
            nights = [InstanceNight(InstanceApi(http, one, store), task) for one in self._instances]
            await asyncio.gather(*(night.look() for night in nights))
            unreachable = _share_out(task, nights)
            await asyncio.gather(*(night.look_again() for night in nights))
            outcomes = [outcome for night in nights for outcome in night.outcomes]
            outcomes += unreachable + _far_accounts(task, nights)
            return CaptureResult(tuple(outcomes), requests=http.requests, bytes=http.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """See `mastodon_parse.parse_pages`."""
        return parse_pages(pages)


def _share_out(task: CaptureTask, nights: Sequence[InstanceNight]) -> list[QueryOutcome]:
    """Give each known post and account to the instance that can tell; posts seen tonight need no second look."""
    home = {host: night for night in nights for host in (night.api.host, night.api.can.domain)}
    reader = next((night for night in nights if night.api.instance.token), None)
    seen = {uri for night in nights for uri in night.posts}
    lost = sum(not _assigned(post, home, reader) for post in task.refresh_posts if post.post_id not in seen)
    for account in task.refresh_accounts:
        night = home.get(account.rpartition("@")[2], reader or nights[0])
        night.accounts_due.append(account)
    for account in task.timelines:
        home.get(account.rpartition("@")[2], reader or nights[0]).timelines_due.append(account)
    if not lost:
        return []
    reason = f"{lost} posts live on servers that are not asked, and without a user token none can look them up"
    return [QueryOutcome(None, REFRESH, 0, status="short", gap_reason=reason)]


def _far_accounts(task: CaptureTask, nights: Sequence[InstanceNight]) -> list[QueryOutcome]:
    """Owned accounts on servers that are not asked: others know only part of what they post."""
    homes = {host for night in nights for host in (night.api.host, night.api.can.domain)}
    every = {name.rpartition("@")[2].lower() for brand in task.brands for name in brand.owned}
    far = owned_accounts(task, every - homes)
    return [
        QueryOutcome(b, own_rule(name), 0, status="short", gap_reason="no server that is asked is its home") for b, name in far
    ]


def _assigned(post: KnownPost, home: dict[str, InstanceNight], reader: InstanceNight | None) -> bool:
    night, known_as = home.get(parts_of(post.post_id).netloc), local_id(post.post_id, post.url)
    if night is not None and known_as is not None:
        night.posts_due[known_as] = post.post_id
        return True
    asker = night if night is not None and night.api.instance.token else reader
    if asker is None:
        return False
    asker.addresses_due.append(post.post_id)
    return True
