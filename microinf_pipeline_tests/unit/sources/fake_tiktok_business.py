"""A small TikTok for Business of invented posts: tokens that are replaced, rankings newest first, refusals inside a 200."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from microinf_pipeline_tests.unit.sources.fake_tiktok_research import id_at
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

MADE = datetime(2026, 11, 19, 10, tzinfo=UTC)


def a_mention(number: int, at: datetime = MADE, **over: Any) -> dict[str, Any]:
    """A post that names the account, by one of three invented creators."""
    key = str(id_at(at, number))
    return {
        "item_id": key, "create_time": str(int(at.timestamp())), "caption": f"Hello @acmecola {number}", "likes": 40,
        "video_link": f"https://www.tiktok.com/@Creator{number % 3}/video/{key}", "comments": 3, "shares": 2,
        "creator_handle_name": f"Creator{number % 3}", "views": 1200, "reach": 900,
    } | over  # fmt: skip


def a_hashtag_hit(number: int, at: datetime = MADE) -> dict[str, Any]:
    hit = a_mention(number, at, caption=f"Cup {number} #acme", matched_hashtags=["acme"])
    return {name: value for name, value in hit.items() if name not in ("creator_handle_name", "views", "reach")}


def a_comment(number: int, at: datetime = MADE) -> dict[str, Any]:
    return {
        "item_id": str(id_at(at, 900)), "comment_id": str(id_at(at, number)), "comment_type": "COMMENT", "comment_likes": 4,
        "comment_text": "@acmecola when?", "comment_create_time": str(int(at.timestamp())),
        "commenter_display_name": "Ben",
    }  # fmt: skip


def an_own_post(number: int, at: datetime = MADE, **over: Any) -> dict[str, Any]:
    key = str(id_at(at, number))
    return {
        "item_id": key, "create_time": str(int(at.timestamp())), "caption": "New #acme", "media_type": "VIDEO", "likes": 9,
        "share_url": f"https://www.tiktok.com/@acmecola/video/{key}", "comments": 1, "shares": 0, "favorites": 2,
        "video_views": 300, "reach": 250,
    } | over  # fmt: skip


def a_creator_post(number: int, at: datetime = MADE, **over: Any) -> dict[str, Any]:
    return {
        "video_id": str(id_at(at, number)), "create_time": str(int(at.timestamp())), "caption": "My day", "likes": 5,
        "comments": 0, "shares": 0, "favorites": 1, "video_views": 70, "caption_hashtags": [], "mentioned_accounts": [],
        "collaboration_status": "NONE",
    } | over  # fmt: skip


def said(code: int, message: str = "") -> Reply:
    return Reply(200, json.dumps({"code": code, "message": message, "request_id": "1", "data": {}}).encode())


@dataclass
class FakeBusiness:
    """Answers for one account. `hook` may answer a request instead."""

    mentions: list[dict[str, Any]] = field(default_factory=list)
    tagged: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # enabled hashtag → its posts
    comments: list[dict[str, Any]] = field(default_factory=list)
    own: list[dict[str, Any]] = field(default_factory=list)
    creators: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # at the marketplace, by lower-case handle
    secret: str = "of-this-test"
    own_followers: int | None = 77
    refresh_token: str = "refresh.1"
    token: str = "act.1"
    open_id: str = "business-1"
    refresh_days: int = 365  # that the refresh token has left
    page_size: int = 2
    hook: Callable[[Request], Reply | None] = lambda _: None

    def __call__(self, request: Request) -> Reply:
        told = self.hook(request)
        if told is not None:
            return told
        method, query = request.path.removeprefix("/open_api/v1.3/"), dict(request.query)
        if method == "tt_user/oauth2/refresh_token/":
            return self._refresh(json.loads(request.body))
        if request.headers.get("access-token") != self.token:
            return said(40105, "Access token is incorrect or has been revoked.")
        if method.startswith("tto/"):
            return self._creator(method, query)
        if query["business_id"] != self.open_id:
            return said(40001, "no permission for this account")
        return self._listed(method, query)

    def _refresh(self, body: dict[str, str]) -> Reply:
        """Each use replaces the refresh token, as TikTok may."""
        if body.get("refresh_token") != self.refresh_token or body.get("client_secret") != self.secret:
            return said(40002, "The refresh token is invalid")
        self.refresh_token += "+"
        data = {"access_token": self.token, "refresh_token": self.refresh_token, "expires_in": 86400, "open_id": self.open_id}
        data["refresh_token_expires_in"] = self.refresh_days * 86400
        return _ok(data)

    def _creator(self, method: str, query: dict[str, str]) -> Reply:
        posts = self.creators.get(query["handle_name"])
        if posts is None:
            return said(40002, "creator not found")
        if method.endswith("video/list/"):
            wanted = json.loads(query["video_ids"]) if "video_ids" in query else None
            posts = [post for post in posts if wanted is None or post["video_id"] in wanted]
            shown, more = self._page(posts, query)
            return _ok({"posts": shown, "page_info": more})
        return _ok({"handle_name": query["handle_name"], "display_name": "Anna", "bio": "Tea", "followers_count": 4321})

    def _listed(self, method: str, query: dict[str, str]) -> Reply:
        if method == "business/get/":
            return _ok(
                {"username": "AcmeCola", "display_name": "Acme", "followers_count": self.own_followers, "is_verified": True}
            )
        if method == "business/mention/comment/list/":
            shown, more = self._page(self.comments, query)
            return _ok({"comments": shown, **more})
        if method == "business/mention/hashtag/video/list/" and query["hashtag"] not in self.tagged:
            return said(40002, "hashtag is not enabled")
        found = {
            "business/mention/video/list/": lambda: self.mentions,
            "business/mention/hashtag/video/list/": lambda: self.tagged[query["hashtag"]],
            "business/video/list/": lambda: self._own(query),
        }[method]()
        shown, more = self._page(found, query)
        return _ok({"videos": shown, **more})

    def _own(self, query: dict[str, str]) -> list[dict[str, Any]]:
        wanted = json.loads(query["filters"])["video_ids"] if "filters" in query else None
        return [post for post in self.own if wanted is None or post["item_id"] in wanted]

    def _page(self, items: list[dict[str, Any]], query: dict[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        start = int(query.get("cursor", "0"))
        size = min(self.page_size, int(query.get("max_count", self.page_size)))
        return items[start : start + size], {"cursor": start + size, "has_more": start + size < len(items)}


def _ok(data: Any) -> Reply:
    return Reply(200, json.dumps({"code": 0, "message": "OK", "request_id": "1", "data": data}).encode())
