"""Instagram as a network source: hashtags, tags and mentions of the brands' own accounts, their posts and comments, and
professional accounts by name.

Put here: the plan and the course of a capture. Keep out: addresses and fields (`instagram_edges.py`), columns
(`instagram_parse.py`), what all of Meta's networks share (`graph_api.py`), reading stored webhook payloads
(`instagram_webhooks.py`).
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
from microinf_pipeline.sources.graph_api import GraphAccess, GraphApi, connect
from microinf_pipeline.sources.graph_tokens import Renewal, living, token_outcomes
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.instagram_creators import asked_handles
from microinf_pipeline.sources.instagram_edges import (
    COMMENTS,
    HASHTAGS,
    MEDIA,
    MENTION,
    OWN,
    PAGE,
    PROFILES,
    REFRESH,
    TAGGED,
    TIMELINES,
)
from microinf_pipeline.sources.instagram_night import InstagramNight, Scope, tags_of
from microinf_pipeline.sources.instagram_parse import parse_pages
from microinf_pipeline.sources.instagram_webhooks import mentions_in
from microinf_pipeline.sources.paging import pages_of
from microinf_pipeline.sources.sessions import SessionStore

SERVICE: Final = "https://graph.facebook.com"
VERSION: Final = "v26.0"

Connect = Callable[[], HttpClient]


class Instagram:
    """A `NetworkSource` over the Graph API, with the token of a user who has a task on the brands' pages."""

    network: Final = "instagram"

    def __init__(
        self, name: str, access: GraphAccess, scope: Scope, kept: SessionStore, seen: SessionStore, *,
        renewal: Renewal | None = None, origin: str = "instagram_api", quota: Quota | None = None, connect: Connect = connect,
    ) -> None:  # fmt: skip
        self.name, self.origin = name, origin
        self._access, self._scope, self._kept, self._seen = access, scope, kept, seen
        self._renewal, self._connect = renewal, connect
        self.quota: Quota = quota or Unbounded()

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """Each hashtag, then tags, mentions, posts and comments of each own account, then one call a creator."""
        asked = asked_handles(task, (), self.origin)
        return (
            PlannedCalls("token", 1),
            *self._hashtags(task, usual),
            *(call for brand in self._scope.accounts_of(task) for call in self._account(brand, task, usual)),
            PlannedCalls(TIMELINES, sum(one.rule == TIMELINES for one in asked)),
            PlannedCalls(REFRESH, sum(one.rule == REFRESH for one in asked)),
            PlannedCalls(PROFILES, sum(one.rule == PROFILES for one in asked), is_least=True),
        )

    def _hashtags(self, task: CaptureTask, usual: Usual) -> Iterable[PlannedCalls]:
        left = self.quota.left(HASHTAGS)
        for tag, brands in tags_of(task).items():
            rule, why = f"#{tag}", None if self._scope.searches_hashtags else "hashtag search is switched off (hashtags: 0)"
            is_free = self.quota.is_paid(HASHTAGS, tag)
            if why is None and not is_free and left is not None:
                left -= 1
                why = None if left >= 0 else "no hashtag is left of those of these seven days"
            pages = pages_of(usual.get((brands[0], rule), 0), PAGE)
            calls = 0 if why else 1 + pages + self._scope.reads_top
            spends = () if is_free or not self._scope.searches_hashtags else ((HASHTAGS, 1),)
            yield PlannedCalls(rule, calls, brands[0], is_least=True, will_not=why, spends=spends)

    def _account(self, brand: str, task: CaptureTask, usual: Usual) -> Iterable[PlannedCalls]:
        told = [m for m in mentions_in(self._scope.webhooks or ()).mentions if m.account_id == self._scope.accounts[brand]]
        due = sum(task.since <= m.told_at for m in told)
        why = (
            None if self._scope.webhooks is not None else "mentions come by webhook alone: name stored payloads under webhooks:"
        )
        yield PlannedCalls(OWN, 1, brand)
        yield PlannedCalls(TAGGED, pages_of(usual.get((brand, TAGGED), 0), PAGE), brand, is_least=True)
        yield PlannedCalls(MENTION, due, brand, is_least=True, will_not=why)
        yield PlannedCalls(MEDIA, pages_of(usual.get((brand, MEDIA), 0), PAGE), brand, is_least=True)
        yield PlannedCalls(COMMENTS, 0, brand, is_least=True)  # one of each own post that is new and discussed

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again. A query that fails is an outcome.

        Raises TokenRefusedError for a kept token that has expired; one that is refused fails every question, with what to do.
        """
        async with self._connect() as client:
            access = await living(client, self._access, self._kept, self._renewal)
            api = GraphApi(client, access, store, stop_at=self._scope.stop_at)
            outcomes = await token_outcomes(api, access.token, renews=self._renewal is not None)
            outcomes += await InstagramNight(task, api, self._scope, self.quota, self._seen, self.origin).run()
            return CaptureResult(tuple(outcomes), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `instagram_parse`."""
        return parse_pages(pages)
