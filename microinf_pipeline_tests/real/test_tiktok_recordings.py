"""Samples of the Research API through the real parser, row by row; and our requests in the form of its sample request."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import BrandTerms, CaptureTask, Page
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.tiktok_fields import created_of
from microinf_pipeline.sources.tiktok_research import TikTokResearch
from microinf_pipeline.sources.tiktok_research_api import ResearchAccess, is_passing
from microinf_pipeline.sources.tiktok_research_parse import parse_pages
from microinf_pipeline_tests.real.nights import DATA
from microinf_pipeline_tests.real.recordings import RECORDINGS
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import FakeResearch, MemorySessions, a_video
from microinf_pipeline_tests.unit.sources.local_server import local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

pytestmark = pytest.mark.real

RECORDED = RECORDINGS / "tiktok"
SEEN = datetime(2026, 11, 20, tzinfo=UTC)
#: The file of comments is out of scope: they name no author.
KINDS = {"example_resp_q_videos.json": "search", "example_resp_q_user.json": "user", "example_resp_comments.json": "comments"}


def recorded(name: str) -> tuple[Page, dict[str, Any]]:
    body = (RECORDED / name).read_text(encoding="utf-8")
    return Page(name, KINDS[name], "acme", "rule", {"body": {"username": "anna"}}, 200, SEEN, body), json.loads(body)["data"]


def test_every_recorded_answer_is_accounted_for() -> None:
    assert sorted(KINDS) == sorted(path.name for path in RECORDED.glob("example_resp_*.json"))
    parsed = parse_pages(recorded(name)[0] for name in sorted(KINDS))
    rows = {name: len(recorded(name)[1].get("videos", recorded(name)[1].get("comments", [1]))) for name in KINDS}
    out_of_scope = rows["example_resp_comments.json"]
    profiles = parsed.accounts.filter(~parsed.accounts["with_post"]).height
    assert parsed.posts.height + profiles + parsed.rejects.height + out_of_scope == sum(rows.values())
    assert parsed.rejects.is_empty()


def test_every_recorded_video_is_a_post_with_the_values_that_were_there() -> None:
    page, data = recorded("example_resp_q_videos.json")
    wanted = [
        (
            str(v["video_id"]),
            v["video_description"],
            v["hashtag_names"],
            v["view_count"],
            v["comment_count"],
            v.get("like_count"),
        )
        for v in data["videos"]
    ]
    columns = ("post_id", "text", "given_hashtags", "views", "comments", "likes")
    assert list(parse_pages([page]).posts.select(columns).iter_rows()) == wanted


def test_the_recorded_account_has_the_counts_that_were_there() -> None:
    page, data = recorded("example_resp_q_user.json")
    (told,) = (
        parse_pages([page]).accounts.select("display_name", "followers", "following", "post_count", "verified").iter_rows()
    )
    names = ("display_name", "follower_count", "following_count", "video_count", "is_verified")
    assert told == tuple(data[name] for name in names)


def test_requests_have_the_keys_and_conditions_of_the_sample_request() -> None:
    sample = json.loads((RECORDED / "example_request.json").read_text(encoding="utf-8"))

    async def asked() -> dict[str, Any]:
        async with local_server(FakeResearch([a_video(n) for n in range(3)])) as server:
            access = ResearchAccess("project", "of-this-test", server.base)
            source = TikTokResearch("tt", access, MemorySessions(), connect=lambda: HttpClient(is_transient=is_passing))
            brand = BrandTerms("acme", ("acme",), ("cola",))
            task = CaptureTask(date(2026, 11, 19), datetime(2026, 11, 18, tzinfo=UTC), SEEN, (brand,))
            await source.capture(task, MemoryPageStore())
            _, second = (r.body for r in server.requests if r.path.endswith("query/"))
        return dict(json.loads(second))

    request = asyncio.run(asked())
    assert set(sample) - {"cursor"} <= set(request)
    assert set(request) - set(sample) == {"search_id"}
    known = {key: type(value) for key, value in sample["query"]["and"][0].items()}
    for condition in request["query"]["or"]:
        assert {key: type(value) for key, value in condition.items()} == known
    assert all(len(request[name]) == len(sample[name]) and request[name].isdecimal() for name in ("start_date", "end_date"))


@pytest.mark.parametrize(
    ("name", "key", "at"),
    [("scraper_items", "id", "createTime"), ("trending_web_items", "id", "createTime")],
)
def test_ids_of_real_posts_tell_the_second_they_were_made_in(name: str, key: str, at: str) -> None:
    items = json.loads((DATA / "tiktok_payloads" / f"{name}.json").read_text(encoding="utf-8"))
    late = [
        abs((created_of(str(one[key])) or SEEN.replace(tzinfo=None)).replace(tzinfo=UTC).timestamp() - int(one[at]))
        for one in items
    ]
    assert late
    assert max(late) <= 5
