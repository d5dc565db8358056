"""Mastodon's case: one server with a user's token, its posts and people."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from microinf_pipeline.catalog.capture import KnownPost, NetworkSource, Page
from microinf_pipeline.sources.mastodon import READ_WAIT, Mastodon
from microinf_pipeline.sources.mastodon_api import Instance
from microinf_pipeline_tests.contract.case import NOW, Case, ConnectWith, Filled, field_of, items_at, outside, times, z
from microinf_pipeline_tests.unit.sources.fake_mastodon import FakeMastodon
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request
from microinf_pipeline_tests.unit.sources.mastodon_pages import account, status

_DOMAIN = "social.example"
_COUNTS = ("replies_count", "reblogs_count", "favourites_count")
_POSTS = ("tag", "statuses", "own", "timeline")
_MAX_ID = re.compile(r"max_id=\d+")


class CASE(Case):
    network = "mastodon"
    shows_timelines = True
    secrets = ("user-token-9f",)
    cursors = ("max_id", "offset")
    tells_handles = False  # a renamed account is another account: its handle is its id

    def __init__(self) -> None:
        self.fake = FakeMastodon(page_size=self.page_size, domain=_DOMAIN, token="user-token-9f")
        self.left: int | None = None
        self.revoked = False

    def handler(self, request: Request) -> Reply:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                return _error(429, "Too many requests", {"X-RateLimit-Reset": z(NOW + timedelta(days=1))})
        if self.revoked:
            return _error(401, "The access token was revoked")
        route = request.path
        if route == "/api/v1/notifications":
            return Reply(body=b"[]")
        if route == "/api/v1/accounts":
            wanted = {v for _, v in request.query}
            return Reply(body=json.dumps([one for one in self.fake.accounts.values() if one["id"] in wanted]).encode())
        if route.endswith("/statuses") and route.startswith("/api/v1/accounts/"):
            limit = int(dict(request.query).get("limit", "20"))
            return replace(self.fake, page_size=min(40, limit))(request)
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        return Mastodon("mastodon", [Instance.at(base, "user-token-9f")], connect=lambda: connect_with(read_wait=READ_WAIT))

    def fill(self, posts: int, authors: int) -> Filled:
        names = [f"author{n}" for n in range(authors)]
        self.fake.accounts = {
            name: account(name, id=str(70 + n), followers_count=100 + n, url=f"https://{_DOMAIN}/@{name}")
            for n, name in enumerate(names)
        }
        self.fake.posts = [self._post(n, names[n % authors], at) for n, at in enumerate(times(posts))]
        beside = [self._post(posts + n, names[0], at) for n, at in enumerate(outside())]
        inside = tuple(one["uri"] for one in self.fake.posts)
        self.fake.posts = sorted([*self.fake.posts, *beside], key=lambda one: int(one["id"]), reverse=True)
        return Filled(inside, tuple(one["uri"] for one in beside), tuple(f"{name}@{_DOMAIN}" for name in names))

    def _post(self, number: int, name: str, at: datetime) -> dict[str, Any]:
        key = str((int(at.timestamp() * 1000) << 16) + number)
        return status(
            number, id=key, uri=f"https://{_DOMAIN}/users/{name}/statuses/{key}", url=f"https://{_DOMAIN}/@{name}/{key}",
            created_at=z(at.astimezone(UTC)), content=f"<p>Tea with #acme, cup {number}</p>", tags=[{"name": "acme"}],
            account=self.fake.accounts[name],
        )  # fmt: skip

    def known(self, post_id: str) -> KnownPost:
        return KnownPost(self.network, post_id, post_id)

    def like(self, post_id: str, likes: int) -> None:
        self._of(post_id)["favourites_count"] = likes

    def uncount(self, post_id: str) -> None:
        for name in _COUNTS:
            del self._of(post_id)[name]

    def delete(self, post_id: str) -> None:
        self.fake.posts.remove(self._of(post_id))

    def rename(self, account_id: str, handle: str) -> None:
        raise NotImplementedError

    def leave(self, account_id: str) -> None:
        name = account_id.partition("@")[0]
        del self.fake.accounts[name]
        self.fake.posts = [one for one in self.fake.posts if one["account"]["acct"] != name]

    def revoke(self) -> None:
        self.revoked = True

    def spend(self, after: int) -> None:
        self.left = after

    def _of(self, post_id: str) -> dict[str, Any]:
        return next(one for one in self.fake.posts if one["uri"] == post_id)

    def with_cursor(self, reply: Reply, cursor: str) -> Reply:
        headers = {name: _MAX_ID.sub(f"max_id={cursor}", value) for name, value in reply.headers.items()}
        return replace(reply, headers=headers)

    def rows_in(self, page: Page) -> list[Any]:
        if page.status in (404, 410) or page.kind in ("instance", "notifications"):
            return []
        if page.kind in ("search", "resolve"):
            return [field_of(item, "uri") for item in items_at(page, "statuses")]
        if page.kind in ("accounts", "account"):
            people = items_at(page) if page.kind == "accounts" else [_body(page)]
            return [_qualified(field_of(item, "acct")) for item in people]
        items = items_at(page) if page.kind in _POSTS else [_body(page)]
        return [field_of(item, "uri") for item in items]


def _body(page: Page) -> Any:
    try:
        return json.loads(page.body)
    except (ValueError, RecursionError):
        return None


def _qualified(acct: Any) -> Any:
    return f"{acct}@{_DOMAIN}".lower() if isinstance(acct, str) and "@" not in acct else acct


def _error(code: int, said: str, headers: dict[str, str] | None = None) -> Reply:
    return Reply(code, json.dumps({"error": said}).encode(), headers or {})
