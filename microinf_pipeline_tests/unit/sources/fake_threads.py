"""A small Threads of invented people for capture tests: searches by time, mentions, own posts with counts, profiles by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from microinf_pipeline_tests.unit.sources.fake_graph import refused, said
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

WRITTEN = datetime(2026, 11, 19, 10, tzinfo=UTC)
METRICS = ("views", "likes", "replies", "reposts", "quotes")
NO_TOKEN = refused(190, "Error validating access token: Session has expired", subcode=463, status=401)


def at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def a_post(key: str, username: str = "anna_brews", **over: Any) -> dict[str, Any]:
    post = {
        "id": key, "media_type": "TEXT_POST", "permalink": f"https://www.threads.net/@{username}/post/C{key}",
        "username": username, "text": f"Tea with #acme {key}", "timestamp": at(WRITTEN), "is_quote_post": False,
        "has_replies": False, "is_reply": False,
    }  # fmt: skip
    return post | over


def insights(**counts: int) -> dict[str, Any]:
    return {"data": [{"name": name, "period": "lifetime", "values": [{"value": n}]} for name, n in counts.items()]}


@dataclass
class FakeThreads:
    """Answers with these posts, whatever is searched for. `hook` may answer a request instead."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    username: str = "acme_tea"
    token: str = "token-9f"
    page_size: int = 2
    counts: dict[str, dict[str, int]] = field(default_factory=dict)  # of own posts
    followers: dict[str, int] = field(default_factory=dict)  # of people who are shown
    below: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # replies, by the post they are below
    blind: bool = False  # no advanced access: searches see own posts alone
    common: tuple[str, ...] = ("somebody",)  # who wrote a common word lately
    hook: Callable[[Request], Reply | None] = lambda _: None

    def __call__(self, request: Request) -> Reply:
        answer = self.hook(request)
        if answer is not None:
            return answer
        query = dict(request.query)
        if query.get("access_token") != self.token:
            return NO_TOKEN
        if request.path == "/refresh_access_token":
            return said({"access_token": self.token, "token_type": "bearer", "expires_in": 5_183_944})
        return self._answer(request.path.removeprefix("/v1.0/"), query)

    def _answer(self, path: str, query: dict[str, str]) -> Reply:
        if path == "keyword_search" and query["q"] == "the":
            return said({"data": [{"id": str(n), "username": name} for n, name in enumerate(self.common)]})
        if path == "me":
            return said({"id": "7001", "username": self.username, "name": "Acme Tea", "threads_biography": "We brew"})
        if path == "me/threads_insights":
            return said({"data": [{"name": "followers_count", "period": "day", "total_value": {"value": 321}}]})
        if path == "profile_lookup":
            return self._profile(query["username"])
        name, _, edge = path.partition("/")
        if edge == "insights":
            return said(insights(**self.counts[name])) if name in self.counts else _gone()
        if name.isdecimal() and not edge:
            found = [one for one in self.posts if one["id"] == name]
            return said(found[0]) if found else _gone()
        return self._page(self._of(path, name, edge, query), query)

    def _of(self, path: str, name: str, edge: str, query: dict[str, str]) -> list[dict[str, Any]]:
        own = [one for one in self.posts if one["username"] == self.username]
        if path == "me/threads":
            return self._within([one for one in own if not one["is_reply"]], query)
        if path == "me/replies":
            return self._within([one for one in own if one["is_reply"]], query)
        if path == "profile_posts":
            return [one for one in self.posts if one["username"] == query["username"]]
        if edge == "conversation":
            return self.below.get(name, [])
        return self._within(own if self.blind else self.posts, query)

    def _within(self, posts: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
        since, until = int(query["since"]), int(query["until"])
        return [one for one in posts if since <= datetime.fromisoformat(one["timestamp"]).timestamp() < until]

    def _page(self, posts: list[dict[str, Any]], query: dict[str, str]) -> Reply:
        """Lists give cursors and no address of the next page, and end with an empty page."""
        start, size = int(query.get("after", "0")), min(int(query["limit"]), self.page_size)
        shown = posts[start : start + size]
        paging = {"paging": {"cursors": {"before": str(start), "after": str(start + size)}}} if shown else {}
        return said({"data": shown, **paging})

    def _profile(self, name: str) -> Reply:
        if name not in self.followers:
            return refused(24, "The requested resource does not exist")
        told = {"username": name, "name": "Anna", "biography": "Tea", "is_verified": False, "views_count": 9}
        return said(told | {"follower_count": self.followers[name]})


def _gone() -> Reply:
    return refused(100, "Unsupported get request. Object does not exist", subcode=33)
