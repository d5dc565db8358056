"""Bluesky's case: the log-in and tokens of the unit tests' server, over posts and people that change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from microinf_pipeline.catalog.capture import NetworkSource, Page
from microinf_pipeline.sources.bluesky import READ_WAIT, Bluesky
from microinf_pipeline.sources.bluesky_session import BlueskyAccess
from microinf_pipeline_tests.contract.case import NOW, Case, ConnectWith, Filled, field_of, items_at, outside, times, z
from microinf_pipeline_tests.unit.sources.bluesky_pages import author, post
from microinf_pipeline_tests.unit.sources.fake_bluesky import FakeBluesky, MemorySessions, answer, failure
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

_ITEMS = {
    "search": ("posts", ("uri",)), "posts": ("posts", ("uri",)), "profiles": ("profiles", ("did",)),
    "timeline": ("feed", ("post", "uri")),
}  # fmt: skip
_COUNTS = ("likeCount", "replyCount", "repostCount", "quoteCount", "bookmarkCount")


class CASE(Case):
    network = "bluesky"
    shows_timelines = True
    secrets = ("app-pass-9f", "access-1", "refresh-1")
    gone_is = frozenset({"unknown"})

    def __init__(self) -> None:
        self.fake = FakeBluesky([], password="app-pass-9f", handle="acme.example.test")
        self.sessions = MemorySessions()
        self.views: dict[str, dict[str, Any]] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.left: int | None = None  # requests until the server's limit

    def handler(self, request: Request) -> Reply:
        method = request.path.rpartition(".")[2]
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                reset = str(int((NOW + timedelta(days=1)).timestamp()))
                return Reply(429, b'{"error":"RateLimitExceeded"}', {"ratelimit-reset": reset})
        told = self.fake(Request(request.method, "/xrpc/app.bsky.test.getPosts", [], request.headers, b""))
        if method.endswith("Session") or told.status != 200:
            return self.fake(request) if method.endswith("Session") else told
        asked = request.query
        if method == "searchPosts":
            window = dict(asked)
            return self._shown(asked, "posts", [v for v in self._newest() if window["since"] <= _created(v) < window["until"]])
        if method == "getAuthorFeed":
            if dict(asked)["actor"] not in self.people:
                return failure("InvalidRequest")
            mine = [{"post": v} for v in self._newest() if v["author"]["did"] == dict(asked)["actor"]]
            return self._shown(asked, "feed", mine)
        if method == "getPosts":
            return answer({"posts": [self.views[v] for k, v in asked if k == "uris" and v in self.views]})
        if method == "getProfiles":
            return answer({"profiles": [self.people[v] for k, v in asked if k == "actors" and v in self.people]})
        return failure("MethodNotImplemented", 501)

    def _newest(self) -> list[dict[str, Any]]:
        return sorted(self.views.values(), key=_created, reverse=True)

    def _shown(self, asked: list[tuple[str, str]], name: str, hits: list[dict[str, Any]]) -> Reply:
        start = int(dict(asked).get("cursor", "0"))
        more = {"cursor": str(start + self.page_size)} if start + self.page_size < len(hits) else {}
        total = {"hitsTotal": len(hits)} if name == "posts" else {}
        return answer({name: hits[start : start + self.page_size], **more, **total})

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        access = BlueskyAccess(base, self.fake.handle, "app-pass-9f")
        return Bluesky("bluesky", access, self.sessions, connect=lambda: connect_with(read_wait=READ_WAIT))

    def fill(self, posts: int, authors: int) -> Filled:
        people = [f"did:plc:author{n}" for n in range(authors)]
        self.people = {did: author(did, followersCount=100 + n, followsCount=5, postsCount=9) for n, did in enumerate(people)}
        inside = [self._add(f"3kin{n}", people[n % authors], at) for n, at in enumerate(times(posts))]
        beside = [self._add(f"3kout{n}", people[0], at) for n, at in enumerate(outside())]
        return Filled(tuple(inside), tuple(beside), tuple(people))

    def _add(self, key: str, did: str, at: datetime) -> str:
        view = post(key, did, view={"indexedAt": z(at)}, text=f"Tea with #acme, cup {key}", createdAt=z(at))
        self.views[view["uri"]] = view
        return str(view["uri"])

    def like(self, post_id: str, likes: int) -> None:
        self.views[post_id]["likeCount"] = likes

    def uncount(self, post_id: str) -> None:
        for name in _COUNTS:
            del self.views[post_id][name]

    def delete(self, post_id: str) -> None:
        del self.views[post_id]

    def rename(self, account_id: str, handle: str) -> None:
        self.people[account_id]["handle"] = handle

    def leave(self, account_id: str) -> None:
        del self.people[account_id]
        self.views = {uri: view for uri, view in self.views.items() if view["author"]["did"] != account_id}

    def revoke(self) -> None:
        self.fake.valid, self.fake.password = 1000, "another"
        self.fake.broken = lambda _: failure("ExpiredToken")

    def spend(self, after: int) -> None:
        self.left = after

    def rows_in(self, page: Page) -> list[Any]:
        name, path = _ITEMS[page.kind]
        reposts = [field_of(item, "reason", "uri") for item in items_at(page, name)]
        return [repost or field_of(item, *path) for repost, item in zip(reposts, items_at(page, name), strict=True)]


def _created(view: dict[str, Any]) -> str:
    return str(view["record"]["createdAt"])
