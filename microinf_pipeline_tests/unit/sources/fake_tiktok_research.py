"""A small Research API of invented videos: client tokens, searches kept under an id, pages with gaps, a day's quota."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from microinf_pipeline_tests.unit.sources.local_server import Reply, Request


class MemorySessions:
    """A session store in memory."""

    def __init__(self) -> None:
        self.kept: Mapping[str, str] | None = None

    def load(self) -> Mapping[str, str] | None:
        return self.kept

    def save(self, session: Mapping[str, str]) -> None:
        self.kept = dict(session)


def id_at(moment: datetime, number: int = 0) -> int:
    """An id as TikTok makes them: the second it was made in, then a number."""
    return (int(moment.timestamp()) << 32) + number


def a_video(number: int, at: datetime = datetime(2026, 11, 19, 10, tzinfo=UTC), **over: Any) -> dict[str, Any]:
    """A video of one of three invented creators."""
    return {
        "id": id_at(at, number), "create_time": int(at.timestamp()), "username": f"creator{number % 3}", "region_code": "DE",
        "video_description": f"Coffee {number} #acme", "hashtag_names": ["acme"], "like_count": 40, "comment_count": 3,
        "share_count": 2, "view_count": 1200, "favorites_count": 5,
    } | over  # fmt: skip


def refused(status: int, code: str, message: str = "") -> Reply:
    return Reply(status, json.dumps({"data": {}, "error": {"code": code, "message": message, "log_id": "1"}}).encode())


@dataclass
class FakeResearch:
    """Answers for these videos and accounts. `hook` may answer a request instead."""

    videos: list[dict[str, Any]] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    secret: str = "of-this-test"
    page_size: int = 2
    gone: set[int] = field(default_factory=set)  # counted when a result was cut into pages, taken out of them since
    quota: int = 1000
    repeats: bool = False  # the next page is the same one
    token: str = "clt.1"
    hook: Callable[[Request], Reply | None] = lambda _: None
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # search_id → what it found

    def __call__(self, request: Request) -> Reply:
        said = self.hook(request)
        if said is not None:
            return said
        if request.path == "/v2/oauth/token/":
            return self._log_in(dict(parse_qsl(request.body.decode())))
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return refused(401, "access_token_invalid", "the token is not valid")
        if self.quota <= 0:
            return refused(429, "daily_quota_limit_exceeded")
        self.quota -= 1
        body = json.loads(request.body)
        if request.path == "/v2/research/user/info/":
            return self._user(body["username"])
        return self._search(body)

    def _log_in(self, form: dict[str, str]) -> Reply:
        if form != {"client_key": "project", "client_secret": self.secret, "grant_type": "client_credentials"}:
            return Reply(401, b'{"error": "invalid_client", "error_description": "Client key or secret is incorrect."}')
        return _json({"access_token": self.token, "expires_in": 7200, "token_type": "Bearer"})

    def _user(self, handle: str) -> Reply:
        if handle not in self.users:
            return refused(400, "invalid_params", "cannot find the user")
        return _ok(self.users[handle])

    def _search(self, body: dict[str, Any]) -> Reply:
        search_id, start = body.get("search_id"), body.get("cursor", 0)
        if search_id is not None and search_id not in self.results:
            return refused(400, "invalid_params", f"Search Id {search_id} is invalid or expired")
        if search_id is None:
            search_id = f"7{len(self.results)}"
            self.results[search_id] = [video for video in self.videos if _matches(video, body)]
        found, size = self.results[search_id], min(self.page_size, body["max_count"])
        after = start if self.repeats and start else start + size
        shown = [video for video in found[start : start + size] if video["id"] not in self.gone]
        return _ok({"videos": shown, "cursor": after, "has_more": after < len(found), "search_id": search_id})


def _matches(video: dict[str, Any], body: dict[str, Any]) -> bool:
    day = datetime.fromtimestamp(video["create_time"], UTC).strftime("%Y%m%d")
    either = body["query"].get("or", [])
    return (
        body["start_date"] <= day <= body["end_date"]
        and all(_holds(video, one) for one in body["query"].get("and", []))
        and (not either or any(_holds(video, one) for one in either))
    )


def _holds(video: dict[str, Any], condition: dict[str, Any]) -> bool:
    values = condition["field_values"]
    return {
        "hashtag_name": lambda: bool(set(values) & set(video.get("hashtag_names", []))),
        "keyword": lambda: any(value.lower() in video["video_description"].lower() for value in values),
        "username": lambda: video["username"] in values,
        "region_code": lambda: video["region_code"] in values,
        "video_id": lambda: str(video["id"]) in values,
    }[condition["field_name"]]()


def _ok(data: dict[str, Any]) -> Reply:
    return _json({"data": data, "error": {"code": "ok", "message": "", "log_id": "1"}})


def _json(body: Any) -> Reply:
    return Reply(200, json.dumps(body).encode())
