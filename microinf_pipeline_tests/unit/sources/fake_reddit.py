"""A small Reddit of invented people for capture tests: tokens that end, listings in pages, look-ups, closed places."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

#: 2026-11-19 10:00 UTC, when the things of the tests were written.
WRITTEN = 1_795_082_400.0


def a_link(key: str, **over: Any) -> dict[str, Any]:
    data = {
        "name": f"t3_{key}", "id": key, "title": f"Acme and coffee {key}", "selftext": "Two cups", "author": "Anna_Brews",
        "author_fullname": "t2_anna", "subreddit": "coffee", "permalink": f"/r/coffee/comments/{key}/acme/",
        "url": f"https://www.reddit.com/r/coffee/comments/{key}/acme/", "domain": "self.coffee", "created_utc": WRITTEN,
        "edited": False, "score": 12, "hide_score": False, "num_comments": 3, "is_self": True,
    }  # fmt: skip
    return {"kind": "t3", "data": data | over}


def a_comment(key: str, **over: Any) -> dict[str, Any]:
    data = {
        "name": f"t1_{key}", "id": key, "body": "I like Acme", "author": "Ben", "author_fullname": "t2_ben",
        "subreddit": "coffee", "permalink": f"/r/coffee/comments/p1/acme/{key}/", "parent_id": "t3_p1", "link_id": "t3_p1",
        "created_utc": WRITTEN, "edited": False, "score": 4, "score_hidden": False,
    }  # fmt: skip
    return {"kind": "t1", "data": data | over}


def listing(things: list[dict[str, Any]], after: str | None = None) -> Reply:
    return _json({"kind": "Listing", "data": {"children": things, "after": after, "before": None}})


@dataclass
class FakeReddit:
    """Answers with these things, whatever is searched for. `hook` may answer a request instead."""

    things: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 2
    gone: set[str] = field(default_factory=set)  # still listed, but no longer shown by id, nor usable as an anchor
    accounts: dict[str, str] = field(default_factory=lambda: {"t2_anna": "Anna_Brews", "t2_ben": "Ben"})
    scope: str = "read history privatemessages"
    token: str = "token-1"
    permanent: str = "permanent"
    lives: int = 86_400
    left: str = "98.0"
    hook: Callable[[Request], Reply | None] = lambda _: None

    def __call__(self, request: Request) -> Reply:
        said = self.hook(request)
        if said is not None:
            return said
        if request.path == "/api/v1/access_token":
            return self._grant(request)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return unauthorized()
        return self._answer(request.path, dict(request.query))

    def _grant(self, request: Request) -> Reply:
        app = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        form = dict(parse_qsl(request.body.decode()))
        if app != "app:of-this-test":
            return Reply(401, b'{"message": "Unauthorized", "error": 401}')
        if form.get("refresh_token", self.permanent) != self.permanent:
            return Reply(400, b'{"error": "invalid_grant"}')
        return _json({"access_token": self.token, "token_type": "bearer", "expires_in": self.lives, "scope": self.scope})

    def _answer(self, path: str, query: dict[str, str]) -> Reply:
        if path == "/api/info":
            wanted = query["id"].split(",")
            there = {one["data"]["name"]: one for one in self.things if one["data"]["name"] not in self.gone}
            return listing([there[name] for name in wanted if name in there])
        if path == "/api/user_data_by_account_ids":
            known = {one: self.accounts[one] for one in query["ids"].split(",") if one in self.accounts}
            answer = {one: {"name": name, "created_utc": 1.5e9} for one, name in known.items()}
            return _json(answer) if answer else not_found()
        if path.endswith("/about"):
            return self._about(path.split("/")[2])
        if path.endswith("/submitted"):
            return self._submitted(path.split("/")[2], query)
        return self._listed(self.things, query)

    def _submitted(self, name: str, query: dict[str, str]) -> Reply:
        if name not in self.accounts.values():
            return not_found()
        return self._listed([one for one in self.things if one["data"]["author"] == name], query)

    def _about(self, name: str) -> Reply:
        key = next((key for key, one in self.accounts.items() if one == name), None)
        if key is None:
            return not_found()
        subreddit = {"title": "Anna brews", "public_description": "Coffee &amp; cats", "subscribers": 1230}
        return _json({"kind": "t2", "data": {"name": name, "id": key[3:], "created_utc": 1.5e9, "subreddit": subreddit}})

    def _listed(self, things: list[dict[str, Any]], query: dict[str, str]) -> Reply:
        names, size = [one["data"]["name"] for one in things], min(int(query["limit"]), self.page_size)
        after = query.get("after")
        if after is not None and (after in self.gone or after not in names):
            return listing([])
        start = 0 if after is None else names.index(after) + 1
        shown = things[start : start + size]
        more = start + size < len(things)
        reply = listing(shown, shown[-1]["data"]["name"] if more else None)
        return Reply(reply.status, reply.body, {"x-ratelimit-remaining": self.left, "x-ratelimit-reset": "53"})


def unauthorized(error: str = "invalid_token", status: int = 401) -> Reply:
    said = {"www-authenticate": f'Bearer realm="reddit", error="{error}"'}
    return Reply(status, json.dumps({"message": "Unauthorized", "error": status}).encode(), said)


def not_found() -> Reply:
    return Reply(404, b'{"message": "Not Found", "error": 404}')


def _json(body: Any) -> Reply:
    return Reply(200, json.dumps(body).encode())
