"""A night with TikTok's Research API: what is asked, what it costs, what is kept, and what a failure leaves."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureResult, CaptureTask, KnownPost, Parsed, QueryOutcome, Quota
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.tiktok_research import TikTokResearch
from microinf_pipeline.sources.tiktok_research_api import REQUESTS, ResearchAccess, is_passing
from microinf_pipeline.sources.tiktok_research_parse import parse_pages
from microinf_pipeline.sources.tiktok_research_queries import batched, mentions_of, windows
from microinf_pipeline.storage.quota import Allowance, Daily, QuotaFile
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import FakeResearch, MemorySessions, a_video, id_at, refused
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
ACME = BrandTerms("acme", hashtags=("Acme",), keywords=("acme cola",), handles=("acmecola",))
RULE = "#Acme|acme cola|@acmecola"
USER = {
    "display_name": "Anna", "bio_description": "Coffee", "is_verified": False, "follower_count": 1234, "following_count": 5,
    "video_count": 80, "bio_url": "https://anna.example",
}  # fmt: skip


class Run:
    """Captures against the fake, and what they left. The store outlives a capture, as on disk."""

    def __init__(self) -> None:
        self.store, self.sessions, self.waits = MemoryPageStore(), MemorySessions(), list[float]()
        self.server = LocalServer("")

    def capture(
        self, fake: FakeResearch, *, brand: BrandTerms = ACME, refresh: tuple[int, ...] = (), accounts: tuple[str, ...] = (),
        timelines: tuple[str, ...] = (), since: datetime = SINCE, quota: Quota | None = None, profiles: int = 9,
        regions: tuple[str, ...] = (), secret: str = "of-this-test", known: tuple[KnownPost, ...] = (),
        counted: frozenset[str] = frozenset(),
    ) -> CaptureResult:  # fmt: skip
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async def run() -> CaptureResult:
            limits = HttpLimits(attempts=3, rate=(1000.0, 1.0))
            posts = (*known, *(KnownPost("tiktok", str(one)) for one in refresh))
            task = CaptureTask(date(2026, 11, 19), since, UNTIL, (brand,), posts, accounts, timelines, counted=counted)
            async with local_server(fake, self.server.port) as self.server:
                source = TikTokResearch(
                    "tt", ResearchAccess("project", secret, self.server.base), self.sessions, quota=quota, regions=regions,
                    profiles=profiles, connect=lambda: HttpClient(limits, is_transient=is_passing, sleep=sleep),
                )  # fmt: skip
                return await source.capture(task, self.store)

        return asyncio.run(run())

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in self.server.requests if one.path.endswith(method)]

    @property
    def parsed(self) -> Parsed:
        return parse_pages(self.store.pages.values())

    @property
    def posts(self) -> list[str]:
        return sorted(self.parsed.posts["post_id"].unique())


def ids(*videos: dict[str, Any]) -> list[str]:
    return sorted(str(video["id"]) for video in videos)


def a_quota(path: Path, amount: int) -> QuotaFile:
    return QuotaFile(path / "tt.json", {REQUESTS: Allowance(amount, Daily("UTC"))})


def test_a_brand_costs_one_search_of_all_its_terms_and_an_author_one_request() -> None:
    run, videos = Run(), [a_video(n) for n in range(5)]
    result = run.capture(FakeResearch(videos, {"creator0": USER, "creator1": USER}))
    assert result.queries == (QueryOutcome("acme", RULE, 5), QueryOutcome(None, "profiles", 2))
    assert run.asked("video/query/")[0] == {
        "query": {
            "or": [
                {"operation": "EQ", "field_name": "hashtag_name", "field_values": ["acme"]},
                {"operation": "IN", "field_name": "keyword", "field_values": ["acme cola", "@acmecola"]},
            ]
        },
        "start_date": "20261117", "end_date": "20261120", "max_count": 100,
    }  # fmt: skip
    assert [(one.get("cursor"), one.get("search_id")) for one in run.asked("video/query/")] == [
        (None, None), (2, "70"), (4, "70")
    ]  # fmt: skip
    assert run.posts == ids(*videos)
    assert [one["username"] for one in run.asked("user/info/")] == ["creator0", "creator1", "creator2"]


def test_regions_are_a_condition_beside_the_terms() -> None:
    run = Run()
    result = run.capture(FakeResearch([a_video(1), a_video(2, region_code="FR")]), regions=("DE", "AT"))
    assert run.asked("video/query/")[0]["query"]["and"] == [
        {"operation": "IN", "field_name": "region_code", "field_values": ["DE", "AT"]}
    ]
    assert result.queries[0].captured == 1


def test_a_page_that_is_empty_but_not_the_last_does_not_end_the_search() -> None:
    run, videos = Run(), [a_video(n) for n in range(6)]
    run.capture(FakeResearch(videos, gone={videos[2]["id"], videos[3]["id"]}))
    assert run.posts == ids(*videos[:2], *videos[4:])


def test_a_place_that_comes_twice_ends_the_search_with_its_reason() -> None:
    result = Run().capture(FakeResearch([a_video(n) for n in range(9)], repeats=True))
    assert (result.queries[0].status, result.queries[0].gap_reason) == ("short", "same cursor twice")


def test_neither_secret_nor_token_is_in_a_page_and_a_token_is_kept_for_the_next_run() -> None:
    run = Run()
    run.capture(FakeResearch([a_video(1)]))
    run.capture(FakeResearch([a_video(1)]))
    assert [secret for secret in ("of-this-test", "clt.1") if secret in repr(run.store.pages)] == []
    assert [one.path for one in run.server.requests] == []  # the second run had its pages and its token


def test_a_token_that_has_run_out_is_asked_for_anew() -> None:
    run = Run()
    with clock.frozen(UNTIL):
        run.capture(FakeResearch([]))
    with clock.frozen(UNTIL + timedelta(hours=2)):
        run.capture(FakeResearch([]), since=SINCE - timedelta(days=1))
    assert run.server.requests[0].path == "/v2/oauth/token/"


def test_a_token_that_is_refused_is_renewed_once() -> None:
    run = Run()
    run.capture(FakeResearch([]))
    result = run.capture(FakeResearch([a_video(1)], token="clt.2"), since=SINCE - timedelta(days=1))
    assert result.queries[0] == QueryOutcome("acme", RULE, 1)
    assert [one.path for one in run.server.requests].count("/v2/oauth/token/") == 1


def test_a_client_that_is_not_accepted_ends_the_capture_and_says_what_to_change() -> None:
    with pytest.raises(FixConfigurationError, match="Client key or secret is incorrect") as caught:
        Run().capture(FakeResearch([]), secret="another")
    assert "client_key and client_secret" in caught.value.fix


def test_a_scope_that_was_not_granted_fails_the_question_and_is_not_tried_again() -> None:
    run = Run()
    result = run.capture(FakeResearch([], hook=lambda r: refused(401, "scope_not_authorized") if "video" in r.path else None))
    assert (result.queries[0].status, run.waits) == ("failed", [])
    assert "research.data.basic" in (result.queries[0].gap_reason or "")


def test_a_spent_day_keeps_what_was_found_and_goes_on_later(tmp_path: Path) -> None:
    run, videos = Run(), [a_video(n) for n in range(6)]
    quota = a_quota(tmp_path, 1000)
    first = run.capture(FakeResearch(videos, quota=2), quota=quota)
    assert (first.queries[0].status, first.queries[0].captured) == ("budget_spent", 4)
    assert "midnight UTC" in (first.queries[0].gap_reason or "")
    assert quota.left(REQUESTS) == 0
    run.capture(FakeResearch(videos))
    assert run.posts == ids(*videos)


def test_requests_beyond_the_days_allowance_are_not_sent(tmp_path: Path) -> None:
    run = Run()
    result = run.capture(FakeResearch([a_video(n) for n in range(6)]), quota=a_quota(tmp_path, 2))
    assert len(run.asked("video/query/")) == 2
    assert [one.status for one in result.queries] == ["budget_spent", "budget_spent"]


def test_every_try_costs_quota(tmp_path: Path) -> None:
    answers = [refused(500, "internal_error"), refused(429, "rate_limit_exceeded")]
    quota = a_quota(tmp_path, 100)
    run = Run()
    result = run.capture(FakeResearch([], hook=lambda r: answers.pop() if answers and "video" in r.path else None), quota=quota)
    assert (result.queries[0].status, quota.left(REQUESTS), len(run.waits)) == ("complete", 97, 2)


@pytest.mark.parametrize("message", ["Search Id 70 is not ready", "Invalid count or cursor"])
def test_a_result_that_is_not_ready_is_asked_for_again(message: str) -> None:
    answers = [refused(400, "invalid_params", message)]
    run, videos = Run(), [a_video(n) for n in range(3)]
    hook = lambda r: answers.pop() if answers and b"search_id" in r.body else None  # noqa: E731
    result = run.capture(FakeResearch(videos, hook=hook))
    assert (result.queries[0], len(run.waits)) == (QueryOutcome("acme", RULE, 3), 1)


def test_a_kept_result_that_is_lost_is_searched_for_anew() -> None:
    run, videos = Run(), [a_video(n) for n in range(5)]
    run.capture(FakeResearch(videos, quota=1))
    result = run.capture(FakeResearch(videos))  # another day: the fake does not know the result of the first any more
    assert result.queries[0] == QueryOutcome("acme", RULE, 5)
    assert run.posts == ids(*videos)


def test_other_invalid_parameters_are_final() -> None:
    run = Run()
    hook = lambda r: refused(400, "invalid_params", "field_values is empty") if "video" in r.path else None  # noqa: E731
    result = run.capture(FakeResearch([], hook=hook))
    assert (result.queries[0].status, run.waits) == ("failed", [])
    assert "field_values is empty" in (result.queries[0].gap_reason or "")


def test_a_refusal_inside_an_answer_of_200_is_a_refusal() -> None:
    hook = lambda r: refused(200, "something_new") if "video" in r.path else None  # noqa: E731
    result = Run().capture(FakeResearch([], hook=hook))
    assert (result.queries[0].status, result.queries[0].captured) == ("failed", 0)


@pytest.mark.parametrize("reply", [Reply(truncated=True, body=b'{"data": {"vid'), Reply(body=b"<html>"), Reply(reset=True)])
def test_an_answer_cut_short_is_asked_for_again(reply: Reply) -> None:
    answers = [reply]
    run = Run()
    result = run.capture(FakeResearch([a_video(1)], hook=lambda r: answers.pop() if answers and "video" in r.path else None))
    assert (result.queries[0], len(run.waits)) == (QueryOutcome("acme", RULE, 1), 1)


def test_owned_accounts_are_asked_for_by_handle_and_their_posts_are_owned() -> None:
    brand = BrandTerms("acme", owned=("Creator1", "7100000000000000011"))
    run = Run()
    result = run.capture(FakeResearch([a_video(n) for n in range(6)]), brand=brand)
    assert result.queries == (QueryOutcome("acme", "posts of @creator1", 2),)
    assert run.parsed.posts["capture_reason"].unique().to_list() == ["owned"]


def test_known_videos_are_looked_at_again_on_the_days_they_were_made() -> None:
    old = datetime(2026, 10, 1, 8, tzinfo=UTC)
    here, gone = a_video(1, old), id_at(old + timedelta(days=2))
    run = Run()
    result = run.capture(FakeResearch([here]), brand=BrandTerms("acme"), refresh=(here["id"], gone))
    assert result.queries == (QueryOutcome(None, "refresh", 1),)
    (asked,) = run.asked("video/query/")
    assert (asked["start_date"], asked["end_date"]) == ("20260930", "20261004")
    assert set(run.parsed.statuses.select("post_id", "status", "evidence").iter_rows()) == {
        (str(here["id"]), "available", "returned by video/query"), (str(gone), "unknown", "absent from video/query")
    }  # fmt: skip
    assert run.parsed.posts["capture_reason"].to_list() == [None]


def test_only_a_look_that_was_read_to_its_end_says_what_is_absent() -> None:
    videos, gone = [a_video(n) for n in range(4)], id_at(UNTIL - timedelta(hours=9), 99)
    asked, run = (*(one["id"] for one in videos), gone), Run()
    run.capture(FakeResearch(videos, quota=1), brand=BrandTerms("acme"), refresh=asked)
    assert dict(run.parsed.statuses.select("post_id", "status").iter_rows()) == dict.fromkeys(ids(*videos[:2]), "available")
    run.capture(FakeResearch(videos), brand=BrandTerms("acme"), refresh=asked)
    told = dict(run.parsed.statuses.select("post_id", "status").iter_rows())
    assert told == {**dict.fromkeys(ids(*videos), "available"), str(gone): "unknown"}


def test_what_came_by_another_road_may_be_out_of_reach_and_is_not_called_absent() -> None:
    ours, theirs = id_at(UNTIL - timedelta(hours=9), 1), id_at(UNTIL - timedelta(hours=9), 2)
    posts = (KnownPost("tiktok", str(ours), origin="tiktok_research_api"), KnownPost("tiktok", str(theirs), origin="an_export"))
    run = Run()
    run.capture(FakeResearch([]), brand=BrandTerms("acme"), known=posts)
    assert run.parsed.statuses["post_id"].to_list() == [str(ours)]
    assert run.asked("video/query/")[0]["query"]["and"][0]["field_values"] == [str(ours), str(theirs)]


def test_timelines_go_back_window_by_window_until_there_are_thirty_posts() -> None:
    often = [a_video(3 * n, UNTIL - timedelta(hours=2 + n)) for n in range(40)]
    seldom = [a_video(3 * n + 1, UNTIL - timedelta(days=12 * n + 1)) for n in range(7)]
    run = Run()
    fake = FakeResearch([*often, *seldom], page_size=100)
    result = run.capture(fake, brand=BrandTerms("acme"), timelines=("h:creator0", "creator1"))
    assert result.queries == (QueryOutcome(None, "timelines", 37),)
    spans: dict[str, list[tuple[str, str]]] = {}
    for one in run.asked("video/query/"):
        spans.setdefault(one["query"]["and"][0]["field_values"][0], []).append((one["start_date"], one["end_date"]))
    assert spans == {
        "creator0": [("20261022", "20261120")],
        "creator1": [("20261022", "20261120"), ("20260922", "20261021"), ("20260823", "20260921")],
    }
    assert run.parsed.posts["capture_reason"].unique().to_list() == ["timeline"]


def test_no_more_accounts_are_looked_up_than_a_night_may() -> None:
    run = Run()
    result = run.capture(FakeResearch([a_video(n) for n in range(3)]), accounts=("h:someone",), profiles=2)
    assert [one["username"] for one in run.asked("user/info/")] == ["creator0", "creator1"]
    assert result.queries[1] == QueryOutcome(
        None, "profiles", 0, None, "complete", "2 accounts wait: at most 2 are looked up a night"
    )


def test_authors_whose_followers_are_known_well_enough_cost_no_request() -> None:
    run = Run()
    run.capture(FakeResearch([a_video(n) for n in range(3)]), counted=frozenset({"creator0", "creator2"}))
    assert [one["username"] for one in run.asked("user/info/")] == ["creator1"]


def test_an_account_that_is_not_there_fails_no_other() -> None:
    run = Run()
    hook = lambda r: Reply(404, b'{"error": {"code": "not_found"}}') if b"creator1" in r.body else None  # noqa: E731
    result = run.capture(FakeResearch([a_video(n) for n in range(3)], {"creator0": USER, "creator2": USER}, hook=hook))
    assert result.queries[1] == QueryOutcome(None, "profiles", 2)
    assert run.parsed.rejects.is_empty()


@pytest.mark.parametrize(("days", "expected"), [(3, 1), (30, 1), (31, 2), (90, 3)])
def test_windows_cover_every_day_and_none_is_longer_than_thirty_days(days: int, expected: int) -> None:
    spans = windows(UNTIL - timedelta(days=days), UNTIL)
    covered = [start + timedelta(days=n) for start, end in spans for n in range((end - start).days + 1)]
    assert len(spans) == expected
    assert covered == [(UNTIL - timedelta(days=days)).date() + timedelta(days=n) for n in range(days + 1)]
    assert all((end - start).days <= 30 for start, end in spans)


def test_videos_are_looked_at_by_hundreds_inside_one_window() -> None:
    first = date(2026, 9, 1)
    made = [(str(n), first + timedelta(days=n % 40)) for n in range(250)]
    found = batched(made)
    assert sorted(one for _, ids in found for one in ids) == sorted(one for one, _ in made)
    assert all(len(ids) <= 100 and (end - start).days <= 30 for (start, end), ids in found)


def test_a_plan_tells_the_requests_the_day_will_cost_and_what_cannot_be_asked() -> None:
    brand = BrandTerms("acme", hashtags=("acme",), owned=("acmecola", "7100000000000000011"))
    refresh = tuple(KnownPost("tiktok", str(id_at(SINCE, n))) for n in range(150))
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (brand,), refresh, ("h:anna", "h:ben"), ("h:carl",))
    calls = TikTokResearch("tt", ResearchAccess("project", ""), MemorySessions(), profiles=1).plan(
        task, {("acme", "#acme"): 250}
    )
    assert [(one.rule, one.calls, one.spends, one.will_not) for one in calls] == [
        ("#acme", 3, ((REQUESTS, 3),), None),
        ("posts of @acmecola", 1, ((REQUESTS, 1),), None),
        ("posts of 7100000000000000011", 0, (), "accounts are asked for by handle, not by number"),
        ("refresh", 2, ((REQUESTS, 2),), None),
        ("profiles", 1, ((REQUESTS, 1),), None),
        ("timelines", 1, ((REQUESTS, 1),), None),
    ]


def test_a_brand_without_terms_is_not_searched_for() -> None:
    assert mentions_of(BrandTerms("acme")) is None
