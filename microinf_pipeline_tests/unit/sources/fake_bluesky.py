"""A small stand-in for a Bluesky server: log-in, search by window and cursor, notifications, posts and profiles.

It answers over a real socket (`local_server`), keeps to the documented parameters, and breaks on demand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from microinf_pipeline_tests.unit.sources.bluesky_pages import author, post
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

HTML_403 = Reply(403, b"<html><body>Request forbidden by administrative rules.</body></html>")


def answer(body: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode())


def failure(name: str, status: int = 400) -> Reply:
    return answer({"error": name, "message": name}, status)


@dataclass
class FakeBluesky:
    """`times` are the creation times of the posts `3k0`, `3k1` … that every search finds."""

    times: list[str]
    page_size: int = 2
    handle: str = "acme.example.test"
    password: str = "app-pass"
    notifications: list[dict[str, Any]] = field(default_factory=list)
    own_feed: list[dict[str, Any]] = field(default_factory=list)  # newest first, handed out `page_size` at a time
    gone: set[str] = field(default_factory=set)
    broken: Callable[[Request], Reply | None] | None = None  # asked first; its None lets the request through
    no_log_in: Reply | None = None
    log_ins: int = 0
    refreshes: int = 0
    valid: int = 1  # number of the access token that is accepted

    def __call__(self, request: Request) -> Reply:
        method = request.path.removeprefix("/xrpc/").rpartition(".")[2]
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if method == "createSession":
            return self._create_session(json.loads(request.body))
        if method == "refreshSession":
            return self._refresh_session(token)
        broken = self.broken(request) if self.broken else None
        if broken is not None:
            return broken
        if token != f"access-{self.valid}":
            return failure("ExpiredToken") if token else failure("AuthMissing", 401)
        answers: dict[str, Callable[[list[tuple[str, str]]], dict[str, Any]]] = {
            "searchPosts": self._search,
            "listNotifications": lambda _: {"notifications": self.notifications, "cursor": "older"},
            "getAuthorFeed": self._own_feed,
            "getPosts": lambda q: {"posts": [post(uri.rpartition("/")[2]) for uri in _all(q, "uris") if uri not in self.gone]},
            "getProfiles": lambda q: {"profiles": [author(did, followersCount=7) for did in _all(q, "actors")]},
        }
        return answer(answers[method](request.query))

    def _create_session(self, body: dict[str, str]) -> Reply:
        if self.no_log_in is not None:
            return self.no_log_in
        if body != {"identifier": self.handle, "password": self.password}:
            return failure("AuthenticationRequired", 401)
        self.log_ins += 1
        return self._session()

    def _refresh_session(self, token: str) -> Reply:
        if token != f"refresh-{self.valid - 1}":
            return failure("ExpiredToken")
        self.refreshes += 1
        return self._session()

    def _session(self) -> Reply:
        tokens = {"accessJwt": f"access-{self.valid}", "refreshJwt": f"refresh-{self.valid}"}
        return answer({"did": "did:plc:acme", "handle": self.handle, **tokens})

    def _search(self, query: list[tuple[str, str]]) -> dict[str, Any]:
        asked = dict(query)
        hits = [n for n, time in enumerate(self.times) if asked["since"] <= time < asked["until"]]
        hits.sort(key=lambda n: self.times[n], reverse=True)
        start = int(asked.get("cursor", "0"))
        shown = hits[start : start + self.page_size]
        more = {"cursor": str(start + len(shown))} if start + len(shown) < len(hits) else {}
        return {"posts": [post(f"3k{n}", createdAt=self.times[n]) for n in shown], "hitsTotal": len(hits), **more}

    def _own_feed(self, query: list[tuple[str, str]]) -> dict[str, Any]:
        start = int(dict(query).get("cursor", "0"))
        return {"feed": self.own_feed[start : start + self.page_size], "cursor": str(start + self.page_size)}


def _all(query: list[tuple[str, str]], name: str) -> list[str]:
    return [value for key, value in query if key == name]


class MemorySessions:
    """A session store in memory."""

    def __init__(self, session: dict[str, str] | None = None) -> None:
        self.session = session

    def load(self) -> dict[str, str] | None:
        return self.session

    def save(self, session: Any) -> None:
        self.session = dict(session)
