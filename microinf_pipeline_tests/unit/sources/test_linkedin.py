"""A night on LinkedIn: what is asked, what it costs, what is never written down, and what a failure leaves."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from microinf_pipeline.catalog.capture import BrandTerms, CaptureResult, CaptureTask, KnownPost, Parsed, QueryOutcome, Quota
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.linkedin import LinkedIn
from microinf_pipeline.sources.linkedin_api import LinkedInAccess, is_passing
from microinf_pipeline.sources.linkedin_parse import parse_pages
from microinf_pipeline.sources.linkedin_questions import CALLS
from microinf_pipeline.storage.quota import Allowance, Daily, QuotaFile
from microinf_pipeline_tests.unit.sources.fake_linkedin import MADE, FakeLinkedIn, a_post
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import MemorySessions
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
ACME = BrandTerms("acme", owned=("100",))
BOLT, ANNA = "urn:li:organization:200", "urn:li:person:an7a"


class Run:
    """Captures against the fake, and what they left. The store outlives a capture, as on disk."""

    def __init__(self) -> None:
        self.store, self.sessions = MemoryPageStore(), MemorySessions()
        self.server = LocalServer("")

    def capture(
        self, fake: FakeLinkedIn, *, enabled: bool = True, texts: bool = False, refresh: tuple[str, ...] = (),
        brand: BrandTerms = ACME, quota: Quota | None = None, refresh_token: str = "refresh.1", token: str = "",
    ) -> CaptureResult:  # fmt: skip
        async def no_wait(_: float) -> None:
            pass

        async def run() -> CaptureResult:
            limits = HttpLimits(attempts=2, rate=(1000.0, 1.0))
            posts = tuple(KnownPost("linkedin", one) for one in refresh)
            task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (brand,), posts)
            async with local_server(fake, self.server.port) as self.server:
                base = self.server.base
                refresh_with = "" if token else refresh_token
                access = LinkedInAccess("app", "of-this-test", refresh_with, token, service=base, login=base)
                connect = lambda: HttpClient(limits, is_transient=is_passing, sleep=no_wait)  # noqa: E731
                source = LinkedIn(
                    "li", access, self.sessions, enabled=enabled, texts=texts, quota=quota, connect=connect
                )  # fmt: skip
                return await source.capture(task, self.store)

        return asyncio.run(run())

    def asked(self, resource: str) -> list[Request]:
        return [one for one in self.server.requests if one.path.startswith(f"/rest/{resource}")]

    @property
    def written(self) -> str:
        return repr([asdict(page) for page in self.store.pages.values()])

    @property
    def parsed(self) -> Parsed:
        return parse_pages(self.store.pages.values())


def a_world() -> FakeLinkedIn:
    """Two own posts, one mention by an organisation, one by a member."""
    fake = FakeLinkedIn(followers={"100": 5000, "200": 70}, names={"100": ("Acme Cola", "acme-cola"), "200": ("Bolt", "bolt")})
    fake.add(a_post("1"))
    fake.add(a_post("2", at=MADE - timedelta(days=9)))
    fake.add(a_post("3", BOLT, commentary="With @[Acme](urn:li:organization:100) and @[Ben](urn:li:person:b3n)"), mentions=True)
    fake.add(a_post("4", ANNA, commentary="My day with @[Acme](urn:li:organization:100)"), mentions=True)
    return fake


def test_switched_off_nothing_is_asked() -> None:
    run = Run()
    assert run.capture(a_world(), enabled=False) == CaptureResult(())
    assert run.server.requests == []


def test_a_night_reads_own_posts_mentions_counts_and_followers() -> None:
    run = Run()
    result = run.capture(a_world())
    assert result.queries == (
        QueryOutcome("acme", "@100", 2, None, "complete", "1 by members are counted, not kept"),
        QueryOutcome("acme", "posts of 100", 1), QueryOutcome(None, "counts", 3), QueryOutcome(None, "organisations", 2),
    )  # fmt: skip
    columns = ("post_id", "account_id", "capture_reason", "likes", "comments", "shares", "impressions", "reach_measured")
    assert sorted(run.parsed.posts.select(columns).iter_rows()) == [
        ("urn:li:share:1", "100", "owned", 4, 1, 2, 900, 700),
        ("urn:li:share:2", "100", "owned", 4, 1, 2, 900, 700),
        ("urn:li:share:3", "200", "mention", 4, 1, None, None, None),
    ]
    told = run.parsed.accounts.drop_nulls("followers").select("account_id", "handle", "display_name", "followers")
    assert sorted(told.iter_rows()) == [("100", "acme-cola", "Acme Cola", 5000), ("200", "bolt", "Bolt", 70)]


def test_nothing_of_a_member_is_written_down_not_even_with_texts() -> None:
    run = Run()
    run.capture(a_world(), texts=True)
    assert [trace for trace in ("an7a", "b3n", "adm1", "Anna", "Ben", "My day", "urn:li:share:4") if trace in run.written] == []


def test_texts_are_kept_only_where_the_configuration_says_so() -> None:
    without, with_texts = Run(), Run()
    without.capture(a_world())
    with_texts.capture(a_world(), texts=True)
    assert "Tea" not in without.written
    assert without.parsed.posts["text"].null_count() == without.parsed.posts.height
    texts = dict(with_texts.parsed.posts.select("post_id", "text").iter_rows())
    assert texts == {
        "urn:li:share:1": "Tea with #acme",
        "urn:li:share:2": "Tea with #acme",
        "urn:li:share:3": "With @Acme and @…",
    }


def test_urns_are_escaped_and_the_signs_of_lists_are_not() -> None:
    run = Run()
    raw: list[str] = []
    fake = a_world()
    run.capture(fake)
    raw = [str(dict(page.request)["url"]) for page in run.store.pages.values()]
    assert all("secret" not in url for url in raw)
    (mentions,) = run.asked("organizationalEntityNotifications")
    asked = dict(mentions.query)
    assert asked["actions"] == "List(SHARE_MENTION)"
    assert asked["organizationalEntity"] == "urn:li:organization:100"
    assert asked["timeRange"] == f"(start:{int(SINCE.timestamp() * 1000)},end:{int(UNTIL.timestamp() * 1000)})"
    assert {one.headers["linkedin-version"] for one in run.server.requests if one.path.startswith("/rest/")} == {"202608"}


def test_lists_are_turned_by_start_and_own_posts_only_down_to_the_window() -> None:
    fake = FakeLinkedIn(followers={"100": 1})
    for n in range(20):
        fake.add(a_post(str(n), at=MADE - timedelta(hours=12 * n)))
    run = Run()
    result = run.capture(fake)
    assert result.queries[1] == QueryOutcome("acme", "posts of 100", 5)
    lists = [dict(one.query) for one in run.asked("posts")]
    assert [one.get("start") for one in lists] == [None, "3", "6"]


def test_known_posts_are_looked_at_again_and_told_as_gone() -> None:
    run, fake = Run(), a_world()
    result = run.capture(fake, brand=BrandTerms("acme"), refresh=("urn:li:share:1", "urn:li:share:77"))
    assert result.queries[0] == QueryOutcome(None, "refresh", 1)
    assert set(run.parsed.statuses.select("post_id", "status", "evidence").iter_rows()) == {
        ("urn:li:share:1", "available", "returned by posts"), ("urn:li:share:77", "deleted", "HTTP 404 of posts")
    }  # fmt: skip


@pytest.mark.parametrize(("key", "told"), [("1", "available"), ("77", "deleted")])
def test_a_single_known_post_is_asked_for_by_itself(key: str, told: str) -> None:
    run = Run()
    run.capture(a_world(), brand=BrandTerms("acme"), refresh=(f"urn:li:share:{key}",))
    assert run.parsed.statuses["status"].to_list() == [told]
    assert [one.query for one in run.asked("posts/")] == [[]]


def test_a_spent_day_keeps_what_was_found(tmp_path: Path) -> None:
    run, quota = Run(), QuotaFile(tmp_path / "li.json", {CALLS: Allowance(500, Daily("UTC"))})
    fake = a_world()
    fake.calls = 3
    result = run.capture(fake, quota=quota)
    assert "budget_spent" in {one.status for one in result.queries}
    assert quota.left(CALLS) == 0
    fake.calls = 100
    assert {one.status for one in run.capture(fake).queries} == {"complete"}


def test_calls_beyond_the_days_allowance_are_not_sent(tmp_path: Path) -> None:
    run, quota = Run(), QuotaFile(tmp_path / "li.json", {CALLS: Allowance(2, Daily("UTC"))})
    run.capture(a_world(), quota=quota)
    assert len([one for one in run.server.requests if one.path.startswith("/rest/")]) == 2


def test_access_that_has_ended_says_who_has_to_do_what() -> None:
    with pytest.raises(FixConfigurationError, match="refresh token has run out") as caught:
        Run().capture(a_world(), refresh_token="refresh.0")
    assert "consent again" in caught.value.fix


def test_a_token_that_is_refused_is_renewed_once() -> None:
    run, fake = Run(), a_world()
    run.capture(fake)
    fake.token, run.store = "token.2", MemoryPageStore()
    assert {one.status for one in run.capture(fake).queries} == {"complete"}
    assert [one.path for one in run.server.requests].count("/oauth/v2/accessToken") == 1


def test_a_configured_token_is_used_until_it_is_refused() -> None:
    run, fake = Run(), a_world()
    assert {one.status for one in run.capture(fake, token="token.1").queries} == {"complete"}
    fake.token, run.store = "token.2", MemoryPageStore()
    result = run.capture(fake, token="token.1")
    assert {one.status for one in result.queries} == {"failed"}
    assert "consent again" in (result.queries[0].gap_reason or "")
    assert len(run.server.requests) <= 2


def test_neither_tokens_nor_secrets_are_in_a_page() -> None:
    run = Run()
    run.capture(a_world())
    assert [secret for secret in ("of-this-test", "token.1", "refresh.1") if secret in run.written] == []


@pytest.mark.parametrize(("status", "word"), [(403, "ADMINISTRATOR"), (426, "version")])
def test_a_refusal_says_what_is_missing(status: int, word: str) -> None:
    hook = lambda r: Reply(status, b'{"message": "no"}') if "Notifications" in r.path else None  # noqa: E731
    fake = a_world()
    fake.hook = hook
    result = Run().capture(fake)
    assert result.queries[0].status == "failed"
    assert word in (result.queries[0].gap_reason or "")


def test_an_answer_of_another_shape_is_a_failure_and_leaves_nothing() -> None:
    fake = a_world()
    fake.hook = lambda r: Reply(200, b'{"elements": null, "secret": "Anna"}') if "Notifications" in r.path else None
    run = Run()
    assert run.capture(fake).queries[0].status == "failed"
    assert "Anna" not in run.written


def test_a_second_capture_of_the_same_night_asks_nothing() -> None:
    run, fake = Run(), a_world()
    first = run.capture(fake)
    second = run.capture(fake)
    assert (second.queries, second.requests) == (first.queries, 0)


def test_a_plan_says_what_keeps_a_brand_from_being_asked_for() -> None:
    bolt = BrandTerms("bolt", handles=("bolt",))
    task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (ACME, bolt), (KnownPost("linkedin", "urn:li:share:1"),), ("300",))
    access = LinkedInAccess()
    off = LinkedIn("li", access, MemorySessions()).plan(task, {})
    assert {one.will_not for one in off} == {"LinkedIn is off unless the source says enabled: true"}
    told = LinkedIn("li", access, MemorySessions(), enabled=True).plan(task, {("acme", "@100"): 250})
    assert [(one.brand_id, one.rule, one.calls, one.spends) for one in told] == [
        ("acme", "@100", 3, ((CALLS, 3),)), ("acme", "posts of 100", 1, ((CALLS, 1),)),
        ("bolt", "mentions of its Page", 0, ()), (None, "refresh", 1, ((CALLS, 1),)), (None, "counts", 1, ((CALLS, 1),)),
        (None, "organisations", 3, ((CALLS, 3),)),
    ]  # fmt: skip
