"""A night on Reddit: what is asked, how tokens and refusals are met, what a failure leaves."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

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
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.reddit import Reddit
from microinf_pipeline.sources.reddit_parse import parse_pages
from microinf_pipeline.sources.reddit_questions import LOOK_UPS, ONE_BY_ONE, PROFILES, Reach, questions_of
from microinf_pipeline.sources.reddit_session import READ_WAIT, RedditAccess, RedditRefusedError, RedditSession, is_passing
from microinf_pipeline.storage.quota import Allowance, Daily, QuotaFile
from microinf_pipeline_tests.unit.sources.fake_reddit import WRITTEN, FakeReddit, a_comment, a_link, listing, unauthorized
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
ACME = BrandTerms("acme", keywords=("Acme",))
OLD = WRITTEN - 30 * 86_400


class Run:
    """Captures against the fake, and what they left. Pages, token and quota outlive a capture, as on disk."""

    def __init__(self, quota: QuotaFile | None = None) -> None:
        self.store, self.server, self.waits = MemoryPageStore(), LocalServer(""), list[float]()
        self.sessions, self.quota = MemorySession(), quota

    def capture(
        self, fake: FakeReddit, *brands: BrandTerms, reach: Reach | None = None, secret: str = "of-this-test",
        refresh_token: str | None = None, **task: Any,
    ) -> CaptureResult:  # fmt: skip
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async def run() -> CaptureResult:
            limits = HttpLimits(attempts=2, rate=(1000.0, 1.0))
            asked = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, brands or (ACME,), **task)
            async with local_server(fake, self.server.port) as self.server:
                base = self.server.base
                access = RedditAccess("app", "acme_team", secret, refresh_token, base, base)
                source = Reddit(
                    "reddit", access, self.sessions, reach=reach, quota=self.quota,
                    connect_with=lambda: HttpClient(
                        limits, read_wait=READ_WAIT, is_transient=is_passing, user_agent=access.user_agent, sleep=sleep
                    ),
                )  # fmt: skip
                return await source.capture(asked, self.store)

        return asyncio.run(run())

    def asked(self, path: str) -> list[dict[str, str]]:
        return [dict(one.query) for one in self.server.requests if one.path == path]

    @property
    def parsed(self) -> Parsed:
        return parse_pages(self.store.pages.values())


def links(count: int) -> list[dict[str, Any]]:
    return [a_link(f"p{n}") for n in range(count)]


def by_rule(result: CaptureResult) -> dict[str, QueryOutcome]:
    return {one.rule: one for one in result.queries}


def test_a_search_goes_back_to_the_windows_start_and_profiles_of_authors_follow() -> None:
    run = Run()
    result = run.capture(FakeReddit([*links(3), a_link("p3", created_utc=OLD), a_link("p4", created_utc=OLD)]))
    assert result.queries == (QueryOutcome("acme", "Acme", 3), QueryOutcome(None, PROFILES, 1))
    first, second = run.asked("/search")
    assert first == {"q": '"Acme"', "sort": "new", "t": "all", "type": "link", "limit": "100", "raw_json": "1"}
    assert second == first | {"after": "t3_p1"}
    assert sorted(run.parsed.posts["post_id"]) == ["t3_p0", "t3_p1", "t3_p2", "t3_p3"]


def test_requests_say_who_asks_and_no_page_holds_a_secret() -> None:
    run = Run()
    run.capture(FakeReddit(links(1)))
    assert {one.headers["user-agent"] for one in run.server.requests} == {"python:microinf-pipeline:0.1.0 (by /u/acme_team)"}
    told = repr(run.store.pages)
    assert [secret for secret in ("of-this-test", "token-1") if secret in told] == []


def test_a_token_is_kept_for_the_next_night_and_renewed_when_the_server_says_it_ended() -> None:
    run, fake = Run(), FakeReddit(links(1))
    run.capture(fake)
    run.store = MemoryPageStore()
    run.capture(fake)
    assert run.asked("/api/v1/access_token") == []
    run.store, fake.token = MemoryPageStore(), "token-2"
    result = run.capture(fake)
    assert (len(run.asked("/api/v1/access_token")), result.queries[0]) == (1, QueryOutcome("acme", "Acme", 1))


def test_a_token_about_to_end_is_not_used() -> None:
    run, fake = Run(), FakeReddit(links(1), lives=30)
    run.capture(fake)
    run.store = MemoryPageStore()
    run.capture(fake)
    assert len(run.asked("/api/v1/access_token")) == 1


@pytest.mark.parametrize(
    ("wrong", "fix"),
    [({"secret": "another"}, "client_id and client_secret"), ({"refresh_token": "revoked"}, "authorise again")],
    ids=["wrong secret", "revoked token"],
)
def test_credentials_that_are_refused_say_which_and_are_not_tried_again(wrong: dict[str, str], fix: str) -> None:
    run = Run()
    with pytest.raises(RedditRefusedError) as refused:
        run.capture(FakeReddit(links(1)), **wrong)  # type: ignore[arg-type]
    assert fix in refused.value.fix
    assert (len(run.server.requests), run.waits) == (1, [])


def test_a_grant_refused_with_http_200_is_refused_all_the_same() -> None:
    def refused(request: Request) -> Reply | None:
        return Reply(200, b'{"error": "invalid_grant"}') if request.path.endswith("access_token") else None

    with pytest.raises(RedditRefusedError, match="invalid_grant"):
        Run().capture(FakeReddit(hook=refused))


def test_once_the_program_is_refused_nothing_more_is_asked() -> None:
    def blocked(request: Request) -> Reply | None:
        return Reply(403, b"<html>whoa there</html>") if request.path == "/search" else None

    run = Run()
    brand = BrandTerms("acme", keywords=tuple(f"word{n}" for n in range(20)))
    result = run.capture(FakeReddit(links(1), hook=blocked), brand)
    assert {one.status for one in result.queries} == {"failed"}
    assert len(run.asked("/search")) <= 4


def test_a_scope_the_token_lacks_fails_that_question_alone() -> None:
    def limited(request: Request) -> Reply | None:
        return unauthorized("insufficient_scope", 403) if request.path.endswith("/overview") else None

    result = Run().capture(FakeReddit(links(1), hook=limited), BrandTerms("acme", keywords=("Acme",), owned=("acme_team",)))
    told = by_rule(result)
    assert (told["Acme"].status, told["u/acme_team posts"].status) == ("complete", "failed")


def test_the_inbox_is_read_for_the_brand_whose_account_authorised_the_app() -> None:
    brand, reach = BrandTerms("acme", handles=("u/Acme_Team",)), Reach(inbox_of="acme_team")
    run = Run()
    result = run.capture(FakeReddit([a_comment("c1")]), brand, reach=reach, refresh_token="permanent")
    assert by_rule(result)["u/acme_team mentions"] == QueryOutcome("acme", "u/acme_team mentions", 1)
    assert len(run.asked("/message/mentions")) == 1
    narrow = Run()
    result = narrow.capture(FakeReddit([a_comment("c1")], scope="read"), brand, reach=reach, refresh_token="permanent")
    assert by_rule(result)["u/acme_team mentions"].status == "short"
    assert narrow.asked("/message/mentions") == []


def test_terms_become_searches_and_a_site_is_listed_whole() -> None:
    brand = BrandTerms("acme", ("acmeday",), ('say "hi"',), ("acme",), ("acme.example", "shop.example/acme"), ("acme",))
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (brand,))
    everywhere = [(one.rule, one.path, dict(one.params).get("q")) for one in questions_of(task, Reach(sweep=("r/acme",)))]
    assert everywhere == [
        ('say "hi"', "/search", '"say  hi"'),
        ("#acmeday", "/search", '"#acmeday"'),
        ("u/acme", "/search", '"u/acme"'),
        ("acme.example", "/domain/acme.example/new", None),
        ("acme.example in texts", "/search", '"acme.example"'),
        ("shop.example/acme in texts", "/search", '"shop.example/acme"'),
        ("r/acme new", "/r/acme/new", None),
        ("r/acme comments", "/r/acme/comments", None),
        ("u/acme posts", "/user/acme/overview", None),
    ]
    there = questions_of(task, Reach(subreddits=("coffee", "r/tea")))
    assert {one.path for one in there if one.kind == "search"} == {"/r/coffee+tea/search"}
    assert ("q", "site:acme.example") in there[3].params


def test_a_term_too_long_to_be_searched_is_told_and_not_asked() -> None:
    brand, run = BrandTerms("acme", keywords=("a" * 600,)), Run()
    result = run.capture(FakeReddit(), brand)
    assert (result.queries[0].status, run.asked("/search")) == ("short", [])
    (_, plan, *_) = Reddit("r", RedditAccess("a", "b", "c"), MemorySession()).plan(
        CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (brand,)), {}
    )
    assert (plan.calls, plan.will_not) == (0, "longer than the 512 characters of a search")


def test_a_page_after_a_thing_that_is_gone_is_asked_for_again_from_the_one_before() -> None:
    run = Run()
    result = run.capture(FakeReddit(links(5), gone={"t3_p1"}))
    assert result.queries[0] == QueryOutcome("acme", "Acme", 5)
    assert [one.get("after") for one in run.asked("/search")] == [None, "t3_p1", "t3_p0", "t3_p2"]


def test_a_list_that_ends_in_silence_before_the_windows_start_is_short() -> None:
    result = Run().capture(FakeReddit(links(250), page_size=100))
    assert (result.queries[0].captured, result.queries[0].status) == (250, "short")
    assert result.queries[0].gap_reason == "the list ended after 250 things, before the window's start"


def test_pinned_posts_do_not_end_a_profiles_list() -> None:
    pinned = a_link("old", created_utc=OLD)
    result = Run().capture(FakeReddit([pinned, *links(3)]), BrandTerms("acme", owned=("acme",)))
    assert result.queries[0] == QueryOutcome("acme", "u/acme posts", 3)


def test_a_thing_that_cannot_be_read_stops_no_walk() -> None:
    run = Run()
    result = run.capture(FakeReddit([a_link("p0", created_utc="noon"), *links(3)[1:]]))
    assert result.queries[0] == QueryOutcome("acme", "Acme", 2)
    assert run.parsed.rejects["reason"].to_list() == ["not a post"]


def test_a_cursor_that_comes_twice_ends_the_walk_with_its_reason() -> None:
    def again(request: Request) -> Reply | None:
        return listing(links(2), "t3_p1") if request.path == "/search" else None

    result = Run().capture(FakeReddit(hook=again))
    assert (result.queries[0].status, result.queries[0].gap_reason) == ("short", "same cursor twice")


def test_a_closed_subreddit_is_a_gap_and_no_failure() -> None:
    def closed(request: Request) -> Reply | None:
        private = b'{"message": "Forbidden", "error": 403, "reason": "private"}'
        return Reply(403, private) if request.path == "/r/acme/new" else None

    result = Run().capture(FakeReddit(hook=closed), reach=Reach(sweep=("acme",)))
    told = by_rule(result)["r/acme new"]
    assert (told.status, told.gap_reason) == ("short", "/r/acme/new: HTTP 403: private")


def test_known_posts_are_asked_for_by_the_hundred_and_what_is_left_out_is_unknown() -> None:
    run = Run()
    known = tuple(KnownPost("reddit", f"t3_p{n}") for n in range(101))
    result = run.capture(FakeReddit(links(101), gone={"t3_p7"}), BrandTerms("acme"), refresh_posts=known)
    assert result.queries == (QueryOutcome(None, "refresh", 100),)
    assert [len(one["id"].split(",")) for one in run.asked("/api/info")] == [100, 1]
    told = run.parsed.statuses.filter(status="unknown").select("post_id", "evidence")
    assert (list(told.iter_rows()), run.parsed.statuses.height) == ([("t3_p7", "absent from api/info")], 101)


def test_accounts_that_are_due_and_timelines_are_asked_for_by_name() -> None:
    run, things = Run(), [*links(1), *(a_link(f"b{n}", author="Ben", author_fullname="t2_ben") for n in range(2))]
    result = run.capture(
        FakeReddit(things), BrandTerms("acme"), refresh_accounts=("t2_anna", "t2_gone", "42"), timelines=("t2_ben",)
    )
    assert [(one.rule, one.captured) for one in result.queries] == [
        ("names of accounts", 2), (TIMELINES, 2), (PROFILES, 1),
    ]  # fmt: skip
    assert run.asked("/user/Ben/submitted") == [{"sort": "new", "limit": "30", "raw_json": "1"}]
    assert set(run.parsed.posts["capture_reason"]) == {"timeline"}
    profile = run.parsed.accounts.filter(~run.parsed.accounts["with_post"], account_id="t2_anna").sort("followers")
    assert profile.select("handle", "followers", "bio").row(1) == ("Anna_Brews", 1230, "Coffee & cats")


def test_a_name_that_is_known_is_not_asked_for() -> None:
    run = Run()
    known = {"t2_anna": "Anna_Brews", "h:ben": "Ben"}  # of Ben an export told the name alone
    result = run.capture(FakeReddit(), BrandTerms("acme"), refresh_accounts=tuple(known), handles=known)
    assert result.queries == (QueryOutcome(None, PROFILES, 2),)
    assert sorted(run.parsed.accounts["account_id"]) == ["t2_anna", "t2_ben"]


def test_profiles_beyond_the_days_share_wait_and_the_night_is_no_failure(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "reddit.json", {LOOK_UPS: Allowance(1, Daily())})
    run = Run(quota)
    result = run.capture(FakeReddit(), BrandTerms("acme"), refresh_accounts=("t2_anna", "t2_ben"))
    assert (by_rule(result)[PROFILES].status, by_rule(result)[PROFILES].captured) == ("budget_spent", 1)
    again = run.capture(FakeReddit(), BrandTerms("acme"), refresh_accounts=("t2_anna",))
    assert (again.queries[-1], run.asked("/user/Anna_Brews/about")) == (QueryOutcome(None, PROFILES, 1), [])
    assert "anna" not in (tmp_path / "reddit.json").read_text(encoding="utf-8").lower()


def test_a_second_capture_of_the_same_night_asks_nothing() -> None:
    run, fake = Run(), FakeReddit(links(3))
    first = run.capture(fake, refresh_posts=(KnownPost("reddit", "t3_p1"),), timelines=("t2_ben",))
    second = run.capture(fake, refresh_posts=(KnownPost("reddit", "t3_p1"),), timelines=("t2_ben",))
    assert (second.queries, second.requests) == (first.queries, 0)


def test_an_outage_in_the_middle_keeps_what_was_found_and_the_next_run_goes_on() -> None:
    def down(request: Request) -> Reply | None:
        return Reply(503) if ("after", "t3_p1") in request.query else None

    run = Run()
    result = run.capture(FakeReddit(links(5), hook=down))
    assert (result.queries[0].status, result.queries[0].captured) == ("failed", 2)
    again = run.capture(FakeReddit(links(5)))
    assert again.queries[0] == QueryOutcome("acme", "Acme", 5)
    assert [one.get("after") for one in run.asked("/search")] == ["t3_p1", "t3_p3"]


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        (Reply(429, b"<html>Too Many Requests</html>", {"retry-after": "4"}), 4),
        (Reply(429, b"{}", {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "53"}), 53),
        (Reply(520, b""), 0),
        (Reply(408, b""), 0),
        (Reply(200, b""), 0),
        (Reply(200, b'{"kind": "Listing", "da', {}), 0),
    ],
)
def test_what_passes_is_tried_again_after_the_wait_asked_for(reply: Reply, wait: float) -> None:
    answers = [reply]
    run = Run()
    result = run.capture(FakeReddit(links(1), hook=lambda one: answers.pop() if one.path == "/search" and answers else None))
    assert (result.queries[0].status, len(run.waits)) == ("complete", 1)
    assert run.waits[0] >= wait


def test_where_nothing_is_left_until_the_reset_the_next_request_waits_for_it() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def run() -> None:
        async with local_server(FakeReddit(links(1), left="0.0")) as server, HttpClient(read_wait=READ_WAIT) as client:
            access = RedditAccess("app", "acme_team", "of-this-test", None, server.base, server.base)
            session = RedditSession(client, access, MemorySession(), sleep)
            await session.open()
            for _ in range(2):
                await session.get("/search", [("limit", "1")])

    asyncio.run(run())
    assert waits == [53.0]


def test_a_plan_says_that_profiles_have_no_batch() -> None:
    known = tuple(KnownPost("reddit", f"t3_{n}") for n in range(101))
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (ACME,), known, ("t2_a", "t2_b"), ("t2_b",), {"t2_a": "Ann"})
    assert Reddit("r", RedditAccess("a", "b", "c"), MemorySession()).plan(task, {("acme", "Acme"): 120}) == (
        PlannedCalls("token", 1), PlannedCalls("Acme", 2, "acme", is_least=True), PlannedCalls("refresh", 2),
        PlannedCalls("names of accounts", 1), PlannedCalls(ONE_BY_ONE, 2, is_least=True, spends=((LOOK_UPS, 2),)),
        PlannedCalls(TIMELINES, 1),
    )  # fmt: skip
