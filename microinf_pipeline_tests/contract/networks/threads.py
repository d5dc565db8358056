"""Threads' case: posts of invented people known by name alone, without counts; profiles one by one; a token that ends."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import CaptureTask, KnownPost, NetworkSource, Page
from microinf_pipeline.sources.graph_api import GraphAccess, passes
from microinf_pipeline.sources.graph_usage import regain_wait
from microinf_pipeline.sources.threads import Threads
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, items_at, outside, times
from microinf_pipeline_tests.unit.sources.fake_graph import refused
from microinf_pipeline_tests.unit.sources.fake_threads import FakeThreads, a_post, at
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession


class CASE(Case):
    network = "threads"
    shows_timelines = True
    walks_timelines = False
    secrets = ("token-9f",)
    cursors = ("after",)
    gone_is = frozenset({"unknown"})
    own = frozenset({"acme_tea"})
    accounts_by = "handle"
    tells_handles = False  # whoever is renamed is another name, and there is no id
    tells_counts = False  # of posts of others

    def __init__(self) -> None:
        self.fake = FakeThreads(page_size=self.page_size)
        self.sessions = MemorySession()
        self.left: int | None = None  # searches until the limit

    def handler(self, request: Request) -> Reply:
        if self.left is not None and request.path.endswith("/keyword_search"):
            self.left -= 1
            if self.left < 0:
                return refused(4, "Application request limit reached")
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        return Threads(
            "threads", GraphAccess(base, "v1.0", "token-9f"), "acme_tea", self.sessions,
            connect=lambda: connect_with(read_wait=regain_wait, is_transient=passes),
        )  # fmt: skip

    def task(self, *, accounts: tuple[str, ...] = (), timelines: tuple[str, ...] = (), **more: Any) -> CaptureTask:
        """Accounts without an id are kept under their handle."""
        task = super().task(accounts=_keys(accounts), timelines=_keys(timelines), **more)
        handles = {f"h:{name}": name for name in (*accounts, *timelines)}
        return CaptureTask(**{**task.__dict__, "handles": handles})

    def known(self, post_id: str) -> KnownPost:
        return KnownPost(self.network, post_id, handle="person_0")

    def fill(self, posts: int, authors: int) -> Filled:
        people = [f"person_{n}" for n in range(authors)]
        self.fake.followers = {name: 1000 + n for n, name in enumerate(people)}
        inside = [_post(100 + n, people[n % authors], moment) for n, moment in enumerate(times(posts))]
        beside = [_post(900 + n, people[0], moment) for n, moment in enumerate(outside())]
        self.fake.posts = [*inside, *beside]
        return Filled(tuple(one["id"] for one in inside), tuple(one["id"] for one in beside), tuple(people))

    def like(self, post_id: str, likes: int) -> None:
        """Nobody but the author is told."""

    def uncount(self, post_id: str) -> None:
        """There is nothing to take away."""

    def delete(self, post_id: str) -> None:
        self.fake.posts = [one for one in self.fake.posts if one["id"] != post_id]

    def rename(self, account_id: str, handle: str) -> None:
        raise NotImplementedError("names are all there is")

    def leave(self, account_id: str) -> None:
        del self.fake.followers[account_id]
        self.fake.posts = [one for one in self.fake.posts if one["username"] != account_id]

    def revoke(self) -> None:
        self.fake.token = "another"

    def spend(self, after: int) -> None:
        self.left = after

    def rows_in(self, page: Page) -> list[Any]:
        if page.kind == "followers" or page.status == 404:
            return []
        if page.kind in ("me", "profile"):
            return [field_of(_body(page), "username")]
        if page.kind == "look":
            return [field_of(_body(page), "id")]
        return [field_of(item, "id") for item in items_at(page, "data")]


def _keys(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"h:{name}" for name in names)


def _body(page: Page) -> Any:
    return json.loads(page.body)


def _post(key: int, name: str, moment: datetime) -> dict[str, Any]:
    return a_post(str(key), name, timestamp=at(moment))
