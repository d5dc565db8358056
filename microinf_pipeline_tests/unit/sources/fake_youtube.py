"""A small YouTube of invented videos for capture tests: searches in pages, look-ups by id, quotas, error bodies."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from microinf_pipeline_tests.unit.sources.local_server import Reply, Request


def a_video(key: str, **over: Any) -> dict[str, Any]:
    snippet = {
        "publishedAt": "2026-11-19T10:00:00Z", "channelId": f"UC{key}", "title": f"Acme & coffee {key}",
        "description": "Two cups\n#acme", "channelTitle": "Anna brews", "defaultAudioLanguage": "de-AT",
    }  # fmt: skip
    statistics = {"viewCount": "1200", "likeCount": "40", "commentCount": "3"}
    return {"kind": "youtube#video", "id": key, "snippet": snippet, "statistics": statistics} | over


def a_channel(key: str, **over: Any) -> dict[str, Any]:
    snippet = {
        "title": "Anna brews",
        "description": "Coffee",
        "customUrl": "@AnnaBrews",
        "publishedAt": "2020-01-01T00:00:00.5Z",
    }
    statistics = {"subscriberCount": "1230", "hiddenSubscriberCount": False, "videoCount": "80"}
    return {"kind": "youtube#channel", "id": key, "snippet": snippet, "statistics": statistics} | over


def refused(status: int, reason: str) -> Reply:
    error = {"code": status, "message": reason, "errors": [{"domain": "youtube.quota", "reason": reason}]}
    return Reply(status, json.dumps({"error": error}).encode())


@dataclass
class FakeYouTube:
    """Answers with these videos and their channels. `hook` may answer a request instead."""

    videos: list[dict[str, Any]] = field(default_factory=list)
    key: str = "of-this-test"
    page_size: int = 2
    gone: set[str] = field(default_factory=set)  # found by search, but not there any more
    repeats: bool = False  # the next page is the same one
    hook: Callable[[Request], Reply | None] = lambda _: None

    def __call__(self, request: Request) -> Reply:
        said, query = self.hook(request), dict(request.query)
        if said is not None:
            return said
        if query.get("key") != self.key:
            return refused(400, "keyInvalid")
        method = request.path.removeprefix("/youtube/v3/")
        if method == "search":
            return self._search(query)
        wanted = query["id"].split(",")
        if method == "videos":
            return _json({"items": [v for v in self.videos if v["id"] in wanted and v["id"] not in self.gone]})
        return _json({"items": [a_channel(key) for key in wanted]})

    def _search(self, query: dict[str, str]) -> Reply:
        start = int(query.get("pageToken", "0"))
        shown = self.videos[start : start + self.page_size]
        answer: dict[str, Any] = {
            "pageInfo": {"totalResults": 1_000_000},
            "items": [
                {"id": {"kind": "youtube#video", "videoId": one["id"]}, "snippet": {"title": "Acme &amp; coffee"}}
                for one in shown
            ],
        }
        after = start if self.repeats and start else start + self.page_size
        if after < len(self.videos):
            answer["nextPageToken"] = str(after)
        return _json(answer)


def _json(body: Any) -> Reply:
    return Reply(200, json.dumps(body).encode())
