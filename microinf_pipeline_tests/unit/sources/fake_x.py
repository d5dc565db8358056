"""A small X of invented people for capture tests: searches, timelines, look-ups, both vocabularies, caps and jobs.

It keeps accounts and posts, shows only what is asked for, and refuses what the real one refuses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from microinf_pipeline_tests.unit.sources.fake_x_shapes import Shape, problem, shape_of
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
EPOCH_MS = 1_288_834_974_657


def id_at(moment: datetime, number: int = 0) -> str:
    """An id that holds its time, as ids of X do."""
    return str(((int(moment.timestamp() * 1000) - EPOCH_MS) << 22) + number)


def an_account(key: str, username: str, **over: Any) -> dict[str, Any]:
    metrics = {"followers_count": 1500, "following_count": 300, "post_count": 900, "listed_count": 4}
    return {
        "id": key, "username": username, "name": username.title(), "description": "Coffee &amp; cups", "verified": False,
        "protected": False, "created_at": "2015-03-01T08:00:00.000Z", "public_metrics": metrics, "url": "",
    } | over  # fmt: skip


def a_post(number: int, text: str, author: str = "11", *, hours: float = 10, **over: Any) -> dict[str, Any]:
    """A post of `hours` before the present of the fake."""
    moment = NOW - timedelta(hours=hours)
    key = id_at(moment, number)
    metrics = {
        "like_count": 12, "reply_count": 3, "repost_count": 2, "quote_count": 0, "bookmark_count": 1,
        "impression_count": 800,
    }  # fmt: skip
    return {
        "id": key, "text": text, "author_id": author, "created_at": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "conversation_id": key, "edit_history_ids": [key], "lang": "en", "public_metrics": metrics,
    } | over  # fmt: skip


@dataclass
class FakeX:
    """Answers with these accounts and posts. `hook` may answer a request instead."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    knows: tuple[str, ...] = ("tweet",)
    ignores_unknown: bool = False  # unknown parameters are passed over in silence
    page_size: int = 100  # short pages, whatever was asked for
    token: str = "of-this-test"
    refresh: str = "seed"
    scope: str = "tweet.read users.read offline.access"
    suspended: set[str] = field(default_factory=set)  # account ids
    gone: set[str] = field(default_factory=set)  # post ids
    dead_tokens: set[str] = field(default_factory=set)
    expires_tokens: bool = False
    repeats: bool = False
    job_looks: int = 0  # looks at a job before it is complete
    job_lines: list[str] = field(default_factory=list)
    uploads: list[bytes] = field(default_factory=list)
    hook: Callable[[Request], Reply | None] = lambda _: None
    base: str = ""

    def __call__(self, request: Request) -> Reply:
        self.base = f"http://{request.headers['host']}"
        said = self.hook(request)
        if said is not None:
            return said
        if request.path in ("/oauth2/token", "/2/oauth2/token"):
            return self._grant(request)
        if request.path.startswith("/storage/"):
            return self._storage(request)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return problem(401, "about:blank", "Unauthorized")
        query = dict(request.query)
        if request.path.startswith("/2/compliance/jobs"):
            return self._job(request)
        unknown = [
            name for name in query if name.endswith(".fields") and name.partition(".")[0] in {"tweet", "post"} - {*self.knows}
        ]
        if unknown and not self.ignores_unknown:
            message = f"The query parameter [{unknown[0]}] is not one of [ids]"
            return problem(
                400, "invalid-request", "Invalid Request", errors=[{"parameters": {unknown[0]: []}, "message": message}]
            )
        return self._read(request.path, query, shape_of(query, self.knows))

    def _read(self, path: str, query: dict[str, str], shape: Shape) -> Reply:
        if path == "/2/users/by":
            return self._users("usernames", "username", query["usernames"].split(","), shape)
        if path == "/2/users":
            return self._users("ids", "id", query["ids"].split(","), shape)
        if path == "/2/tweets":
            return self._tweets(query["ids"].split(","), shape)
        if path.startswith("/2/tweets/search/"):
            return self._search(path, query, shape)
        _, _, _, account, what = path.split("/")
        closed = self._closed("user", "id", account)
        if closed is not None:
            return _json({"errors": [closed]})
        name = next((one["username"] for one in self.accounts if one["id"] == account), "?")
        if what == "mentions":
            hits = [one for one in self.posts if f"@{name}".lower() in one["text"].lower()]
        else:
            hits = [one for one in self.posts if one["author_id"] == account]
            if "retweets" in query.get("exclude", ""):
                hits = [one for one in hits if not any(r["type"] == "retweeted" for r in one.get("referenced", ()))]
        return self._page(hits, query, shape, "pagination_token")

    def _search(self, path: str, query: dict[str, str], shape: Shape) -> Reply:
        recent = path.endswith("recent")
        if len(query["query"]) > (512 if recent else 1024):
            return problem(
                400, "invalid-request", "Invalid Request", errors=[{"parameters": {"query": []}, "message": "too long"}]
            )
        start = datetime.fromisoformat(query["start_time"])
        if recent and start < NOW - timedelta(days=7):
            return problem(
                400, "invalid-request", "Invalid Request", errors=[{"parameters": {"start_time": []}, "message": "old"}]
            )
        terms = query["query"].split(" OR ")
        return self._page([one for one in self.posts if any(_hits(term, one) for term in terms)], query, shape, "next_token")

    def _page(self, hits: list[dict[str, Any]], query: dict[str, str], shape: Shape, token: str) -> Reply:
        begin, end = query.get("start_time"), query.get("end_time")
        if end and datetime.fromisoformat(end) > NOW - timedelta(seconds=10):
            return problem(
                400, "invalid-request", "Invalid Request", errors=[{"parameters": {"end_time": []}, "message": "early"}]
            )
        if query.get(token) in self.dead_tokens:
            return problem(
                400, "invalid-request", "Invalid Request", errors=[{"parameters": {token: []}, "message": "expired"}]
            )
        first = int(id_at(datetime.fromisoformat(begin))) if begin else 0
        last = int(id_at(datetime.fromisoformat(end))) if end else 2**63
        hidden = self._hidden()
        inside = [
            one for one in sorted(hits, key=lambda one: int(one["id"]), reverse=True)
            if one["id"] not in self.gone and one["author_id"] not in hidden and first <= int(one["id"]) < last
        ]  # fmt: skip
        below = int(query.get("until_id") or query.get(token, "t").removeprefix("t") or 2**63)
        size = min(self.page_size, int(query["max_results"]))
        rest = [one for one in inside if int(one["id"]) < below]
        shown = rest[:size]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": shown[0]["id"], "oldest_id": shown[-1]["id"]}
        if len(rest) > size:
            meta["next_token"] = f"t{below}" if self.repeats and below < 2**63 else f"t{shown[-1]['id']}"
            if self.expires_tokens:
                self.dead_tokens.add(meta["next_token"])
        return _json(self._told(shown, shape) | {"meta": meta})

    def _tweets(self, ids: list[str], shape: Shape) -> Reply:
        found = [one for one in self.posts if one["id"] in ids and self._is_there(one)]
        errors = [
            self._missing(key) for key in ids if key not in {one["id"] for one in found}
        ]  # fmt: skip
        return _json(self._told(found, shape) | ({"errors": errors} if errors else {}))

    def _missing(self, key: str) -> dict[str, Any]:
        post = next((one for one in self.posts if one["id"] == key and key not in self.gone), None)
        if post is not None:
            return _error("tweet", "ids", key, "not-authorized-for-resource", "Authorization Error")
        return _error("tweet", "ids", key, "resource-not-found", "Not Found Error")

    def _users(self, parameter: str, by: str, values: list[str], shape: Shape) -> Reply:
        wanted = {value.lower() for value in values}
        found = [one for one in self.accounts if one[by].lower() in wanted and one["id"] not in self.suspended]
        missing = wanted - {one[by].lower() for one in found}
        errors = [_error("user", parameter, value, "resource-not-found", "Not Found Error") for value in sorted(missing)]
        body = {"data": [shape.user(one) for one in found]} if found else {}
        return _json(body | ({"errors": errors} if errors else {}))

    def _told(self, posts: Iterable[dict[str, Any]], shape: Shape) -> dict[str, Any]:
        shown = list(posts)
        referred = {one["id"] for post in shown for one in post.get("referenced", ())}
        included = [one for one in self.posts if referred and one["id"] in referred and self._is_there(one)]
        authors = {one["author_id"] for one in (*shown, *included)}
        people = [one for one in self.accounts if one["id"] in authors]
        return shape.page(shown, included, people)

    def _is_there(self, post: dict[str, Any]) -> bool:
        return post["id"] not in self.gone and post["author_id"] not in self._hidden()

    def _hidden(self) -> set[str]:
        """Accounts that are not shown."""
        return {one["id"] for one in self.accounts if one["protected"]} | self.suspended

    def _closed(self, resource: str, parameter: str, account: str) -> dict[str, Any] | None:
        one = next((one for one in self.accounts if one["id"] == account), None)
        if account in self.suspended:
            return _error(resource, parameter, account, "resource-not-found", "Forbidden", "User has been suspended")
        if one is not None and one["protected"]:
            return _error(resource, parameter, account, "not-authorized-for-resource", "Authorization Error")
        return None

    def _grant(self, request: Request) -> Reply:
        form = dict(parse_qsl(request.body.decode()))
        if form["grant_type"] == "client_credentials":
            if request.headers.get("authorization") != "Basic a2V5OnNlY3JldA==":  # key:secret
                return _json({"errors": [{"code": 99, "message": "Unable to verify your credentials"}]}, 403)
            return _json({"token_type": "bearer", "access_token": self.token})
        if form.get("refresh_token") != self.refresh:
            return _json({"error": "invalid_request", "error_description": "Value passed for the token was invalid."}, 400)
        self.refresh = f"{self.refresh}+"
        return _json(
            {
                "token_type": "bearer",
                "expires_in": 7200,
                "access_token": self.token,
                "scope": self.scope,
                "refresh_token": self.refresh,
            }
        )

    def _job(self, request: Request) -> Reply:
        there = {
            "id": "900", "type": "tweets", "created_at": "2026-11-20T01:00:00.000Z", "status": "created",
            "upload_url": f"{self.base}/storage/up?X-Goog-Signature=signed", "upload_expires_at": "2026-11-20T01:15:00.000Z",
            "download_url": f"{self.base}/storage/down?X-Goog-Signature=signed",
            "download_expires_at": "2026-11-27T01:00:00.000Z",
        }  # fmt: skip
        if request.method == "GET":
            self.job_looks -= 1
            there["status"] = "complete" if self.job_looks < 0 else "in_progress"
        return _json({"data": there})

    def _storage(self, request: Request) -> Reply:
        if request.method == "PUT":
            self.uploads.append(request.body)
            return Reply(200, b"")
        return Reply(200, "\n".join(self.job_lines).encode())


def _hits(term: str, post: dict[str, Any]) -> bool:
    if term.startswith("quotes_of_tweet_id:"):
        key = term.partition(":")[2]
        return any(one == {"type": "quoted", "id": key} for one in post.get("referenced", ()))
    if any(one["type"] == "retweeted" for one in post.get("referenced", ())):
        return False  # keyword searches return no reposts
    word = term.removeprefix("url:").strip('"').lower()
    return word in post["text"].lower() or word in json.dumps(post).lower()


def _error(resource: str, parameter: str, value: str, kind: str, title: str, detail: str = "") -> dict[str, Any]:
    return {
        "resource_type": resource, "resource_id": value, "parameter": parameter, "value": value, "title": title,
        "detail": f"{detail or 'Could not find'}: [{value}].", "type": f"https://api.x.com/2/problems/{kind}",
    }  # fmt: skip


def _json(body: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode(), {"x-rate-limit-remaining": "449", "x-rate-limit-reset": "1795140900"})
