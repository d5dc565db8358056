"""A night with TikTok's API for Business: what is listed, how far back, what is kept, and what a failure leaves."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureResult, CaptureTask, KnownPost, Page, Parsed, QueryOutcome
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.tiktok_business import TikTokBusiness
from microinf_pipeline.sources.tiktok_business_api import BusinessAccess, is_passing
from microinf_pipeline.sources.tiktok_business_lists import Account
from microinf_pipeline.sources.tiktok_business_parse import parse_pages
from microinf_pipeline_tests.unit.sources.fake_tiktok_business import (
    MADE,
    FakeBusiness,
    a_comment,
    a_creator_post,
    a_hashtag_hit,
    a_mention,
    an_own_post,
    said,
)
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import MemorySessions
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
ACME = BrandTerms("acme", hashtags=("Acme", "acmeday"), keywords=("acme cola",), handles=("AcmeCola",))
OTHER = BrandTerms("bolt", hashtags=("bolt",), handles=("bolt",))
RULES = ("@acmecola", "#acme", "comments with @acmecola", "posts of @acmecola")


class Run:
    """Captures against the fake, and what they left. The store outlives a capture, as on disk."""

    def __init__(self) -> None:
        self.store, self.sessions, self.waits = MemoryPageStore(), MemorySessions(), list[float]()
        self.server = LocalServer("")

    def capture(
        self, fake: FakeBusiness, *, brand: BrandTerms = ACME, refresh: tuple[dict[str, Any], ...] = (),
        accounts: tuple[str, ...] = (), timelines: tuple[str, ...] = (), tcm: str | None = None, refresh_token: str = "refresh.1",
    ) -> CaptureResult:  # fmt: skip
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async def run() -> CaptureResult:
            limits = HttpLimits(attempts=2, rate=(1000.0, 1.0))
            posts = tuple(KnownPost("tiktok", one["item_id"], one.get("share_url")) for one in refresh)
            task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (brand, OTHER), posts, accounts, timelines)
            async with local_server(fake, self.server.port) as self.server:
                access = BusinessAccess("app", "of-this-test", "business-1", refresh_token, self.server.base)
                account = Account("acmecola", frozenset({"acme"}), tcm, profiles=2)
                connect = lambda: HttpClient(limits, is_transient=is_passing, sleep=sleep)  # noqa: E731
                with clock.frozen(NOW):
                    return await TikTokBusiness("tt", access, account, self.sessions, connect=connect).capture(task, self.store)

        return asyncio.run(run())

    def asked(self, method: str) -> list[dict[str, str]]:
        return [dict(one.query) for one in self.server.requests if one.path == f"/open_api/v1.3/{method}"]

    @property
    def parsed(self) -> Parsed:
        return parse_pages(self.store.pages.values(), "acmecola")


def hours_ago(count: int) -> datetime:
    return UNTIL - timedelta(hours=count)


def test_a_night_lists_mentions_enabled_hashtags_comments_and_own_posts() -> None:
    run = Run()
    fake = FakeBusiness([a_mention(1)], {"acme": [a_hashtag_hit(2)]}, [a_comment(3)], [an_own_post(4)])
    result = run.capture(fake)
    assert result.queries == (*(QueryOutcome("acme", rule, 1) for rule in RULES), QueryOutcome(None, "profiles", 1))
    (asked,) = run.asked("business/mention/video/list/")
    assert {name: value for name, value in asked.items() if name != "fields"} == {
        "business_id": "business-1", "sort_field": "CREATE_TIME", "sort_type": "DESC", "max_count": "100",
        "number_of_days": "4",
    }  # fmt: skip
    assert "creator_handle_name" in json.loads(asked["fields"])
    assert [one["sort_order"] for one in run.asked("business/mention/hashtag/video/list/")] == ["DESC"]
    columns = ("post_id", "handle", "post_type", "capture_reason", "views", "reach_measured", "saves", "likes")
    assert set(run.parsed.posts.select(columns).iter_rows()) == {
        (a_mention(1)["item_id"], "creator1", "original", "mention", 1200, 900, None, 40),
        (a_hashtag_hit(2)["item_id"], "creator2", "original", "mention", None, None, None, 40),
        (a_comment(3)["comment_id"], None, "reply", "mention", None, None, None, 4),
        (an_own_post(4)["item_id"], "acmecola", "original", "owned", 300, 250, 2, 9),
    }
    assert list(run.parsed.accounts.select("handle", "followers", "verified").iter_rows()) == [("acmecola", 77, True)]


def test_lists_are_read_down_to_the_start_of_the_window_and_no_further() -> None:
    run = Run()
    fake = FakeBusiness([a_mention(n, hours_ago(10 * n + 1)) for n in range(30)])
    result = run.capture(fake)
    assert result.queries[0] == QueryOutcome("acme", "@acmecola", 8)
    assert [one.get("cursor") for one in run.asked("business/mention/video/list/")] == [None, "2", "4", "6", "8"]


def test_lists_of_mentions_are_read_further_for_posts_that_are_due_again() -> None:
    run = Run()
    old = a_mention(20, hours_ago(24 * 9))
    fake = FakeBusiness([a_mention(1), old, a_mention(21, hours_ago(24 * 20)), a_mention(22, hours_ago(24 * 21))])
    result = run.capture(fake, refresh=(old,))
    assert result.queries[0].captured == 1
    assert old["item_id"] in run.parsed.posts["post_id"].to_list()
    assert run.asked("business/mention/video/list/")[0]["number_of_days"] == "10"


def test_own_posts_are_looked_at_again_by_id_and_one_that_is_gone_is_unknown() -> None:
    run = Run()
    here, gone = an_own_post(1, hours_ago(200)), an_own_post(2, hours_ago(200))
    result = run.capture(FakeBusiness(own=[here]), refresh=(here, gone))
    assert QueryOutcome(None, "refresh", 1) in result.queries
    assert set(run.parsed.statuses.select("post_id", "status", "evidence").iter_rows()) == {
        (here["item_id"], "available", "returned by TikTok"), (gone["item_id"], "unknown", "absent from video/list")
    }  # fmt: skip


def test_posts_of_creators_are_looked_at_again_at_the_marketplace_over_all_pages() -> None:
    posts = [a_creator_post(n, hours_ago(200)) for n in range(5)]
    keys = [{"item_id": one["video_id"], "share_url": f"https://www.tiktok.com/@anna/video/{one['video_id']}"} for one in posts]
    gone = {"item_id": a_creator_post(9, hours_ago(200))["video_id"], "share_url": "https://www.tiktok.com/@anna/video/1"}
    run = Run()
    run.capture(FakeBusiness(creators={"anna": posts}), refresh=(*keys, gone), tcm="tcm-1")
    told = dict(run.parsed.statuses.select("post_id", "status").iter_rows())
    assert told == {**{one["item_id"]: "available" for one in keys}, gone["item_id"]: "unknown"}
    assert run.parsed.posts["saves"].to_list() == [1] * 5


def test_a_ranking_that_ends_before_the_window_does_is_short() -> None:
    run = Run()
    result = run.capture(FakeBusiness([a_mention(n) for n in range(1000)], page_size=100))
    assert (result.queries[0].status, result.queries[0].gap_reason) == ("short", "the list ends at 1,000")


def test_creators_are_looked_up_at_the_marketplace_where_there_is_an_account() -> None:
    run = Run()
    fake = FakeBusiness([a_mention(1), a_mention(2)], creators={"creator1": []})
    result = run.capture(fake, tcm="tcm-1", accounts=("h:creator9",))
    assert result.queries[-1] == QueryOutcome(
        None, "profiles", 2, None, "complete", "1 accounts wait: at most 2 are looked up a night"
    )
    assert [one["handle_name"] for one in run.asked("tto/tcm/creator/public/")] == ["creator1", "creator2"]
    assert ("creator1", 4321) in list(run.parsed.accounts.select("handle", "followers").iter_rows())


def test_timelines_are_thirty_posts_and_a_creator_who_is_not_there_has_none() -> None:
    run = Run()
    paid = a_creator_post(99, collaboration_status="PAID_PARTNERSHIP")
    fake = FakeBusiness(creators={"anna": [paid, *(a_creator_post(n) for n in range(50))]}, page_size=20)
    result = run.capture(fake, tcm="tcm-1", timelines=("h:anna", "ben"))
    assert result.queries[-1] == QueryOutcome(None, "timelines", 40)
    posts = run.parsed.posts
    assert posts["capture_reason"].unique().to_list() == ["timeline"]
    assert posts.filter(posts["is_paid_label"])["post_id"].to_list() == [paid["video_id"]]


def test_a_replaced_refresh_token_is_kept_and_used_next_time() -> None:
    run, fake = Run(), FakeBusiness(tagged={"acme": []})
    run.capture(fake)
    with_new_token = FakeBusiness(tagged={"acme": []}, refresh_token=fake.refresh_token, token="act.2")
    run.store = MemoryPageStore()
    result = run.capture(with_new_token)
    assert {one.status for one in result.queries} == {"complete"}
    assert (run.sessions.kept or {})["refresh"] == "refresh.1++"


def test_an_end_that_only_a_person_can_put_off_is_told_two_weeks_before() -> None:
    said = Run().capture(FakeBusiness(tagged={"acme": []}, refresh_days=13)).queries[-1]
    assert (said.rule, said.status) == ("token", "complete")
    assert "the access ends on 2026-12-03" in (said.gap_reason or "")
    assert Run().capture(FakeBusiness(refresh_days=15)).queries[-1].rule == "profiles"


def test_no_token_and_no_secret_is_in_a_page() -> None:
    run = Run()
    run.capture(FakeBusiness([a_mention(1)]))
    assert [secret for secret in ("of-this-test", "act.1", "refresh.1") if secret in repr(run.store.pages)] == []


def test_a_connection_that_was_ended_ends_the_capture_and_says_what_to_do() -> None:
    with pytest.raises(FixConfigurationError, match="does not renew") as caught:
        Run().capture(FakeBusiness(), refresh_token="refresh.0")
    assert "connect the account" in caught.value.fix


def test_a_token_of_another_account_is_told() -> None:
    with pytest.raises(FixConfigurationError, match="another account"):
        Run().capture(FakeBusiness(open_id="business-2"))


def test_an_account_of_no_brand_is_told() -> None:
    with pytest.raises(FixConfigurationError, match="no brand has @acmecola"):
        Run().capture(FakeBusiness(), brand=BrandTerms("acme"))


def test_a_refusal_inside_an_answer_of_200_fails_its_list_alone() -> None:
    def hook(request: Request) -> Reply | None:
        return said(40001, "scope missing") if request.path.endswith("comment/list/") else None

    result = Run().capture(FakeBusiness([a_mention(1)], hook=hook))
    assert [(one.rule, one.status) for one in result.queries if one.status != "complete"] == [
        ("#acme", "failed"), ("comments with @acmecola", "failed"),
    ]  # fmt: skip
    assert "scope missing" in (result.queries[2].gap_reason or "")


@pytest.mark.parametrize("reply", [said(40100, "QPS"), said(50002), Reply(503), Reply(body=b"<html>")])
def test_what_passes_is_tried_again(reply: Reply) -> None:
    answers = [reply]
    run = Run()
    hook = lambda r: answers.pop() if answers and r.path.endswith("mention/video/list/") else None  # noqa: E731
    result = run.capture(FakeBusiness([a_mention(1)], {"acme": []}, hook=hook))
    assert (result.queries[0], len(run.waits)) == (QueryOutcome("acme", "@acmecola", 1), 1)


def test_a_second_capture_of_the_same_night_asks_nothing() -> None:
    run, fake = Run(), FakeBusiness([a_mention(n) for n in range(3)], {"acme": []})
    first = run.capture(fake)
    second = run.capture(fake)
    assert (second.queries, second.requests) == (first.queries, 0)


def test_a_plan_says_what_no_list_holds() -> None:
    account = Account("acmecola", frozenset({"acme"}))
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (ACME, OTHER), timelines=("h:anna",))
    source = TikTokBusiness("tt", BusinessAccess("app", "", "business-1", ""), account, MemorySessions())
    assert [(one.brand_id, one.rule, one.calls, one.will_not) for one in source.plan(task, {("acme", "@acmecola"): 101})] == [
        ("acme", "@acmecola", 2, None),
        ("acme", "#acme", 1, None),
        ("acme", "comments with @acmecola", 1, None),
        ("acme", "posts of @acmecola", 1, None),
        ("acme", "#acmeday", 0, "only hashtags enabled for the account are listed"),
        ("acme", "acme cola", 0, "there is no search for words or addresses"),
        ("bolt", "#bolt", 0, "only hashtags enabled for the account are listed"),
        ("bolt", "@bolt", 0, "only the own account's mentions are listed"),
        (None, "refresh", 0, None),
        (None, "profiles", 1, None),
        (None, "timelines", 0, "posts of creators are shown at the marketplace alone: give tcm_account_id"),
    ]


def page(kind: str, items: str, *listed: Any, **params: str) -> Page:
    body = json.dumps({"code": 0, "data": {items: list(listed)}})
    return Page("p1", kind, "acme", "rule", {"params": list(params.items())}, 200, NOW, body)


def test_a_comment_points_at_its_post_and_has_no_handle() -> None:
    (row,) = parse_pages([page("comments", "comments", a_comment(3))], "acmecola").posts.iter_rows(named=True)
    told = {name: value for name, value in row.items() if value is not None}
    assert told == {
        "network": "tiktok", "post_id": a_comment(3)["comment_id"], "display_name": "Ben", "text": "@acmecola when?",
        "created_at": MADE.replace(tzinfo=None), "observed_at": NOW.replace(tzinfo=None), "post_type": "reply",
        "reply_to_post_id": a_comment(3)["item_id"], "thread_root_post_id": a_comment(3)["item_id"], "likes": 4,
        "given_mentions": ["acmecola"], "capture_reason": "mention", "file": "p1", "row_number": 1,
    }  # fmt: skip


def test_a_photo_post_is_a_picture_and_counts_that_are_missing_are_null() -> None:
    photo = an_own_post(1, media_type="PHOTO", likes=0)
    del photo["reach"]
    posts = parse_pages([page("own", "videos", photo)], "acmecola").posts
    assert list(posts.select("media_types", "likes", "reach_measured").iter_rows()) == [(["picture"], 0, None)]


def test_items_that_cannot_be_read_are_rejects_and_the_others_are_read() -> None:
    parsed = parse_pages([page("mentions", "videos", {"item_id": 1}, "text", a_mention(2))], "acmecola")
    assert parsed.rejects["reason"].to_list() == ["not of 'mentions'", "not of 'mentions'"]
    assert parsed.posts["post_id"].to_list() == [a_mention(2)["item_id"]]


@pytest.mark.parametrize("body", ["<html>", '{"data": 7}', "[]", '{"data": {"videos": [{"id": '])
def test_a_page_that_is_no_answer_of_this_kind_is_one_reject(body: str) -> None:
    for kind in ("mentions", "creator"):
        broken = Page("p1", kind, "acme", "rule", {"params": []}, 200, NOW, body)
        assert parse_pages([broken], "acmecola").rejects["reason"].to_list() == ["not JSON of this endpoint"]
