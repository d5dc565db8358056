"""A small Mastodon server of invented posts for capture tests, with the habits that servers differ in as switches."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from microinf_pipeline_tests.unit.sources.local_server import Reply, Request


@dataclass
class FakeMastodon:
    """Answers like a server with these posts, newest first. `hook` may answer a request instead."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    version: str = "4.6.4"
    domain: str = "social.example"
    page_size: int = 2
    links: bool = True  # sends Link headers
    joins: bool = True  # knows any[]
    repeats: bool = False  # ignores max_id and offset
    searches: bool = True  # has a full-text index
    token: str | None = None
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name, for look-ups
    about: dict[str, Any] = field(default_factory=dict)
    hook: Callable[[Request], Reply | None] = lambda _: None

    def __call__(self, request: Request) -> Reply:
        said = self.hook(request)
        if said is not None:
            return said
        if self.token and request.headers.get("authorization") not in (None, f"Bearer {self.token}"):
            return _json({"error": "The access token is invalid"}, 401)
        query = dict(request.query)
        route = request.path.removeprefix("/api/")
        if route == "v2/instance":
            return _json({"domain": self.domain, "version": self.version, **self.about})
        if route.startswith("v1/timelines/tag/"):
            wanted = {route.rpartition("/")[2], *(v for k, v in request.query if k == "any[]" and self.joins)}
            return self._timeline(request, [one for one in self.posts if wanted & {tag["name"] for tag in one["tags"]}])
        if route == "v1/notifications":
            rows = [{"id": one["id"], "type": "mention", "created_at": one["created_at"], "status": one} for one in self.posts]
            return self._timeline(request, rows)
        if route == "v2/search":
            return self._search(query)
        if route == "v1/accounts/lookup":
            return (
                _json(self.accounts[query["acct"]])
                if query["acct"] in self.accounts
                else _json({"error": "Record not found"}, 404)
            )
        if route.startswith("v1/accounts/") and route.endswith("/statuses"):
            known_as = route.split("/")[2]
            return self._timeline(request, [one for one in self.posts if one["account"]["id"] == known_as])
        if route == "v1/statuses":
            return _json([one for one in self.posts if one["id"] in {v for _, v in request.query}])
        found = [one for one in self.posts if route == f"v1/statuses/{one['id']}"]
        return _json(found[0]) if found else _json({"error": "Record not found"}, 404)

    def _timeline(self, request: Request, rows: list[dict[str, Any]]) -> Reply:
        below = dict(request.query).get("max_id")
        if below is not None and not self.repeats:
            rows = [row for row in rows if int(row["id"]) < int(below)]
        shown = rows[: self.page_size]
        headers = {}
        if self.links and shown:
            rest = [(key, value) for key, value in request.query if key != "max_id"]
            query = "&".join(f"{key}={value}" for key, value in [*rest, ("max_id", shown[-1]["id"])])
            more = f'<http://elsewhere.example{request.path}?{query}>; rel="next", ' if len(shown) == self.page_size else ""
            headers["Link"] = f'{more}<http://elsewhere.example{request.path}?min_id=1>; rel="prev"'
        return Reply(body=json.dumps(shown).encode(), headers=headers)

    def _search(self, query: dict[str, str]) -> Reply:
        text, start = query["q"].strip('"'), 0 if self.repeats else int(query.get("offset", "0"))
        hits = [one for one in self.posts if one["uri"] == text or (self.searches and text in one["content"])]
        return _json({"accounts": [], "statuses": hits[start : start + self.page_size], "hashtags": []})


def _json(value: Any, code: int = 200) -> Reply:
    return Reply(status=code, body=json.dumps(value).encode())
