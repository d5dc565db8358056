"""A night on Threads: what is asked, what a missing permission costs, what a failure leaves."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import (
    TIMELINES,
    BrandTerms,
    CaptureResult,
    CaptureTask,
    KnownPost,
    Parsed,
    PlannedCalls,
    QueryOutcome,
)
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.graph_api import GraphAccess, passes
from microinf_pipeline.sources.graph_errors import TokenRefusedError
from microinf_pipeline.sources.graph_usage import regain_wait
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.threads import Threads
from microinf_pipeline.sources.threads_edges import LOOK_UPS, ONE_BY_ONE, PROFILES, SEARCHES, searches_of
from microinf_pipeline.sources.threads_parse import parse_pages
from microinf_pipeline.storage.quota import Allowance, QuotaFile, Rolling
from microinf_pipeline_tests.unit.sources.fake_graph import refused
from microinf_pipeline_tests.unit.sources.fake_threads import WRITTEN, FakeThreads, a_post, at
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
ACME = BrandTerms("acme", hashtags=("acme",))
OWN = BrandTerms("acme", handles=("acme_tea",), owned=("acme_tea",))


class Run:
    """Captures against the fake, and what they left. Pages, token and quota outlive a capture, as on disk."""

    def __init__(self, quota: QuotaFile | None = None) -> None:
        self.store, self.server, self.sessions, self.quota = MemoryPageStore(), LocalServer(""), MemorySession(), quota

    def capture(self, fake: FakeThreads, *brands: BrandTerms, token: str = "token-9f", **task: Any) -> CaptureResult:
        async def sleep(_seconds: float) -> None:
            return None

        async def run() -> CaptureResult:
            limits = HttpLimits(attempts=2, rate=(1000.0, 1.0))
            asked = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, brands or (ACME,), **task)
            async with local_server(fake, self.server.port) as self.server:
                source = Threads(
                    "threads", GraphAccess(self.server.base, "v1.0", token), "Acme_Tea", self.sessions, quota=self.quota,
                    connect=lambda: HttpClient(limits, read_wait=regain_wait, is_transient=passes, sleep=sleep),
                )  # fmt: skip
                return await source.capture(asked, self.store)

        with clock.frozen(NOW):
            return asyncio.run(run())

    def asked(self, path: str) -> list[dict[str, str]]:
        return [dict(one.query) for one in self.server.requests if one.path == f"/v1.0/{path}"]

    @property
    def parsed(self) -> Parsed:
        return parse_pages(self.store.pages.values())


def posts(count: int, **over: Any) -> list[dict[str, Any]]:
    return [a_post(str(100 + n), **over) for n in range(count)]


def by_rule(result: CaptureResult) -> dict[str, QueryOutcome]:
    return {one.rule: one for one in result.queries}


def test_a_search_is_read_until_an_empty_page_and_its_authors_are_looked_up() -> None:
    run = Run()
    result = run.capture(FakeThreads(posts(3), followers={"anna_brews": 1230}))
    assert result.queries == (QueryOutcome(None, "me", 1), QueryOutcome("acme", "#acme", 3), QueryOutcome(None, PROFILES, 1))
    first, second, third = run.asked("keyword_search")
    wanted = {"q": "acme", "search_type": "RECENT", "search_mode": "TAG", "since": "1794873600", "until": "1795132800"}
    assert first.items() >= {**wanted, "limit": "100"}.items()
    assert [one.get("after") for one in (first, second, third)] == [None, "2", "4"]
    assert sorted(run.parsed.posts["post_id"]) == ["100", "101", "102"]
    told = run.parsed.accounts.filter(~run.parsed.accounts["with_post"]).select("account_id", "handle", "followers")
    assert sorted(told.iter_rows(), key=str) == [("7001", "acme_tea", 321), (None, "anna_brews", 1230)]


def test_no_page_holds_the_token() -> None:
    run = Run()
    run.capture(FakeThreads(posts(1), followers={"anna_brews": 5}))
    assert "token-9f" not in repr(run.store.pages)


def test_terms_become_searches_and_the_own_handle_is_none_of_them() -> None:
    brand = BrandTerms("acme", ("acmeday",), ("Acme Tea",), ("acme_tea", "@acme_de"), ("acme.example",))
    asked = [(one.rule, dict(one.params)["q"], dict(one.params)["search_mode"]) for one in searches_of(brand, "acme_tea", [])]
    assert asked == [
        ("Acme Tea", "Acme Tea", "KEYWORD"), ("#acmeday", "acmeday", "TAG"), ("@acme_de", "@acme_de", "KEYWORD"),
        ("acme.example", "acme.example", "KEYWORD"),
    ]  # fmt: skip


def test_a_search_without_advanced_access_is_found_out_and_told() -> None:
    fake = FakeThreads([*posts(2), a_post("1", "acme_tea")], blind=True, common=("acme_tea",))
    told = by_rule(Run().capture(fake))["#acme"]
    assert (told.status, told.captured) == ("short", 1)
    assert "advanced access to threads_keyword_search" in (told.gap_reason or "")


def test_a_search_that_finds_nothing_is_complete_where_a_common_word_finds_others() -> None:
    run = Run()
    assert by_rule(run.capture(FakeThreads()))["#acme"] == QueryOutcome("acme", "#acme", 0)
    assert [one["q"] for one in run.asked("keyword_search")] == ["acme", "the"]


def test_the_own_account_brings_mentions_posts_replies_and_what_is_answered_below_them_with_counts() -> None:
    own = a_post("1", "acme_tea", has_replies=True, owner={"id": "7001"})
    reply = a_post("2", "acme_tea", is_reply=True, replied_to={"id": "100"}, root_post={"id": "100"})
    below = a_post("3", "ben", is_reply=True, replied_to={"id": "1"}, root_post={"id": "1"})
    likes = {"views": 90, "likes": 7, "replies": 2, "reposts": 1, "quotes": 0}
    run = Run()
    result = run.capture(FakeThreads([own, reply, a_post("100")], counts={"1": likes, "2": likes}, below={"1": [below]}), OWN)
    assert {one.rule: one.captured for one in result.queries} == {
        "me": 1, "@acme_tea mentions": 3, "@acme_tea posts": 1, "@acme_tea replies": 1, "replies to @acme_tea": 1,
        "counts of @acme_tea": 2, PROFILES: 0,
    }  # fmt: skip
    posts = run.parsed.posts
    owned = posts.filter(capture_reason="owned").select("post_id", "views", "likes", "comments", "shares", "quotes")
    assert sorted(owned.iter_rows()) == [("1", 90, 7, 2, 1, 0), ("2", 90, 7, 2, 1, 0)]
    (answer,) = posts.filter(post_id="3").to_dicts()
    names = ("post_type", "reply_to_post_id", "thread_root_post_id", "capture_reason", "likes")
    assert tuple(answer[name] for name in names) == ("reply", "1", "1", "mention", None)


def test_a_permission_beyond_the_search_that_is_missing_is_a_gap_and_no_failure() -> None:
    def limited(request: Request) -> Reply | None:
        denied = request.path.endswith(("/mentions", "/insights"))
        return refused(10, "Application does not have permission for this action", status=500) if denied else None

    result = Run().capture(FakeThreads([a_post("1", "acme_tea")], hook=limited), OWN)
    told = by_rule(result)
    assert {told[rule].status for rule in ("@acme_tea mentions", "counts of @acme_tea")} == {"short"}
    assert "make a new token" in (told["@acme_tea mentions"].gap_reason or "")
    assert told["@acme_tea posts"].status == "complete"


def test_known_posts_are_looked_at_by_id_and_one_that_is_not_shown_is_unknown_where_others_are_shown() -> None:
    run = Run()
    known = tuple(KnownPost("threads", one, handle="anna_brews") for one in ("100", "999", "u:abc"))
    result = run.capture(FakeThreads(posts(1)), BrandTerms("acme"), refresh_posts=known)
    assert by_rule(result)["refresh"] == QueryOutcome(None, "refresh", 1)
    assert sorted(run.parsed.statuses.select("post_id", "status", "evidence").iter_rows()) == [
        ("100", "available", "shown by its id"), ("999", "unknown", "not shown by its id"),
    ]  # fmt: skip
    assert run.parsed.posts["capture_reason"].to_list() == [None]


def test_where_no_post_of_others_is_shown_by_id_nothing_is_said_of_those_that_are_not() -> None:
    run = Run()
    mine = KnownPost("threads", "1", handle="acme_tea")
    known = (mine, KnownPost("threads", "998", handle="acme_tea"), KnownPost("threads", "999", handle="anna_brews"))
    run.capture(FakeThreads([a_post("1", "acme_tea")], counts={"1": {"likes": 4}}), BrandTerms("acme"), refresh_posts=known)
    assert sorted(run.parsed.statuses.select("post_id", "status").iter_rows()) == [("1", "available"), ("998", "unknown")]
    assert run.parsed.posts.select("post_id", "likes").rows() == [("1", 4)]


def test_timelines_and_profiles_that_are_due_are_asked_for_by_handle() -> None:
    run = Run()
    result = run.capture(
        FakeThreads(posts(3), followers={"anna_brews": 5}), BrandTerms("acme"), timelines=("h:anna_brews", "h:gone"),
        refresh_accounts=("h:anna_brews", "h:nobody"), handles={"h:anna_brews": "anna_brews", "h:nobody": "nobody"},
    )  # fmt: skip
    assert (by_rule(result)[TIMELINES].captured, by_rule(result)[PROFILES].captured) == (2, 1)
    assert [(one["username"], one["limit"]) for one in run.asked("profile_posts")] == [("anna_brews", "30")]
    assert set(run.parsed.posts["capture_reason"]) == {"timeline"}


def test_look_ups_that_are_all_refused_stop_after_a_few() -> None:
    def denied(request: Request) -> Reply | None:
        return refused(10, "no permission") if request.path.endswith("/profile_lookup") else None

    people = [a_post(str(n), f"person_{n}") for n in range(40)]
    run = Run()
    told = by_rule(run.capture(FakeThreads(people, page_size=100, hook=denied)))[PROFILES]
    assert (told.status, told.captured) == ("short", 0)
    assert "threads_profile_discovery" in (told.gap_reason or "")
    assert len(run.asked("profile_lookup")) <= 10


def test_a_token_that_has_ended_says_what_to_do_and_nothing_more_is_asked() -> None:
    run = Run()
    with pytest.raises(TokenRefusedError) as refusal:
        run.capture(FakeThreads(posts(3)), token="another")
    assert "make a new long-lived token" in refusal.value.fix
    assert len(run.server.requests) <= 3


def test_a_token_of_another_account_is_told() -> None:
    with pytest.raises(FixConfigurationError, match="belongs to @somebody_else"):
        Run().capture(FakeThreads(username="somebody_else"))


def test_the_token_renews_itself_and_the_new_one_is_kept() -> None:
    run = Run()
    run.capture(FakeThreads())
    assert run.sessions.session is not None
    assert run.sessions.session["expires_at"] == (NOW + timedelta(seconds=5_183_944)).isoformat()
    renewals = [one for one in run.server.requests if one.path == "/refresh_access_token"]
    assert [dict(one.query)["grant_type"] for one in renewals] == ["th_refresh_token"]
    run.capture(FakeThreads())
    assert [one for one in run.server.requests if one.path == "/refresh_access_token"] == []


def test_a_days_searches_end_with_what_was_found_and_go_on_when_they_are_free_again(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "threads.json", {SEARCHES: Allowance(2, Rolling(1))})
    run = Run(quota)
    result = run.capture(FakeThreads(posts(5)))
    told = by_rule(result)["#acme"]
    assert (told.status, told.captured) == ("budget_spent", 4)
    run.quota = QuotaFile(tmp_path / "another.json", {SEARCHES: Allowance(5, Rolling(1))})
    assert by_rule(run.capture(FakeThreads(posts(5))))["#acme"] == QueryOutcome("acme", "#acme", 5)


def test_profiles_beyond_the_days_share_wait(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "threads.json", {LOOK_UPS: Allowance(1, Rolling(1))})
    people = [a_post("1", "anna_brews"), a_post("2", "ben")]
    told = by_rule(Run(quota).capture(FakeThreads(people, followers={"anna_brews": 1, "ben": 2})))[PROFILES]
    assert (told.status, told.captured) == ("budget_spent", 1)
    assert "anna" not in (tmp_path / "threads.json").read_text(encoding="utf-8")


def test_a_throttled_night_is_no_failure() -> None:
    def throttled(request: Request) -> Reply | None:
        return refused(4, "Application request limit reached") if ("after", "2") in request.query else None

    run = Run()
    result = run.capture(FakeThreads(posts(5), hook=throttled))
    assert (by_rule(result)["#acme"].status, by_rule(result)["#acme"].captured) == ("budget_spent", 2)


def test_a_second_capture_of_the_same_night_asks_for_no_page() -> None:
    run, fake = Run(), FakeThreads(posts(3), followers={"anna_brews": 1})
    known = (KnownPost("threads", "100"), KnownPost("threads", "999"))
    first = run.capture(fake, refresh_posts=known)
    second = run.capture(fake, refresh_posts=known)
    assert (second.queries, second.requests) == (first.queries, 0)


def test_a_list_that_is_not_bound_by_time_ends_at_the_windows_start() -> None:
    old = at(WRITTEN - timedelta(days=30))
    run = Run()
    result = run.capture(FakeThreads([*posts(1), *posts(9, timestamp=old)]), BrandTerms("acme", owned=("anna_brews",)))
    assert by_rule(result)["@anna_brews posts"] == QueryOutcome("acme", "@anna_brews posts", 1)
    assert len(run.asked("profile_posts")) == 1


def test_every_try_of_a_search_counts(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "threads.json", {SEARCHES: Allowance(50, Rolling(1))})
    tried: list[str] = []

    def fails_once(request: Request) -> Reply | None:
        if not request.path.endswith("/keyword_search"):
            return None
        tried.append(request.path)
        return Reply(503) if len(tried) == 1 else None

    Run(quota).capture(FakeThreads([a_post("1")], hook=fails_once))
    assert len(tried) > 1
    with clock.frozen(NOW):
        assert quota.left(SEARCHES) == 50 - len(tried)


def test_a_plan_tells_searches_and_look_ups_by_their_quotas() -> None:
    known = (KnownPost("threads", "1", handle="acme_tea"), KnownPost("threads", "2", handle="anna_brews"))
    brand = BrandTerms("acme", hashtags=("acme",), handles=("acme_tea",), owned=("acme_tea",))
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (brand,), known, ("h:ben",), ("h:ben",))
    source = Threads("threads", GraphAccess("http://a.example", "v1.0", "t"), "acme_tea", MemorySession())
    assert source.plan(task, {("acme", "#acme"): 150}) == (
        PlannedCalls("own account and its followers", 2),
        PlannedCalls("#acme", 2, "acme", is_least=True, spends=((SEARCHES, 2),)),
        PlannedCalls("@acme_tea mentions", 1, "acme", is_least=True),
        PlannedCalls("@acme_tea posts", 1, "acme", is_least=True),
        PlannedCalls("@acme_tea replies", 1, "acme", is_least=True),
        PlannedCalls("replies to @acme_tea, and counts of its posts", 0, "acme", is_least=True),
        PlannedCalls("refresh", 3), PlannedCalls(TIMELINES, 1),
        PlannedCalls(ONE_BY_ONE, 1, is_least=True, spends=((LOOK_UPS, 1),)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("brand", "mentions", "own"),
    [
        (BrandTerms("acme", owned=("@acme_tea",)), True, True),
        (BrandTerms("acme", handles=("@acme_tea",)), True, False),
        (BrandTerms("acme", owned=("acme_hq",)), False, False),
    ],
)
def test_plan_and_night_ask_the_same_of_the_own_account(brand: BrandTerms, mentions: bool, own: bool) -> None:
    wanted = ["@acme_tea mentions"] * mentions + ["@acme_tea posts", "@acme_tea replies"] * own
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (brand,))
    plan = Threads("threads", GraphAccess("http://a.example", "v1.0", "t"), "@Acme_Tea", MemorySession()).plan(task, {})
    assert [one.rule for one in plan if one.calls and one.rule.startswith("@acme_tea")] == wanted
    assert [rule for rule in by_rule(Run().capture(FakeThreads(), brand)) if rule.startswith("@acme_tea")] == wanted


def test_a_plan_says_why_posts_of_an_account_that_is_only_a_handle_are_not_asked_for() -> None:
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (BrandTerms("acme", handles=("acme_tea",)),))
    plan = Threads("threads", GraphAccess("http://a.example", "v1.0", "t"), "acme_tea", MemorySession()).plan(task, {})
    assert [(one.rule, one.brand_id, one.will_not) for one in plan if one.will_not] == [
        ("@acme_tea posts", "acme", "only accounts among owned_accounts are read: their posts are never earned"),
    ]  # fmt: skip
