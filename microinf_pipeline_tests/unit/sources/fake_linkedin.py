"""A small LinkedIn of invented organisations and members: posts, mentions, counts, tokens, a day of so many calls."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

MADE = datetime(2026, 11, 19, 10, tzinfo=UTC)
ACME = "urn:li:organization:100"
NAMES = {"100": ("Acme Cola", "acme-cola")}


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def a_post(key: str, author: str = ACME, at: datetime = MADE, **over: Any) -> dict[str, Any]:
    """A post as the Posts API shows it."""
    return {
        "id": f"urn:li:share:{key}", "author": author, "commentary": "Tea with {hashtag|\\#|acme}", "createdAt": millis(at),
        "publishedAt": millis(at), "lastModifiedAt": millis(at), "lifecycleState": "PUBLISHED", "visibility": "PUBLIC",
        "lifecycleStateInfo": {"isEditedByAuthor": False}, "distribution": {"feedDistribution": "MAIN_FEED"},
    } | over  # fmt: skip


@dataclass
class FakeLinkedIn:
    """Answers for these posts. `mentioned` are ids of those that mention the Page. `hook` may answer instead."""

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    mentioned: list[str] = field(default_factory=list)
    likes: dict[str, int | None] = field(default_factory=dict)
    followers: dict[str, int] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(NAMES))
    refresh_token: str = "refresh.1"
    token: str = "token.1"
    page_size: int = 3
    calls: int = 500
    hook: Callable[[Request], Reply | None] = lambda _: None

    def add(self, post: dict[str, Any], *, mentions: bool = False) -> str:
        key = str(post["id"])
        self.posts[key], self.likes[key] = post, 4
        self.mentioned += [key] if mentions else []
        return key

    def __call__(self, request: Request) -> Reply:
        said = self.hook(request)
        if said is not None:
            return said
        if request.path == "/oauth/v2/accessToken":
            return self._log_in(dict(parse_qsl(request.body.decode())))
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _refused(401, "Invalid access token")
        if "linkedin-version" not in request.headers:
            return _refused(426, "Requested version is not active")
        self.calls -= 1
        if self.calls < 0:
            return _refused(429, "Resource level throttle limit reached")
        resource, _, key = unquote(request.path.removeprefix("/rest/")).partition("/")
        asked = dict(request.query)
        return {
            "organizationalEntityNotifications": self._mentions, "posts": self._posts, "socialMetadata": self._metadata,
            "organizationalEntityShareStatistics": self._statistics, "organizations": self._organizations,
            "networkSizes": self._size,
        }[resource](key, asked)  # fmt: skip

    def _log_in(self, form: dict[str, str]) -> Reply:
        if form.get("refresh_token") != self.refresh_token or form.get("client_secret") != "of-this-test":
            return Reply(400, b'{"error": "invalid_grant", "error_description": "The provided refresh token is invalid"}')
        return _json({"access_token": self.token, "expires_in": 5184000, "refresh_token": self.refresh_token})

    def _mentions(self, _: str, asked: dict[str, str]) -> Reply:
        start, end = (int(told) for told in re.findall(r"\d+", asked["timeRange"]))
        posts = [self.posts[key] for key in self.mentioned if key in self.posts]
        told = [post for post in posts if start <= post["publishedAt"] < end]
        return self._page([_notification(n, post) for n, post in enumerate(told)], asked)

    def _posts(self, key: str, asked: dict[str, str]) -> Reply:
        if "author" in asked:
            mine = [post for post in self.posts.values() if post["author"] == asked["author"]]
            return self._page(sorted(mine, key=lambda post: -post["lastModifiedAt"]), asked)
        return _by_id(key, asked, self.posts)

    def _metadata(self, key: str, asked: dict[str, str]) -> Reply:
        told = {
            post: {
                "entity": post, "commentsState": "OPEN", **_reactions(likes),
            }
            for post, likes in self.likes.items() if post in self.posts
        }  # fmt: skip
        return _by_id(key, asked, told)

    def _statistics(self, _: str, asked: dict[str, str]) -> Reply:
        wanted = [one for name in ("shares", "ugcPosts") if name in asked for one in _list(asked[name])]
        if any(self.posts[one]["author"] != asked["organizationalEntity"] for one in wanted if one in self.posts):
            return _refused(403, "Not enough permissions")
        counts = {"shareCount": 2, "impressionCount": 900, "uniqueImpressionsCount": 700, "likeCount": 3, "commentCount": 1}
        rows = [{"share": one, "totalShareStatistics": counts} for one in wanted if self.likes.get(one) is not None]
        return _json({"elements": rows, "paging": {"start": 0, "count": 10}})

    def _organizations(self, key: str, asked: dict[str, str]) -> Reply:
        told = {
            number: {"id": int(number), "localizedName": name, "vanityName": vanity, "$URN": f"urn:li:organization:{number}"}
            for number, (name, vanity) in self.names.items()
        }
        return _by_id(key, asked, told)

    def _size(self, key: str, _: dict[str, str]) -> Reply:
        return _json({"firstDegreeSize": self.followers.get(key.rpartition(":")[2], 0)})

    def _page(self, items: list[Any], asked: dict[str, str]) -> Reply:
        start, size = int(asked.get("start", "0")), min(self.page_size, int(asked["count"]))
        paging = {"start": start, "count": size, "links": []}
        return _json({"elements": items[start : start + size], "paging": paging})


def _notification(number: int, post: dict[str, Any]) -> dict[str, Any]:
    """A mention, with the names and words that LinkedIn adds to it."""
    shared = {"owner": post["author"], "entity": post["id"], "text": "Private words of Anna Beispiel", "mediaCategory": "NONE"}
    return {
        "notificationId": number, "organizationalEntity": ACME, "action": "SHARE_MENTION", "subscriber": "urn:li:person:adm1",
        "sourcePost": "urn:li:activity:9", "decoratedGeneratedActivity": {"share": shared}, "lastModifiedAt": post["publishedAt"],
    }  # fmt: skip


def _reactions(likes: int | None) -> dict[str, Any]:
    if likes is None:
        return {}
    summaries = {"LIKE": {"reactionType": "LIKE", "count": likes}} if likes else {}
    return {"reactionSummaries": summaries, "commentSummary": {"count": 1, "topLevelCount": 1}}


def _by_id(key: str, asked: dict[str, str], known: dict[str, Any]) -> Reply:
    if key:
        return _json(known[key]) if key in known else _refused(404, "Not found")
    wanted = _list(asked["ids"])
    if len(wanted) < 2:
        return _refused(400, "a list of one")
    gone = {one: {"status": 404, "message": "Not found"} for one in wanted if one not in known}
    statuses = {one: 404 if one in gone else 200 for one in wanted}
    return _json({"results": {one: known[one] for one in wanted if one in known}, "statuses": statuses, "errors": gone})


def _list(told: str) -> list[str]:
    """`List(a,b)`, whose values were escaped by themselves."""
    return [unquote(one) for one in told.removeprefix("List(").removesuffix(")").split(",")]


def _refused(status: int, message: str) -> Reply:
    return Reply(status, json.dumps({"status": status, "serviceErrorCode": 100, "message": message}).encode())


def _json(body: Any) -> Reply:
    return Reply(200, json.dumps(body).encode())
