"""The course of a Mastodon capture: what is asked, when it ends, and what a failure or a silent server leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import (
    BrandTerms,
    CaptureResult,
    CaptureTask,
    KnownPost,
    Parsed,
    PlannedCalls,
    QueryOutcome,
)
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.mastodon import READ_WAIT, Mastodon
from microinf_pipeline.sources.mastodon_api import Instance, local_id
from microinf_pipeline_tests.unit.sources.fake_mastodon import FakeMastodon
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.mastodon_pages import account, status
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
ACME = BrandTerms("acme", hashtags=("acmecola",))


def posts(count: int, *, tag: str = "acmecola", first: int = 0, start: datetime = NOON) -> list[dict[str, Any]]:
    """Newest first, an hour apart, ids falling."""
    return [
        status(
            900 - first - n, id=str(900 - first - n), tags=[{"name": tag}],
            created_at=(start - timedelta(hours=n)).isoformat().replace("+00:00", "Z"),
        )
        for n in range(count)
    ]  # fmt: skip


class Run:
    """Captures against fakes, and what they left. The store outlives a capture, as on disk."""

    def __init__(self) -> None:
        self.store, self.waits = MemoryPageStore(), list[float]()
        self.servers: list[LocalServer] = []

    def capture(
        self, *fakes: FakeMastodon, brand: BrandTerms = ACME, refresh: Sequence[KnownPost] = (),
        accounts: Sequence[str] = (), max_requests: int | None = None,
    ) -> CaptureResult:  # fmt: skip
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async def run() -> CaptureResult:
            limits = HttpLimits(attempts=2, rate=(1000.0, 1.0), max_requests=max_requests, max_wait_seconds=930.0)
            task = CaptureTask(date(2026, 11, 19), SINCE, UNTIL, (brand,), tuple(refresh), tuple(accounts))
            async with AsyncExitStack() as stack:
                ports = [server.port for server in self.servers] or [0] * len(fakes)
                starts = [local_server(fake, port) for fake, port in zip(fakes, ports, strict=True)]
                self.servers = [await stack.enter_async_context(start) for start in starts]
                instances = [Instance.at(one.base, fake.token) for one, fake in zip(self.servers, fakes, strict=True)]
                source = Mastodon("fedi", instances, connect=lambda: HttpClient(limits, read_wait=READ_WAIT, sleep=sleep))
                return await source.capture(task, self.store)

        return asyncio.run(run())

    def asked(self, what: str) -> list[dict[str, str]]:
        return [dict(one.query) for server in self.servers for one in server.requests if what in one.path]

    def parsed(self) -> Parsed:
        return Mastodon("fedi", []).parse(self.store.pages.values())

    def outcome(self, result: CaptureResult, rule: str) -> tuple[int, str, str | None]:
        return next((one.captured, one.status, one.gap_reason) for one in result.queries if one.rule.startswith(rule))


def test_a_plan_tells_each_servers_least_requests_and_what_it_will_not_answer() -> None:
    brand = BrandTerms("acme", hashtags=("a", "b", "c", "d", "e"), keywords=("Acme",))
    task = CaptureTask(
        date(2026, 11, 19),
        SINCE,
        UNTIL,
        (brand,),
        refresh_accounts=("anna@one.example.test",),
        timelines=("anna@one.example.test",),
    )
    source = Mastodon("fedi", [Instance.at("one.example.test"), Instance.at("two.example.test", "token")])
    one, two = " on one.example.test", " on two.example.test"
    assert source.plan(task, {("acme", f"#e{one}"): 81}) == (
        PlannedCalls(f"description{one}", 1),
        PlannedCalls(f"#a #b #c #d{one}", 1, "acme", is_least=True),
        PlannedCalls(f"#e{one}", 3, "acme", is_least=True),
        PlannedCalls(f"Acme{one}", 0, "acme", will_not="no user token: words are not searched, only hashtags"),
        PlannedCalls(f"description{two}", 1),
        PlannedCalls(f"#a #b #c #d{two}", 1, "acme", is_least=True),
        PlannedCalls(f"#e{two}", 1, "acme", is_least=True),
        PlannedCalls(f"Acme{two}", 1, "acme", is_least=True),
        PlannedCalls(f"@mentions{two}", 1, is_least=True),
        PlannedCalls("refresh", 0),
        PlannedCalls("accounts", 1),
        PlannedCalls("timelines", 2),
    )


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("version", ["4.6.4", "4.0.0 (compatible; other 2.75)"])
def test_all_pages_of_a_tag_are_walked_once(links: bool, version: str) -> None:
    run = Run()
    result = run.capture(FakeMastodon(posts(5), links=links, version=version))
    assert run.outcome(result, "#acmecola") == (5, "complete", None)
    assert run.parsed().posts["post_id"].to_list() == [one["uri"] for one in posts(5)]


def test_the_walk_ends_at_the_start_of_the_window_and_counts_only_what_is_inside() -> None:
    run = Run()
    late = posts(2, start=UNTIL + timedelta(minutes=30))
    old = posts(6, first=8, start=SINCE - timedelta(hours=1))
    result = run.capture(FakeMastodon([*late, *posts(2, first=2), *old]))
    assert run.outcome(result, "#acmecola") == (3, "complete", None)  # one of the late posts is of 23:30
    assert len(run.asked("timelines")) == 3


def test_a_night_of_long_ago_is_reached_at_once_by_the_time_inside_mastodons_ids() -> None:
    run = Run()
    run.capture(FakeMastodon(posts(1)))
    start = int(run.asked("timelines")[0]["max_id"]) >> 16
    assert datetime.fromtimestamp(start / 1000, UTC) == UNTIL + timedelta(hours=1)


@pytest.mark.parametrize("links", [True, False])
def test_a_server_that_repeats_its_page_ends_with_a_gap(links: bool) -> None:
    run = Run()
    result = run.capture(FakeMastodon(posts(5), repeats=True, links=links))
    assert run.outcome(result, "#acmecola") == (2, "short", "same cursor twice")


@pytest.mark.parametrize(("hits", "expected"), [(45, (40, "short", "same cursor twice")), (39, (39, "complete", None))])
def test_a_search_that_repeats_its_page_ends_with_a_gap_when_the_page_was_full(
    hits: int, expected: tuple[int, str, str]
) -> None:
    run = Run()
    fake = FakeMastodon(posts(hits), repeats=True, token="t", page_size=40)
    assert run.outcome(run.capture(fake, brand=BrandTerms("acme", keywords=("AcmeCola",))), "AcmeCola") == expected


TAGS = BrandTerms("acme", hashtags=("a", "b", "B", "c", "d", "e"))


def test_four_tags_are_asked_together_where_that_works() -> None:
    run = Run()
    result = run.capture(
        FakeMastodon([*posts(1, tag="a"), *posts(1, tag="d", first=1), *posts(1, tag="e", first=2)]), brand=TAGS
    )
    assert [(one.rule.partition(" on ")[0], one.captured) for one in result.queries] == [("#a #B #c #d", 2), ("#e", 1)]


def test_a_server_that_ignores_any_is_asked_tag_by_tag() -> None:
    run = Run()
    fake = FakeMastodon([*posts(1, tag="a"), *posts(1, tag="d", first=1), *posts(1, tag="e", first=2)], joins=False)
    result = run.capture(fake, brand=TAGS)
    assert {one.rule.partition(" on ")[0]: one.captured for one in result.queries} == {
        "#a #B #c #d": 1, "#B": 0, "#c": 0, "#d": 1, "#e": 1,
    }  # fmt: skip


def test_an_empty_search_is_not_read_as_no_mentions() -> None:
    words = BrandTerms("acme", keywords=("AcmeCola", "acme cola"))
    silent = Run().capture(FakeMastodon(posts(1), token="t", searches=False), brand=words)
    assert [(one.captured, one.status, one.gap_reason is not None) for one in silent.queries[:2]] == [(0, "short", True)] * 2
    speaking = Run().capture(FakeMastodon(posts(1), token="t"), brand=words)
    assert [(one.captured, one.status) for one in speaking.queries[:2]] == [(1, "complete"), (0, "complete")]


def test_without_a_token_words_are_said_to_be_unsearched() -> None:
    run = Run()
    result = run.capture(FakeMastodon(posts(1)), brand=BrandTerms("acme", keywords=("AcmeCola",)))
    assert run.outcome(result, "AcmeCola") == (0, "short", "no user token: words are not searched, only hashtags")
    assert run.asked("search") == []


def test_mentions_are_read_with_a_token_and_private_ones_never_stored() -> None:
    run = Run()
    secret = status(901, id="901", visibility="direct", content="<p>secret</p>")
    result = run.capture(FakeMastodon([secret, *posts(2)], token="t"))
    assert run.outcome(result, "@mentions") == (2, "complete", None)
    assert not any("secret" in page.body for page in run.store.pages.values())


def test_closed_hashtag_timelines_are_a_failure_and_not_an_empty_answer() -> None:
    closed = {"configuration": {"timelines_access": {"hashtag_feeds": {"local": "disabled", "remote": "authenticated"}}}}
    run = Run()
    result = run.capture(FakeMastodon(posts(1), about=closed))
    assert run.outcome(result, "#acmecola") == (
        0,
        "failed",
        "hashtag timelines of this server: local disabled, remote authenticated",
    )


def test_a_refused_token_stops_the_instance_for_the_night() -> None:
    run = Run()
    fake = FakeMastodon(posts(1), token="right", hook=lambda r: _refused(r) if "tag" in r.path else None)
    result = run.capture(fake, brand=BrandTerms("acme", hashtags=("acmecola",), keywords=("AcmeCola",)))
    assert [one.status for one in result.queries] == ["failed"] * 3
    assert [len(run.asked(what)) for what in ("tag", "search", "notifications")] == [1, 0, 0]


def _refused(request: Request) -> Reply:
    return Reply(401, b'{"error":"invalid"}')


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(503), "HTTP 503"),
        (Reply(429), "HTTP 429"),
        (Reply(body=b"<html>"), "HTTP 200 without a JSON body"),
        (Reply(body=b'{"error":"x"}'), "the answer is not a list of posts"),
        (Reply(422, b'{"error":"x"}'), 'HTTP 422: {"error": "x"}'),
        (Reply(404, b"<h1>404"), "HTTP 404"),
        (Reply(reset=True), "no complete answer: RemoteProtocolError"),
    ],
)
def test_a_failing_query_is_an_outcome_and_the_other_instance_goes_on(reply: Reply, reason: str) -> None:
    run = Run()
    broken = FakeMastodon(posts(1), hook=lambda request: reply if "tag" in request.path else None)
    result = run.capture(broken, FakeMastodon(posts(1)))
    assert [(one.captured, one.status, (one.gap_reason or "").partition(" (where: ")[0]) for one in result.queries] == [
        (0, "failed", reason),
        (1, "complete", ""),
    ]


@pytest.mark.parametrize(
    ("name", "value", "low", "high"),
    [
        ("X-RateLimit-Reset", "2026-11-19T12:05:00Z", 300, 301),
        ("X-RateLimit-Reset", str(int(NOON.timestamp()) + 300), 300, 301),
        ("X-RateLimit-Reset", "2025-07-17T13:45:00.399976Z", 0.9, 3),  # of a cached answer
        ("Retry-After", "30", 30, 31),
    ],
)
def test_waits_follow_the_header_and_a_stale_one_is_short(name: str, value: str, low: float, high: float) -> None:
    run, replies = Run(), iter([Reply(429, headers={name: value})])
    fake = FakeMastodon(posts(1), hook=lambda request: next(replies, None) if "tag" in request.path else None)
    with clock.frozen(NOON):
        result = run.capture(fake)
    assert run.outcome(result, "#acmecola") == (1, "complete", None)
    assert len(run.waits) == 1
    assert low <= run.waits[0] <= high


def test_a_spent_budget_ends_the_night_and_the_next_run_goes_on_from_there() -> None:
    run, fake = Run(), FakeMastodon(posts(5))
    first = run.capture(fake, max_requests=2)
    assert run.outcome(first, "#acmecola")[:2] == (2, "budget_spent")
    again = run.capture(fake)
    assert run.outcome(again, "#acmecola") == (5, "complete", None)
    assert len(run.asked("timelines")) == 2  # the first page came from the store


def known(number: int, host: str) -> KnownPost:
    return KnownPost("mastodon", f"http://{host}/users/ann/statuses/{number}", f"http://{host}/@ann/{number}")


def test_refresh_asks_the_home_instance_in_batches_and_looks_twice_at_what_is_absent() -> None:
    run = Run()
    run.capture(FakeMastodon())  # to know its address
    host = run.servers[0].base.removeprefix("http://")
    run.store = MemoryPageStore()
    there = [status(n, id=str(n), uri=known(n, host).post_id) for n in range(1, 22)]
    result = run.capture(FakeMastodon(there), refresh=[known(n, host) for n in range(1, 24)])
    assert run.outcome(result, "refresh posts") == (23, "complete", None)
    assert sorted(
        len([k for k, _ in r.query if k == "id[]"]) for r in run.servers[0].requests if r.path == "/api/v1/statuses"
    ) == [3, 20]
    statuses = run.parsed().statuses
    counts = dict(statuses.group_by("status").len().rows())
    assert counts == {"available": 21, "unknown": 2, "deleted": 2}


def test_a_server_that_shows_single_posts_to_its_users_only_leaves_a_gap_and_no_failure() -> None:
    run = Run()
    run.capture(FakeMastodon())  # to know its address
    host = run.servers[0].base.removeprefix("http://")
    run.store = MemoryPageStore()
    fake = FakeMastodon(version="0.20.1+git", hook=lambda r: _refused(r) if "v1/statuses" in r.path else None)
    result = run.capture(fake, refresh=[known(1, host)])
    assert run.outcome(result, "refresh posts") == (0, "short", 'HTTP 401: {"error": "invalid"}')
    assert run.parsed().statuses.is_empty()


def test_posts_of_other_servers_are_looked_up_by_address_with_a_token_and_else_named_as_a_gap() -> None:
    far = KnownPost("mastodon", "https://far.example/notes/1")
    post = status(1, uri=far.post_id)
    with_token = Run()
    found = with_token.capture(FakeMastodon([post], token="t"), refresh=[far], brand=BrandTerms("acme"))
    # seen among the mentions already: no second look
    assert with_token.asked("search") == []
    assert not any(one.rule.startswith("refresh") for one in found.queries)
    without = Run()
    result = without.capture(FakeMastodon([post]), refresh=[far])
    reason = "1 posts live on servers that are not asked, and without a user token none can look them up"
    assert result.queries[-1] == QueryOutcome(None, "refresh", 0, None, "short", reason)


def test_accounts_seen_tonight_are_looked_up_in_a_batch_and_others_by_name() -> None:
    run = Run()
    profiles = {"7": account(), "8": account("bo@far.example", id="8")}

    def answer(request: Request) -> Reply | None:
        query = dict(request.query)
        if request.path == "/api/v1/accounts":
            return Reply(body=json.dumps([profiles[query["id[]"]]]).encode())
        if request.path == "/api/v1/accounts/lookup":
            found = [one for one in profiles.values() if one["acct"] == query["acct"]]
            return Reply(body=json.dumps(found[0]).encode()) if found else Reply(404, b"<h1>404")
        return None

    names = ("ann@social.example", "bo@far.example", "cy@social.example")
    result = run.capture(FakeMastodon(posts(1), hook=answer), accounts=names)
    assert run.outcome(result, "refresh accounts") == (3, "complete", None)
    assert run.asked("accounts") == [{"id[]": "7"}, {"acct": "bo@far.example"}, {"acct": "cy"}]
    profiles_read = run.parsed().accounts.filter(with_post=False)
    assert sorted(profiles_read["account_id"]) == ["ann@social.example", "bo@far.example"]


@pytest.mark.parametrize(
    ("uri", "url", "expected"),
    [
        ("https://a.example/users/x/statuses/11", None, "11"),
        ("https://a.example/ap/users/7/statuses/11", None, "11"),
        ("https://a.example/users/x/statuses/01HF5ZKP9", None, "01HF5ZKP9"),
        ("https://a.example/objects/6b1c-22", "https://a.example/notice/AbC9", "AbC9"),
        ("https://a.example/x/p/1795823524.86", "https://a.example/x/p/1795823524.86", None),
    ],
)
def test_the_local_id_is_read_from_the_addresses_when_they_hold_it(uri: str, url: str | None, expected: str | None) -> None:
    assert local_id(uri, url) == expected


OWNED = account("acme", id="9")


@pytest.mark.parametrize("version", ["4.6.4", "4.0.0 (compatible; other 2.75)"])
def test_an_owned_account_is_read_with_its_replies_and_with_what_they_answer(version: str) -> None:
    """The answered post was seen on an earlier night, so tonight it has to be asked for, or its address stays unknown."""
    (asked,) = posts(1, first=500, start=NOON - timedelta(days=30), tag="other")
    said = [one | {"account": OWNED, "uri": f"https://social.example/users/acme/{one['id']}"} for one in posts(3, tag="other")]
    said[1] |= {"in_reply_to_id": asked["id"], "in_reply_to_account_id": "7"}
    run, brand = Run(), BrandTerms("acme", owned=("acme@social.example",))
    result = run.capture(FakeMastodon([*said, asked], version=version, accounts={"acme": OWNED}), brand=brand)
    assert run.outcome(result, "@acme@social.example posts") == (3, "complete", None)
    rows = run.parsed().posts.filter(pl.col("account_id") == "acme@social.example").sort("post_id", descending=True)
    assert rows.select("post_type", "reply_to_post_id", "capture_reason").rows() == [
        ("original", None, "owned"),
        ("reply", asked["uri"], "owned"),
        ("original", None, "owned"),
    ]


def test_owned_accounts_nobody_knows_or_on_other_servers_are_told() -> None:
    run, brand = Run(), BrandTerms("acme", owned=("gone@social.example", "acme@elsewhere.example"))
    result = run.capture(FakeMastodon(), brand=brand)
    assert run.outcome(result, "@gone@social.example posts")[:2] == (0, "failed")
    assert run.outcome(result, "@acme@elsewhere.example posts") == (0, "short", "no server that is asked is its home")
