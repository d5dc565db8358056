"""Reddit's case: submissions of invented people, found by search, looked at by name, deleted by their authors."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import NetworkSource, Page
from microinf_pipeline.sources.reddit import Reddit
from microinf_pipeline.sources.reddit_session import READ_WAIT, RedditAccess, is_passing
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, items_at, outside, times
from microinf_pipeline_tests.unit.sources.fake_reddit import FakeReddit, a_link
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession


class CASE(Case):
    network = "reddit"
    shows_timelines = True
    walks_timelines = False
    secrets = ("of-this-test", "token-1", "refresh-9f")
    cursors = ("after",)
    gone_is = frozenset({"deleted"})

    def __init__(self) -> None:
        self.fake = FakeReddit(page_size=self.page_size, permanent="refresh-9f")
        self.sessions = MemorySession()
        self.left: int | None = None  # requests until the limit

    def handler(self, request: Request) -> Reply:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                return Reply(429, b"{}", {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "599"})
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        access = RedditAccess("app", "acme_team", "of-this-test", "refresh-9f", base, base)
        return Reddit(
            "reddit", access, self.sessions,
            connect_with=lambda: connect_with(read_wait=READ_WAIT, is_transient=is_passing, user_agent=access.user_agent),
        )  # fmt: skip

    def fill(self, posts: int, authors: int) -> Filled:
        people = {f"t2_author{n}": f"Author_{n}" for n in range(authors)}
        self.fake.accounts = people
        ids = list(people)
        inside = [self._link(f"in{n:03d}", ids[n % authors], at) for n, at in enumerate(times(posts))]
        after, before = (self._link(f"out{n}", ids[0], at) for n, at in enumerate(outside()))
        self.fake.things = [after, *inside, before]
        names = [str(one["data"]["name"]) for one in (*inside, after, before)]
        return Filled(tuple(names[:posts]), tuple(names[posts:]), tuple(ids))

    def _link(self, key: str, author: str, at: datetime) -> dict[str, Any]:
        name = self.fake.accounts[author]
        return a_link(key, author_fullname=author, author=name, created_utc=at.timestamp(), selftext=f"Tea with #acme, {key}")

    def like(self, post_id: str, likes: int) -> None:
        self._of(post_id)["score"] = likes

    def uncount(self, post_id: str) -> None:
        self._of(post_id).update(hide_score=True, score=1)
        del self._of(post_id)["num_comments"]

    def delete(self, post_id: str) -> None:
        self._of(post_id).update(author="[deleted]", selftext="[deleted]")

    def rename(self, account_id: str, handle: str) -> None:
        self.fake.accounts[account_id] = handle

    def leave(self, account_id: str) -> None:
        del self.fake.accounts[account_id]
        self.fake.things = [one for one in self.fake.things if one["data"]["author_fullname"] != account_id]

    def revoke(self) -> None:
        self.fake.token, self.fake.permanent = "token-2", "another"

    def spend(self, after: int) -> None:
        self.left = after

    def _of(self, post_id: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one["data"] for one in self.fake.things if one["data"]["name"] == post_id)
        return found

    def rows_in(self, page: Page) -> list[Any]:
        if page.kind == "users":
            told = json.loads(page.body)
            return list(told) if isinstance(told, dict) else [None]
        if page.kind == "about":
            key = field_of(json.loads(page.body), "data", "id")
            return [f"t2_{key}" if isinstance(key, str) else None]
        return [field_of(item, "data", "name") for item in items_at(page, "data", "children")]
