"""The case of TikTok's Research API: searches kept under an id, accounts by handle, a day of so many requests."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import NetworkSource, Page
from microinf_pipeline.sources.tiktok_research import TikTokResearch
from microinf_pipeline.sources.tiktok_research_api import ResearchAccess, is_passing
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, items_at, outside, times
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import FakeResearch, MemorySessions, a_video
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "favorites_count")


class CASE(Case):
    network = "tiktok"
    shows_timelines = True
    secrets = ("secret-9f", "clt.9f")
    gone_is = frozenset({"unknown"})
    accounts_by = "handle"
    tells_handles = False  # a renamed account is another one here

    def __init__(self) -> None:
        self.fake = FakeResearch(secret="secret-9f", token="clt.9f", page_size=self.page_size)
        self.sessions = MemorySessions()

    def handler(self, request: Request) -> Reply:
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        access = ResearchAccess("project", "secret-9f", base)
        return TikTokResearch("tiktok", access, self.sessions, connect=lambda: connect_with(is_transient=is_passing))

    def fill(self, posts: int, authors: int) -> Filled:
        people = [f"creator{n}" for n in range(authors)]
        self.fake.users = {name: {"display_name": "Anna B", "follower_count": 100 + n} for n, name in enumerate(people)}
        inside = [self._add(n, people[n % authors], at) for n, at in enumerate(times(posts))]
        beside = [self._add(900 + n, people[0], at) for n, at in enumerate(outside())]
        return Filled(tuple(inside), tuple(beside), tuple(people))

    def _add(self, number: int, author: str, at: datetime) -> str:
        video = a_video(number, at, username=author)
        self.fake.videos.append(video)
        return str(video["id"])

    def like(self, post_id: str, likes: int) -> None:
        self._of(post_id)["like_count"] = likes

    def uncount(self, post_id: str) -> None:
        for name in _COUNTS:
            del self._of(post_id)[name]

    def delete(self, post_id: str) -> None:
        self.fake.videos.remove(self._of(post_id))

    def rename(self, account_id: str, handle: str) -> None:
        raise NotImplementedError

    def leave(self, account_id: str) -> None:
        del self.fake.users[account_id]
        self.fake.videos = [one for one in self.fake.videos if one["username"] != account_id]

    def revoke(self) -> None:
        self.fake.token, self.fake.secret = "clt.other", "another"

    def spend(self, after: int) -> None:
        self.fake.quota = after

    def _of(self, post_id: str) -> dict[str, Any]:
        return next(one for one in self.fake.videos if str(one["id"]) == post_id)

    def rows_in(self, page: Page) -> list[Any]:
        if page.kind != "user":
            return [_text(field_of(item, "id")) for item in items_at(page, "data", "videos")]
        return [page.request["body"]["username"]] if page.status == 200 else []

    def is_turned(self, request: Request) -> bool:
        return b'"cursor"' in request.body

    def with_cursor(self, reply: Reply, cursor: str) -> Reply:
        body = json.loads(reply.body)
        if field_of(body, "data", "cursor") is not None:
            body["data"]["cursor"] = int(cursor)
        return Reply(reply.status, json.dumps(body).encode(), reply.headers)


def _text(told: Any) -> Any:
    return str(told) if isinstance(told, int) and not isinstance(told, bool) else told
