"""The course of a Bluesky capture: what is asked, what is kept, what a failure leaves."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureResult, CaptureTask, KnownPost, PlannedCalls, QueryOutcome
from microinf_pipeline.errors import BudgetSpentError
from microinf_pipeline.sources.bluesky import READ_WAIT, Bluesky
from microinf_pipeline.sources.bluesky_queries import BATCH_SIZE, Window, brand_queries, iso_z
from microinf_pipeline.sources.bluesky_session import BlueskyAccess, PlatformRefusedError
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.paging import batches
from microinf_pipeline_tests.unit.sources.bluesky_pages import ANNA, author, post, record, uri
from microinf_pipeline_tests.unit.sources.fake_bluesky import HTML_403, FakeBluesky, MemorySessions, failure
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
TIMES = [f"2026-11-19T1{n}:00:00.000Z" for n in range(5)]
ACME = BrandTerms("acme", keywords=("AcmeCola",))
OWNED = "did:plc:acme"


def a_task(*brands: BrandTerms, refresh: tuple[str, ...] = (), accounts: tuple[str, ...] = ()) -> CaptureTask:
    posts = tuple(KnownPost("bluesky", uri(key)) for key in refresh)
    return CaptureTask(date(2026, 11, 19), SINCE, UNTIL, brands or (ACME,), posts, accounts)


class Run:
    """One capture against the fake, and what it left."""

    def __init__(self) -> None:
        self.store, self.sessions = MemoryPageStore(), MemorySessions()
        self.server = LocalServer("")
        self.waits: list[float] = []

    def capture(
        self, fake: FakeBluesky, task: CaptureTask, *, password: str = "app-pass", most_hits: int = 100, **limits: int
    ) -> CaptureResult:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async def run() -> CaptureResult:
            bounds = HttpLimits(rate=(1000.0, 1.0), **limits)
            async with local_server(fake, self.server.port) as self.server:
                access = BlueskyAccess(self.server.base, fake.handle, password)
                source = Bluesky(
                    "bluesky", access, self.sessions, most_hits=most_hits,
                    connect=lambda: HttpClient(bounds, read_wait=READ_WAIT, sleep=sleep),
                )  # fmt: skip
                return await source.capture(task, self.store)

        return asyncio.run(run())

    def asked(self, method: str) -> list[Request]:
        return [request for request in self.server.requests if request.path.endswith(method)]

    @property
    def posts(self) -> list[str]:
        parsed = Bluesky("bluesky", BlueskyAccess("", "", ""), self.sessions).parse(self.store.pages.values())
        return sorted(parsed.posts["post_id"].unique())


def complete(rule: str, captured: int, *, brand: str | None = "acme", expected: int | None = None) -> QueryOutcome:
    return QueryOutcome(brand, rule, captured, expected)


def test_a_brand_is_asked_for_term_by_term() -> None:
    brand = BrandTerms("acme", ("acme",), ("AcmeCola", "acme zero"), ("acme.example.test",), ("acmecola.example",))
    tail = (("sort", "latest"), ("limit", "100"))
    assert [(query.rule, query.params) for query in brand_queries(brand)] == [
        ("#acme", (("q", "#acme"), ("tag", "acme"), *tail)),
        ("AcmeCola", (("q", "AcmeCola"), *tail)),
        ("acme zero", (("q", '"acme zero"'), *tail)),
        ("acmecola.example", (("q", "acmecola.example"), ("domain", "acmecola.example"), *tail)),
        ("@acme.example.test", (("q", "@acme.example.test"), ("mentions", "acme.example.test"), *tail)),
    ]


def test_the_halves_of_a_window_join_without_gap_or_overlap() -> None:
    older, newer = Window(SINCE, UNTIL).halves()
    assert (older.since, older.until, older.path) == (SINCE, newer.since, "a")
    assert (newer.until, newer.path) == (UNTIL, "b")
    assert datetime.fromisoformat(iso_z(newer.since)) == newer.since


def test_ids_are_asked_for_25_at_a_time_each_once() -> None:
    assert [len(batch) for batch in batches([f"did:plc:{n % 60}" for n in range(200)], BATCH_SIZE)] == [25, 25, 10]


def test_a_night_is_searched_to_its_end_and_the_authors_looked_up() -> None:
    run, fake = Run(), FakeBluesky(TIMES)
    result = run.capture(fake, a_task())
    assert result.queries == (complete("AcmeCola", 5, expected=5), complete("profiles", 1, brand=None))
    assert result.requests == 5
    assert run.posts == [uri(f"3k{n}") for n in range(5)]
    first = dict(run.asked("searchPosts")[0].query)
    assert first == {
        "q": "AcmeCola", "sort": "latest", "limit": "100",
        "since": "2026-11-17T00:00:00.000Z", "until": "2026-11-20T00:00:00.000Z",
    }  # fmt: skip


def test_an_owned_account_is_read_back_to_the_start_of_the_window_replies_included() -> None:
    shown = ["2026-11-20T01:00:00.000Z", "2026-11-19T09:00:00.000Z", "2026-11-18T09:00:00.000Z", "2026-11-10T09:00:00.000Z"]
    said = [{"post": post(f"3o{n}", OWNED, view={"indexedAt": at}, createdAt=at)} for n, at in enumerate(shown)]
    said[1]["post"]["record"]["reply"] = {"parent": {"uri": uri("3k1")}, "root": {"uri": uri("3k1")}}
    run, brand = Run(), BrandTerms("acme", owned=("acme.example.test",))
    result = run.capture(FakeBluesky([], own_feed=[*said, {"post": post("3old", OWNED)}]), a_task(brand))
    assert result.queries == (complete("@acme.example.test posts", 2),)
    asked = [dict(request.query) for request in run.asked("getAuthorFeed")]
    assert asked == [
        {"actor": "acme.example.test", "filter": "posts_with_replies", "limit": "100", **more} for more in ({}, {"cursor": "2"})
    ]
    posts = Bluesky("bluesky", BlueskyAccess("", "", ""), run.sessions).parse(run.store.pages.values()).posts.sort("post_id")
    assert posts.select("post_id", "post_type", "reply_to_post_id", "capture_reason").rows()[:2] == [
        (uri("3o0", OWNED), "original", None, "owned"),
        (uri("3o1", OWNED), "reply", uri("3k1"), "owned"),
    ]


def test_a_plan_tells_the_least_requests_before_the_first_and_usual_hits_as_pages() -> None:
    brand = BrandTerms("acme", keywords=("AcmeCola",), handles=("acme.example.test",))
    refresh = tuple(f"3k{n}" for n in range(26))
    source = Bluesky("bluesky", BlueskyAccess("https://pds.example.test", "Acme.example.test", "app-pass"), MemorySessions())
    task = replace(a_task(brand, refresh=refresh, accounts=(ANNA,)), timelines=(ANNA, "did:plc:ben"))
    assert source.plan(task, {("acme", "AcmeCola"): 201}) == (
        PlannedCalls("log-in", 1),
        PlannedCalls("AcmeCola", 3, "acme", is_least=True),
        PlannedCalls("@acme.example.test", 1, "acme", is_least=True),
        PlannedCalls("@Acme.example.test notifications", 1, "acme", is_least=True),
        PlannedCalls("refresh", 2),
        PlannedCalls("timelines", 2, is_least=True),
        PlannedCalls("profiles", 1, is_least=True),
    )


def test_a_capture_asks_at_least_what_was_planned() -> None:
    run, task = Run(), a_task(refresh=("3k1",))
    result = run.capture(FakeBluesky(TIMES), task)
    source = Bluesky("bluesky", BlueskyAccess("", "", ""), run.sessions)
    assert sum(calls.calls for calls in source.plan(task, {})) <= result.requests


def test_a_second_capture_of_the_same_night_asks_nothing() -> None:
    run, fake = Run(), FakeBluesky(TIMES)
    first = run.capture(fake, a_task(refresh=("3k1",)))
    second = run.capture(fake, a_task(refresh=("3k1",)))
    assert (second.queries, second.requests, run.server.requests) == (first.queries, 0, [])


def test_a_capture_cut_off_in_the_middle_goes_on_where_it_stopped() -> None:
    def cut_off(request: Request) -> Reply | None:
        return Reply(503) if ("cursor", "2") in request.query else None

    whole, run = Run(), Run()
    whole.capture(FakeBluesky(TIMES), a_task())
    failed = run.capture(FakeBluesky(TIMES, broken=cut_off), a_task(), attempts=2)
    assert failed.queries[0] == QueryOutcome("acme", "AcmeCola", 2, 5, "failed", "HTTP 503")
    run.capture(FakeBluesky(TIMES), a_task())
    assert [dict(request.query).get("cursor") for request in run.asked("searchPosts")] == ["2", "4"]
    assert run.store.pages.keys() == whole.store.pages.keys()


def test_a_window_with_too_many_hits_is_cut_in_halves_until_all_are_seen() -> None:
    run, spread = Run(), [f"2026-11-{day:02d}T12:00:00.000Z" for day in (17, 17, 18, 18, 19, 19, 19)]
    result = run.capture(FakeBluesky(spread), a_task(), most_hits=4)
    assert result.queries[0] == complete("AcmeCola", 7, expected=7)
    assert run.posts == [uri(f"3k{n}") for n in range(7)]


def test_a_total_that_foretells_too_many_hits_saves_the_walk_to_the_cap() -> None:
    run = Run()
    run.capture(
        FakeBluesky([f"2026-11-{day}T12:00:00.000Z" for day in (17, 18, 19) for _ in range(3)], page_size=1),
        a_task(),
        most_hits=5,
    )
    whole = [
        request
        for request in run.asked("searchPosts")
        if ("since", iso_z(SINCE)) in request.query and ("until", iso_z(UNTIL)) in request.query
    ]
    assert (len(whole), len(run.posts)) == (1, 9)


def test_a_search_of_many_hits_is_asked_in_parts_side_by_side() -> None:
    run, step = Run(), (UNTIL - SINCE) / 600
    result = run.capture(FakeBluesky([iso_z(SINCE + step * n) for n in range(600)], page_size=100), a_task(), most_hits=9_900)
    asked = Counter((query["since"], query["until"]) for query in (dict(one.query) for one in run.asked("searchPosts")))
    whole = (iso_z(SINCE), iso_z(UNTIL))
    parts = [(iso_z(part.since), iso_z(part.until)) for part in Window(SINCE, UNTIL).parts(4)]
    assert asked == {whole: 1, **dict.fromkeys(parts, 2)}
    assert (result.queries[0], len(run.posts)) == (complete("AcmeCola", 600, expected=600), 600)


def test_too_many_hits_in_one_moment_are_a_gap_with_its_reason() -> None:
    result = Run().capture(FakeBluesky([TIMES[0]] * 9), a_task(), most_hits=4)
    (outcome, _) = result.queries
    assert (outcome.captured, outcome.status) == (4, "short")
    assert outcome.gap_reason == "more than 4 hits from 2026-11-19T09:59:58.461Z to 2026-11-19T10:00:00.439Z"


def test_a_kept_session_saves_the_log_in() -> None:
    run, fake = Run(), FakeBluesky(TIMES)
    run.capture(fake, a_task())
    run.store = MemoryPageStore()
    run.capture(fake, a_task())
    assert (fake.log_ins, len(run.asked("searchPosts"))) == (1, 3)


def test_an_expired_token_is_refreshed_once_for_all_and_the_new_one_kept() -> None:
    run, fake = Run(), FakeBluesky(TIMES)
    run.capture(fake, a_task())
    run.store, fake.valid = MemoryPageStore(), 2
    result = run.capture(fake, a_task(ACME, BrandTerms("bolt", keywords=("Bolt", "Nut"))))
    assert {outcome.status for outcome in result.queries} == {"complete"}
    assert (fake.refreshes, fake.log_ins) == (1, 1)
    assert run.sessions.session is not None
    assert run.sessions.session["refreshJwt"] == "refresh-2"


def test_a_refused_refresh_leads_to_one_log_in() -> None:
    run, fake = Run(), FakeBluesky(TIMES)
    run.capture(fake, a_task())
    run.store, fake.valid = MemoryPageStore(), 5
    assert run.capture(fake, a_task()).queries[0] == complete("AcmeCola", 5, expected=5)
    assert (fake.refreshes, fake.log_ins) == (0, 2)


@pytest.mark.parametrize("status", [400, 401])
def test_a_token_that_stays_expired_is_renewed_no_second_time(status: int) -> None:
    fake = FakeBluesky(TIMES, broken=lambda _: failure("ExpiredToken", status))
    result = Run().capture(fake, a_task())
    assert (result.queries[0].status, fake.log_ins) == ("failed", 2)


def test_a_wrong_password_is_refused_with_a_way_out() -> None:
    with pytest.raises(PlatformRefusedError) as caught:
        Run().capture(FakeBluesky(TIMES), a_task(), password="wrong")
    assert caught.value.what == "Bluesky refuses this account (HTTP 401, AuthenticationRequired)"
    assert "app_password" in caught.value.fix
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (HTML_403, "Bluesky refuses this account (HTTP 403, refused by the proxy before the server, without a reason in JSON)"),
        (failure("AccountTakedown"), "Bluesky refuses this account (HTTP 400, AccountTakedown)"),
    ],
)
def test_a_refusal_of_the_account_stops_the_whole_night(reply: Reply, reason: str) -> None:
    run = Run()
    brand = BrandTerms("acme", keywords=tuple(f"word{n}" for n in range(20)))
    result = run.capture(FakeBluesky(TIMES, broken=lambda _: reply), a_task(brand), concurrency=1)
    where = f"(where: {run.server.base}/xrpc/app.bsky.feed.searchPosts)"
    fix = "fix: check identifier and app_password; search needs a logged-in account in good standing"
    assert {(outcome.status, outcome.gap_reason) for outcome in result.queries} == {("failed", f"{reason} {where}; {fix}")}
    assert len(result.queries) == 20
    assert len(run.asked("searchPosts")) < 20


def test_one_refused_query_does_not_stop_the_others() -> None:
    def refuse(request: Request) -> Reply | None:
        return failure("BadQueryString") if ("q", "*") in request.query else None

    result = Run().capture(FakeBluesky(TIMES, broken=refuse), a_task(BrandTerms("acme", keywords=("*", "AcmeCola"))))
    assert [outcome.status for outcome in result.queries] == ["failed", "complete", "complete"]
    assert (result.queries[0].gap_reason or "").startswith("HTTP 400: ")


def test_a_spent_budget_is_no_failure() -> None:
    result = Run().capture(FakeBluesky(TIMES), a_task(), max_requests=3)
    assert [(outcome.rule, outcome.captured, outcome.status) for outcome in result.queries] == [
        ("AcmeCola", 4, "budget_spent"),
        ("profiles", 0, "budget_spent"),
    ]


def test_a_rate_limit_is_waited_for_as_its_header_says() -> None:
    moments = iter([Reply(429, b'{"error":"RateLimitExceeded"}', {"retry-after": "17"})])
    run = Run()
    result = run.capture(FakeBluesky(TIMES, broken=lambda _: next(moments, None)), a_task())
    assert result.queries[0].status == "complete"
    assert run.waits == [17.0]


def test_a_rate_limit_longer_than_the_night_raises_at_the_log_in() -> None:
    limited = Reply(429, b"{}", {"ratelimit-reset": str(int(UNTIL.timestamp()) + 80_000)})
    with clock.frozen(UNTIL), pytest.raises(BudgetSpentError):
        Run().capture(FakeBluesky(TIMES, no_log_in=limited), a_task())


def test_own_notifications_are_read_back_to_the_window_and_their_posts_counted() -> None:
    def notification(key: str, indexed: str) -> dict[str, object]:
        return {"uri": uri(key), "author": author(), "reason": "mention", "record": record(), "indexedAt": indexed}

    items = [notification("3n", "2026-11-19T08:00:00Z"), notification("3o", "2026-11-01T08:00:00Z")]
    run = Run()
    result = run.capture(FakeBluesky([], notifications=items), a_task(BrandTerms("acme", handles=("ACME.example.test",))))
    assert result.queries[1] == complete("@acme.example.test notifications", 2)
    (asked,) = run.asked("listNotifications")
    assert [value for name, value in asked.query if name == "reasons"] == ["mention", "reply", "quote"]
    assert [value for _, value in run.asked("getPosts")[0].query] == [uri("3n"), uri("3o")]


def test_notifications_of_somebody_else_are_not_asked_for() -> None:
    run = Run()
    run.capture(FakeBluesky([]), a_task(BrandTerms("bolt", handles=("bolt.example.test",))))
    assert run.asked("listNotifications") == []


def test_stored_posts_and_accounts_due_are_looked_at_again() -> None:
    run, keys = Run(), tuple(f"3k{n:02d}" for n in range(30))
    fake = FakeBluesky([], gone={uri("3k07")})
    result = run.capture(fake, a_task(BrandTerms("acme"), refresh=keys, accounts=("did:plc:old",)))
    assert result.queries == (complete("refresh", 29, brand=None), complete("profiles", 1, brand=None))
    assert [len(request.query) for request in run.asked("getPosts")] == [25, 5]
    statuses = Bluesky("b", BlueskyAccess("", "", ""), run.sessions).parse(run.store.pages.values()).statuses
    assert statuses.filter(statuses["status"] != "available").select("post_id", "status", "evidence").rows() == [
        (uri("3k07"), "unknown", "absent from getPosts")
    ]


def test_posts_of_other_networks_and_handle_addresses_are_not_looked_up() -> None:
    task = a_task(BrandTerms("acme"))
    others = (KnownPost("mastodon", uri("3k1")), KnownPost("bluesky", "at://anna.example.test/app.bsky.feed.post/3k1"))
    run = Run()
    result = run.capture(FakeBluesky([]), CaptureTask(task.night, task.since, task.until, task.brands, others))
    assert (result.queries, run.asked("getPosts")) == ((), [])


def test_a_page_of_another_shape_fails_its_query_and_is_kept_for_inspection() -> None:
    strange = Reply(200, b'{"posts": {"changed": true}}')
    run = Run()
    result = run.capture(FakeBluesky(TIMES, broken=lambda _: strange), a_task())
    assert result.queries[0].status == "failed"
    assert [page.body for page in run.store.pages.values()] == ['{"posts": {"changed": true}}']


def test_no_page_and_no_outcome_holds_a_secret() -> None:
    run = Run()
    result = run.capture(FakeBluesky(TIMES), a_task(accounts=(ANNA,)))
    kept = repr(run.store.pages) + repr(result) + repr(BlueskyAccess("s", "i", "app-pass"))
    assert [secret for secret in ("app-pass", "access-1", "refresh-1") if secret in kept] == []
