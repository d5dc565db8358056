"""Recorded answers of YouTube through the real parser, row by row; and our requests against its own description."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import BrandTerms, CaptureTask, KnownPost, Page
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.youtube import YouTube
from microinf_pipeline.sources.youtube_api import is_passing
from microinf_pipeline.sources.youtube_parse import parse_pages
from microinf_pipeline_tests.real.recordings import RECORDINGS
from microinf_pipeline_tests.unit.sources.fake_youtube import FakeYouTube, a_video
from microinf_pipeline_tests.unit.sources.local_server import Request, local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

pytestmark = pytest.mark.real

RECORDED = RECORDINGS / "youtube" / "python_youtube" / "apidata"
DESCRIPTION = RECORDINGS / "youtube" / "spec" / "youtube.v3.discovery.20261104.json"
SEEN = datetime(2026, 11, 20, tzinfo=UTC)
VIDEOS = sorted(RECORDED.glob("videos/videos_*.json"))
CHANNELS = [*sorted(RECORDED.glob("channels/info*.json")), *sorted(RECORDED.glob("channel_info_*.json"))]


def recorded(path: Path, kind: str) -> tuple[Page, list[dict[str, Any]]]:
    body = path.read_text(encoding="utf-8")
    items = json.loads(body)["items"]
    request = {"params": [("id", ",".join(str(item["id"]) for item in items))]}
    return Page(path.name, kind, None, "refresh", request, 200, SEEN, body), items


@pytest.mark.parametrize("path", VIDEOS, ids=lambda path: path.name)
def test_every_recorded_video_is_a_post_with_the_counts_that_were_there(path: Path) -> None:
    page, items = recorded(path, "videos")
    parsed = parse_pages([page])
    assert parsed.rejects.is_empty()
    told = [(item["id"], item.get("statistics", {})) for item in items]
    wanted = [(key, *(int(s[n]) if n in s else None for n in ("viewCount", "likeCount", "commentCount"))) for key, s in told]
    assert list(parsed.posts.select("post_id", "views", "likes", "comments").iter_rows()) == wanted


@pytest.mark.parametrize("path", CHANNELS, ids=lambda path: path.name)
def test_every_recorded_channel_is_an_account_or_a_reject_that_says_why(path: Path) -> None:
    page, items = recorded(path, "channels")
    parsed = parse_pages([page])
    assert parsed.accounts.height + parsed.rejects.height == len(items)
    readable = [item["id"] for item in items if "snippet" in item and "publishedAt" in item["snippet"]]
    assert parsed.accounts["account_id"].to_list() == readable


def asked_of_a_whole_night() -> list[Request]:
    brand = BrandTerms("acme", keywords=("Acme",))
    posts = (KnownPost("youtube", "v9"),)
    task = CaptureTask(date(2026, 11, 19), datetime(2026, 11, 18, tzinfo=UTC), SEEN, (brand,), posts)

    async def run() -> list[Request]:
        async with local_server(FakeYouTube([a_video(f"v{n}") for n in range(3)])) as server:
            connect = lambda: HttpClient(is_transient=is_passing)  # noqa: E731
            await YouTube("yt", "of-this-test", service=server.base, connect=connect).capture(task, MemoryPageStore())
            return server.requests

    return asyncio.run(run())


def test_requests_use_only_methods_and_parameters_that_youtubes_own_description_has() -> None:
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    methods = {
        method["path"]: {*method.get("parameters", {}), *described["parameters"]}
        for resource in described["resources"].values()
        for method in resource.get("methods", {}).values()
        if method["httpMethod"] == "GET"
    }
    asked = asked_of_a_whole_night()
    assert {request.path.rpartition("/")[2] for request in asked} == {"search", "videos", "channels"}
    unknown = [(r.path, name) for r in asked for name, _ in r.query if name not in methods[r.path.removeprefix("/")]]
    assert unknown == []
