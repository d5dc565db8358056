"""Facebook as a network source: posts that tag the brands' own Pages, the Pages' posts and the comments on them, and other
public Pages where the app may read them.

Put here: the plan and the set-up of a capture. Keep out: its course (`facebook_night.py`), addresses and fields
(`facebook_edges.py`), columns (`facebook_parse.py`), what all of Meta's networks share (`graph_api.py`).
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
from microinf_pipeline.sources import facebook_edges as edges
from microinf_pipeline.sources.facebook_night import FacebookNight, Scope
from microinf_pipeline.sources.facebook_parse import parse_pages
from microinf_pipeline.sources.graph_api import GraphAccess, GraphApi, connect
from microinf_pipeline.sources.graph_tokens import Renewal, living, token_outcomes
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.paging import pages_of
from microinf_pipeline.sources.sessions import SessionStore

Connect = Callable[[], HttpClient]
_NOT_PUBLIC: Final = "other Pages need the feature Page Public Content Access: set public_pages: true where the app has it"


class Facebook:
    """A `NetworkSource` over the Graph API, with the token of a user or system user who has a task on the brands' Pages."""

    network: Final = "facebook"

    def __init__(
        self, name: str, access: GraphAccess, scope: Scope, kept: SessionStore, no_pages: SessionStore, *,
        renewal: Renewal | None = None, origin: str = "facebook_api", connect: Connect = connect,
    ) -> None:  # fmt: skip
        self.name, self.origin = name, origin
        self._access, self._scope, self._kept, self._no_pages = access, scope, kept, no_pages
        self._renewal, self._connect = renewal, connect
        self.quota: Quota = Unbounded()

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """Each Page's token and profile, its tags, posts and comments; known posts by fifties; then other Pages."""
        is_public = self._scope.reads_public
        why = None if is_public else _NOT_PUBLIC
        accounts = _batches({*task.refresh_accounts, *task.timelines})
        return (
            PlannedCalls("token", 1),
            *(call for brand in self._scope.pages_of(task) for call in _own(brand, usual)),
            PlannedCalls(edges.REFRESH, _batches(edges.known_ids(task, edges.REFRESH, self.origin)), is_least=True),
            PlannedCalls(edges.ANSWERS, _batches(edges.known_ids(task, edges.ANSWERS, self.origin)), is_least=True),
            PlannedCalls(edges.TIMELINES, len(task.timelines) if is_public else 0, will_not=why if task.timelines else None),
            PlannedCalls(edges.PROFILES, accounts if is_public else 0, is_least=True, will_not=why if accounts else None),
        )

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again. A query that fails is an outcome.

        Raises TokenRefusedError for a kept token that has expired; one that is refused fails every question, with what to do.
        """
        async with self._connect() as client:
            access = await living(client, self._access, self._kept, self._renewal)
            api = GraphApi(client, access, store, stop_at=self._scope.stop_at)
            outcomes = await token_outcomes(api, access.token, renews=self._renewal is not None)
            outcomes += await FacebookNight(task, api, self._scope, self._no_pages, self.origin).run()
            return CaptureResult(tuple(outcomes), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `facebook_parse`."""
        return parse_pages(pages)


def _own(brand: str, usual: Usual) -> Iterable[PlannedCalls]:
    yield PlannedCalls(edges.OWN, 2, brand)
    yield PlannedCalls(edges.TAGGED, pages_of(usual.get((brand, edges.TAGGED), 0), edges.PAGE), brand, is_least=True)
    yield PlannedCalls(edges.POSTS, pages_of(usual.get((brand, edges.POSTS), 0), edges.PAGE), brand, is_least=True)
    yield PlannedCalls(edges.COMMENTS, 0, brand, is_least=True)  # one of each own post that is new and discussed


def _batches(wanted: Iterable[object]) -> int:
    count = len(list(wanted))
    return pages_of(count, edges.BATCH) if count else 0
