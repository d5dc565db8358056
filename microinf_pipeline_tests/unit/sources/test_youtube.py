"""A night on YouTube: what is asked, what is kept, what a failure leaves, and which field becomes which column."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import (
    BrandTerms,
    CaptureResult,
    CaptureTask,
    KnownPost,
    Page,
    Parsed,
    PlannedCalls,
    QueryOutcome,
    Quota,
)
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.youtube import YouTube, search_rule
from microinf_pipeline.sources.youtube_api import SEARCHES, UNITS, is_passing
from microinf_pipeline.sources.youtube_parse import parse_pages
from microinf_pipeline.storage.quota import Allowance, Daily, QuotaFile
from microinf_pipeline_tests.unit.sources.fake_youtube import FakeYouTube, a_channel, a_video, refused
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
ACME = BrandTerms("acme", keywords=("Acme", "acme zero"), hashtags=("acme",))
RULE = 'Acme|"acme zero"|#acme'
SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)


class Run:
    """Captures against the fake, and what they left. The store outlives a capture, as on disk."""

    def __init__(self) -> None:
        self.store, self.server, self.waits = MemoryPageStore(), LocalServer(""), list[float]()

    def capture(
        self, fake: FakeYouTube, *, refresh: tuple[str, ...] = (), accounts: tuple[str, ...] = (), quota: Quota | None = None,
        key: str = "of-this-test",
    ) -> CaptureResult:  # fmt: skip
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async def run() -> CaptureResult:
            limits = HttpLimits(attempts=2, rate=(1000.0, 1.0))
            posts = tuple(KnownPost("youtube", one) for one in refresh)
            task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (ACME,), posts, accounts)
            async with local_server(fake, self.server.port) as self.server:
                source = YouTube(
                    "yt", key, service=self.server.base, quota=quota,
                    connect=lambda: HttpClient(limits, is_transient=is_passing, sleep=sleep),
                )  # fmt: skip
                return await source.capture(task, self.store)

        return asyncio.run(run())

    def asked(self, method: str) -> list[dict[str, str]]:
        return [dict(one.query) for one in self.server.requests if one.path.endswith(method)]

    @property
    def parsed(self) -> Parsed:
        return parse_pages(self.store.pages.values())


def videos(count: int) -> list[dict[str, Any]]:
    return [a_video(f"v{n}") for n in range(count)]


def complete(rule: str, captured: int, brand: str | None = None) -> QueryOutcome:
    return QueryOutcome(brand, rule, captured)


def test_a_night_searches_once_a_brand_and_reads_videos_and_channels_by_id() -> None:
    run = Run()
    result = run.capture(FakeYouTube(videos(5)))
    assert result.queries == (complete(RULE, 5, "acme"), complete("channels", 5))
    assert run.asked("search")[0] == {
        "part": "snippet", "q": RULE, "type": "video", "order": "date", "safeSearch": "none", "maxResults": "50",
        "publishedAfter": "2026-11-17T00:00:00Z", "publishedBefore": "2026-11-20T00:00:00Z", "key": "of-this-test",
    }  # fmt: skip
    assert [one.get("pageToken") for one in run.asked("search")] == [None, "2", "4"]
    assert sorted(run.parsed.posts["post_id"]) == [f"v{n}" for n in range(5)]


def test_the_key_is_in_no_page() -> None:
    run = Run()
    run.capture(FakeYouTube(videos(1)))
    assert "of-this-test" not in repr(run.store.pages)


def test_a_second_capture_of_the_same_night_asks_nothing() -> None:
    run = Run()
    first = run.capture(FakeYouTube(videos(3)), refresh=("v9",))
    second = run.capture(FakeYouTube(videos(3)), refresh=("v9",))
    assert (second.queries, second.requests) == (first.queries, 0)


def test_a_video_that_is_gone_is_told_as_unknown_and_never_as_zero() -> None:
    run = Run()
    run.capture(FakeYouTube(videos(1), gone={"v0"}), refresh=("v0", "v8"))
    assert run.parsed.posts.is_empty()
    told = set(run.parsed.statuses.select("post_id", "status", "evidence").iter_rows())
    assert told == {("v0", "unknown", "absent from videos.list"), ("v8", "unknown", "absent from videos.list")}


def test_a_spent_quota_ends_the_night_without_a_failure_and_keeps_what_was_found() -> None:
    def spent(request: Request) -> Reply | None:
        return refused(403, "quotaExceeded") if ("pageToken", "2") in request.query else None

    run = Run()
    result = run.capture(FakeYouTube(videos(5), hook=spent))
    (search, *_) = result.queries
    assert (search.status, search.captured) == ("budget_spent", 2)
    assert "midnight Pacific time" in (search.gap_reason or "")
    assert sorted(run.parsed.posts["post_id"]) == ["v0", "v1"]
    run.capture(FakeYouTube(videos(5)))
    assert sorted(run.parsed.posts["post_id"].unique()) == [f"v{n}" for n in range(5)]


def test_what_a_day_allows_is_kept_across_runs_and_the_rest_is_not_asked(tmp_path: Path) -> None:
    def quota() -> QuotaFile:
        day = Daily("America/Los_Angeles")
        return QuotaFile(tmp_path / "yt.json", {SEARCHES: Allowance(2, day), UNITS: Allowance(9, day)})

    run = Run()
    with clock.frozen(UNTIL):
        first = run.capture(FakeYouTube(videos(5)), quota=quota())
        again = run.capture(FakeYouTube(videos(5)), quota=quota())
        left = [(state.unit, state.left) for state in quota().states()]
    assert [(r.queries[0].status, r.queries[0].captured) for r in (first, again)] == [("budget_spent", 4), ("budget_spent", 4)]
    assert (run.asked("search"), left) == ([], [(SEARCHES, 0), (UNITS, 7)])
    with clock.frozen(UNTIL + timedelta(days=1)):
        assert run.capture(FakeYouTube(videos(5)), quota=quota()).queries[0] == complete(RULE, 5, "acme")


def test_a_wrong_key_is_a_failure_that_is_not_tried_again() -> None:
    run = Run()
    result = run.capture(FakeYouTube(videos(1)), key="another")
    assert (result.queries[0].status, len(run.server.requests), run.waits) == ("failed", 1, [])


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "SERVICE_UNAVAILABLE"), (429, "rateLimitExceeded"), (503, "backendError")]
)
def test_what_passes_is_tried_again_whatever_its_status(status: int, reason: str) -> None:
    answers = [refused(status, reason)]
    run = Run()
    result = run.capture(FakeYouTube(videos(1), hook=lambda _: answers.pop() if answers else None))
    assert (result.queries[0], len(run.waits)) == (complete(RULE, 1, "acme"), 1)


def test_a_page_that_comes_again_and_again_ends_the_walk_with_its_reason() -> None:
    result = Run().capture(FakeYouTube(videos(9), repeats=True))
    assert (result.queries[0].status, result.queries[0].gap_reason) == ("short", "same cursor twice")


def test_a_plan_counts_a_search_a_brand_and_look_ups_by_fifties() -> None:
    refresh = tuple(KnownPost("youtube", f"v{n}") for n in range(51))
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (ACME,), refresh, ("UC1",), timelines=("UC1", "UC2"))
    assert YouTube("yt", "key").plan(task, {("acme", RULE): 120}) == (
        PlannedCalls(RULE, 3, "acme", is_least=True, spends=((SEARCHES, 3),)),
        PlannedCalls("videos found", 3, is_least=True, spends=((UNITS, 3),)),
        PlannedCalls("refresh", 2, spends=((UNITS, 2),)),
        PlannedCalls("timelines", 5, spends=((UNITS, 5),)),
        PlannedCalls("channels", 1, is_least=True, spends=((UNITS, 1),)),
    )  # fmt: skip


def test_a_brand_without_terms_is_not_searched_for() -> None:
    assert search_rule(BrandTerms("acme")) == ""


def page(kind: str, *items: Any, rule: str = RULE, ids: str = "v1") -> Page:
    request = {"method": "GET", "url": "https://youtube.example.test", "params": [("id", ids)]}
    return Page("p1", kind, "acme", rule, request, 200, SEEN, json.dumps({"items": list(items)}))


def test_a_video_tells_its_counts_and_what_is_hidden_is_not_zero() -> None:
    hidden = a_video("v2", statistics={"viewCount": "7"}, paidProductPlacementDetails={"hasPaidProductPlacement": True})
    posts = parse_pages([page("videos", a_video("v1"), hidden)]).posts
    columns = ("post_id", "url", "account_id", "title", "text", "lang", "likes", "comments", "views", "is_paid_label")
    assert list(posts.select(columns).iter_rows()) == [
        ("v1", "https://www.youtube.com/watch?v=v1", "UCv1", "Acme & coffee v1", "Two cups\n#acme", "de", 40, 3, 1200, None),
        ("v2", "https://www.youtube.com/watch?v=v2", "UCv2", "Acme & coffee v2", "Two cups\n#acme", "de", None, None, 7, True),
    ]
    assert posts["created_at"].to_list() == [datetime(2026, 11, 19, 10)] * 2


def test_subscribers_are_rounded_from_a_thousand_on_and_may_be_hidden() -> None:
    few = a_channel("UC2", statistics={"subscriberCount": "999", "videoCount": "1"})
    hidden = a_channel("UC3", statistics={"subscriberCount": "0", "hiddenSubscriberCount": True})
    accounts = parse_pages([page("channels", a_channel("UC1"), few, hidden)]).accounts
    assert list(accounts.select("account_id", "handle", "followers", "followers_precision", "post_count").iter_rows()) == [
        ("UC1", "annabrews", 1230, "rounded", 80), ("UC2", "annabrews", 999, "exact", 1), ("UC3", "annabrews", None, "hidden", None),
    ]  # fmt: skip


def test_items_that_cannot_be_read_are_rejects_and_the_others_are_read() -> None:
    parsed = parse_pages([page("videos", {"id": "v1"}, "text", a_video("v2"), ids="v1,v2")])
    assert parsed.rejects["reason"].to_list() == ["not a video", "not a video"]
    assert parsed.posts["post_id"].to_list() == ["v2"]
    assert parsed.statuses["status"].to_list() == ["available", "available"]


@pytest.mark.parametrize("body", ["<html>", '{"items": 7}', "[]", '{"items": [{"id": '])
def test_a_page_that_is_no_answer_of_this_kind_is_one_reject(body: str) -> None:
    one = page("videos")
    broken = Page(one.name, one.kind, one.brand_id, one.rule, one.request, 200, SEEN, body)
    assert parse_pages([broken]).rejects["reason"].to_list() == ["not JSON of this endpoint"]
