"""YouTube's case: videos that searches find by their time, channels that are renamed, a bucket of searches."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import NetworkSource, Page
from microinf_pipeline.sources.youtube import YouTube
from microinf_pipeline.sources.youtube_api import is_passing
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, items_at, outside, times
from microinf_pipeline_tests.unit.sources.fake_youtube import FakeYouTube, a_channel, a_video, refused
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request


class CASE(Case):
    network = "youtube"
    shows_timelines = True
    secrets = ("api-key-9f",)
    cursors = ("pageToken", "nextPageToken")
    gone_is = frozenset({"unknown"})

    def __init__(self) -> None:
        self.fake = FakeYouTube(key="api-key-9f", page_size=self.page_size)
        self.channels: dict[str, dict[str, Any]] = {}
        self.searches: int | None = None  # searches until the quota's end

    def handler(self, request: Request) -> Reply:
        asked, method = dict(request.query), request.path.rpartition("/")[2]
        if asked.get("key") != self.fake.key:
            return self.fake(request)
        if method == "search":
            if self.searches is not None:
                self.searches -= 1
                if self.searches < 0:
                    return refused(403, "quotaExceeded")
            all_videos = self.fake.videos
            found = [one for one in all_videos if asked["publishedAfter"] <= _at(one) < asked["publishedBefore"]]
            return FakeYouTube(found, self.fake.key, self.page_size)(request)
        if method == "channels":
            found = [self.channels[key] for key in asked["id"].split(",") if key in self.channels]
            uploads = [{"id": one["id"], "contentDetails": _uploads(one["id"])} for one in found]
            return _json({"items": uploads if asked["part"] == "contentDetails" else found})
        if method == "playlistItems":
            mine = sorted(self._by("UC" + asked["playlistId"].removeprefix("UU")), key=_at, reverse=True)
            return _json({"items": [{"contentDetails": {"videoId": one["id"]}} for one in mine[: int(asked["maxResults"])]]})
        return self.fake(request)

    def _by(self, channel: str) -> list[dict[str, Any]]:
        return [one for one in self.fake.videos if one["snippet"]["channelId"] == channel]

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        return YouTube("youtube", "api-key-9f", service=base, connect=lambda: connect_with(is_transient=is_passing))

    def fill(self, posts: int, authors: int) -> Filled:
        people = [f"UCauthor{n}" for n in range(authors)]
        self.channels = {key: a_channel(key) for key in people}
        inside = [_video(f"vidin{n:03d}", people[n % authors], at) for n, at in enumerate(times(posts))]
        beside = [_video(f"vidout{n}", people[0], at) for n, at in enumerate(outside())]
        self.fake.videos = [*inside, *beside]
        return Filled(tuple(one["id"] for one in inside), tuple(one["id"] for one in beside), tuple(people))

    def like(self, post_id: str, likes: int) -> None:
        self._of(post_id)["statistics"]["likeCount"] = str(likes)

    def uncount(self, post_id: str) -> None:
        self._of(post_id)["statistics"] = {}

    def delete(self, post_id: str) -> None:
        self.fake.videos.remove(self._of(post_id))

    def rename(self, account_id: str, handle: str) -> None:
        self.channels[account_id]["snippet"]["customUrl"] = f"@{handle}"

    def leave(self, account_id: str) -> None:
        del self.channels[account_id]
        self.fake.videos = [one for one in self.fake.videos if one["snippet"]["channelId"] != account_id]

    def revoke(self) -> None:
        self.fake.key = "another"

    def spend(self, after: int) -> None:
        self.searches = after

    def _of(self, post_id: str) -> dict[str, Any]:
        return next(one for one in self.fake.videos if one["id"] == post_id)

    def rows_in(self, page: Page) -> list[Any]:
        if page.kind not in ("videos", "channels"):
            return []
        return [field_of(item, "id") for item in items_at(page, "items")]


def _video(key: str, channel: str, at: datetime) -> dict[str, Any]:
    video = a_video(key)
    return video | {"snippet": video["snippet"] | {"channelId": channel, "publishedAt": at.strftime("%Y-%m-%dT%H:%M:%SZ")}}


def _uploads(channel: str) -> dict[str, Any]:
    return {"relatedPlaylists": {"likes": "", "uploads": "UU" + channel.removeprefix("UC")}}


def _at(video: dict[str, Any]) -> str:
    return str(video["snippet"]["publishedAt"])


def _json(body: Any) -> Reply:
    return Reply(200, json.dumps(body).encode())
