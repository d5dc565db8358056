"""Reading Bluesky's Jetstream: what is kept, where a read ends, what a broken stream leaves, and the rows it makes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureResult, CaptureTask, Page, PlannedCalls, QueryOutcome
from microinf_pipeline.errors import MicroinfError
from microinf_pipeline.sources.bluesky import READ_WAIT, Bluesky
from microinf_pipeline.sources.bluesky_parse import parse_pages
from microinf_pipeline.sources.bluesky_session import BlueskyAccess
from microinf_pipeline.sources.bluesky_stream import Stream, StreamLimits, StreamRead, needles
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline_tests.unit.sources.bluesky_pages import ANNA, BEN, uri
from microinf_pipeline_tests.unit.sources.fake_bluesky import FakeBluesky, MemorySessions
from microinf_pipeline_tests.unit.sources.fake_jetstream import (
    FakeJetstream,
    a_delete,
    a_post,
    an_account,
    by_time,
    jetstream,
    microseconds,
    others,
)
from microinf_pipeline_tests.unit.sources.local_server import local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

NIGHT = date(2026, 11, 19)
SINCE, UNTIL = datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
ACME = BrandTerms("acme", hashtags=("acme",), keywords=("AcmeCola", "fish & chips"), domains=("acme.example",))
TASK = CaptureTask(NIGHT, SINCE, UNTIL, (ACME,))
#: Something every ten minutes, to the night's end and beyond.
REST = others(SINCE, UNTIL + timedelta(minutes=30), timedelta(minutes=10))


class Reading:
    """Reads of one night against a fake, and what they left. The store outlives a read, as on disk."""

    def __init__(self) -> None:
        self.store, self.waits = MemoryPageStore(), list[float]()
        self.found: set[str] = set()
        self.gap: str | None = None
        self.error: MicroinfError | None = None
        self.bytes = 0

    def read(self, fake: FakeJetstream, task: CaptureTask = TASK, **limits: Any) -> Reading:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async def run() -> None:
            async with jetstream(fake) as address:
                stream = Stream(address, StreamLimits(**{"idle_seconds": 0.3, "max_seconds": 20.0, **limits}))
                one = StreamRead(stream, task, self.store, sleep)
                try:
                    self.gap = await one.through()
                except MicroinfError as error:
                    self.error = error
                self.found, self.bytes = one.found, one.bytes

        self.gap = self.error = None
        with clock.frozen(NOW):
            asyncio.run(run())
        return self

    @property
    def pages(self) -> list[Page]:
        return [self.store.pages[name] for name in sorted(self.store.pages)]

    def events(self) -> list[Any]:
        return [event for page in self.pages for event in json.loads(page.body)["events"]]


def test_only_what_may_be_about_a_brand_is_kept_and_all_of_that() -> None:
    about = [
        a_post("named", NOON, "ACMECOLA for me"), a_post("tagged", NOON, "#Acme"), a_post("linked", NOON, "see acme.example"),
        a_post("escaped", NOON, "Fish & chips"), a_post("silent", NOON, "Nothing"), a_post("early", SINCE - timedelta(minutes=1)),
        a_post("late", UNTIL + timedelta(minutes=25)),
    ]  # fmt: skip
    fake = FakeJetstream(by_time([*about, *REST]))
    reading = Reading().read(fake)
    assert (reading.gap, reading.error) == (None, None)
    assert reading.found == {uri(key) for key in ("named", "tagged", "linked", "escaped")}
    assert fake.cursors == [microseconds(SINCE - timedelta(seconds=5))]
    assert [one.kind for one in reading.pages] == ["stream"]
    assert reading.bytes > 10 * len(reading.pages[0].body)


def test_words_are_looked_for_as_json_writes_them() -> None:
    assert needles([BrandTerms("a", keywords=("Fish & Chips", "Café"), handles=("A.example",))]) == (
        "a.example", "caf\\u00e9", "café", "fish & chips", r"fish \u0026 chips",
    )  # fmt: skip


@pytest.mark.parametrize("cuts", [[3], [0, 60, 1], [140, 3]])
def test_a_stream_that_is_cut_goes_on_and_brings_everything_once(cuts: list[int]) -> None:
    posts = [a_post(f"p{n}", NOON + timedelta(minutes=n)) for n in range(5)]
    fake = FakeJetstream(by_time([*posts, *REST]), cuts=[*cuts])
    reading = Reading().read(fake)
    assert (reading.gap, reading.error) == (None, None)
    assert [event["commit"]["rkey"] for event in reading.events()] == [f"p{n}" for n in range(5)]
    assert fake.cursors == sorted(fake.cursors)
    assert len(fake.cursors) == len(cuts) + 1


def test_a_server_that_is_down_is_tried_as_often_as_allowed() -> None:
    reading = Reading().read(FakeJetstream(cuts=[0] * 9), attempts=3)
    assert str(reading.error).startswith("the stream was cut")
    assert reading.waits == [2.0, 4.0]
    refused = Reading().read(FakeJetstream(refuses=HTTPStatus.FORBIDDEN))
    assert refused.error is not None
    assert (refused.error.what, bool(refused.error.where), bool(refused.error.fix)) == (
        "HTTP 403 instead of a stream",
        True,
        True,
    )
    assert str(Reading().read(FakeJetstream(refuses=HTTPStatus.SERVICE_UNAVAILABLE), attempts=1).error).startswith("HTTP 503")


def test_a_read_that_was_ended_by_its_budget_resumes_where_it_stopped() -> None:
    fake = FakeJetstream(by_time([*(a_post(f"p{n}", SINCE + timedelta(hours=n, minutes=1)) for n in range(24)), *REST]))
    whole = Reading().read(fake)
    reading = Reading().read(fake, max_bytes=whole.bytes // 2)
    assert "bytes is used up" in str(reading.error)
    before = {event["commit"]["rkey"] for event in reading.events()}
    assert 5 < len(before) < 20
    reading.read(fake)
    assert fake.cursors[-1] > microseconds(SINCE + timedelta(hours=8))
    assert sorted(event["commit"]["rkey"] for event in reading.events()) == sorted(f"p{n}" for n in range(24))
    assert reading.found == whole.found


def test_a_read_that_came_to_its_end_asks_nothing_again() -> None:
    fake = FakeJetstream(by_time([a_post("p", NOON), *REST]))
    reading = Reading().read(fake)
    pages = dict(reading.store.pages)
    reading.read(fake)
    assert (len(fake.cursors), reading.store.pages, reading.found) == (1, pages, {uri("p")})


@settings(deadline=None, max_examples=8)
@given(kill_at=st.integers(1, 170), page_messages=st.integers(1, 60))
def test_wherever_a_read_is_cut_it_holds_in_the_end_what_one_read_holds(kill_at: int, page_messages: int) -> None:
    posts = [a_post(f"p{n}", SINCE + timedelta(minutes=100 * n)) for n in range(14)]
    events = by_time([*posts, *REST])
    reading = Reading().read(FakeJetstream(events, cuts=[kill_at]), attempts=1, page_messages=page_messages)
    reading.read(FakeJetstream(events), page_messages=page_messages)
    assert sorted(event["commit"]["rkey"] for event in reading.events()) == sorted(f"p{n}" for n in range(14))


def test_a_stream_that_reaches_less_far_back_than_asked_is_short() -> None:
    events = by_time([a_post("p", NOON), *REST])
    begins = Reading().read(FakeJetstream(events, keeps_since=SINCE + timedelta(hours=6)))
    assert begins.gap == "the stream begins at 2026-11-19 06:00 UTC only"
    old = replace(TASK, night=date(2026, 11, 18), since=SINCE - timedelta(days=1))
    assert Reading().read(FakeJetstream(events), old).gap in (
        "the stream reaches back to 2026-11-18 15:00 UTC only", "the stream begins at 2026-11-19 00:00 UTC only",
    )  # fmt: skip
    silent = Reading().read(FakeJetstream(by_time(others(SINCE, NOON, timedelta(minutes=5)))))
    assert silent.gap == "the stream fell silent at 2026-11-19 11:50 UTC"


def test_one_event_with_a_wrong_time_does_not_end_a_read() -> None:
    wrong = a_post("wrong", UNTIL + timedelta(days=30), "Rain")
    events = [*REST[:20], wrong, *REST[20:100], a_post("p", SINCE + timedelta(minutes=1000)), *REST[100:]]
    assert Reading().read(FakeJetstream([*events])).found == {uri("p")}


def test_messages_that_cannot_be_read_are_refused_rows_and_end_nothing() -> None:
    odd = ["<html>", "{}", '{"did":1,"time_us":"x"}', "[" * 500, '{"did":"did:plc:anna","time_us":1e300,"kind":"commit"}']
    reading = Reading().read(FakeJetstream([*odd, *by_time([a_post("p", NOON), *REST])]))
    parsed = parse_pages(reading.pages)
    assert reading.found == {uri("p")}
    assert parsed.posts["post_id"].to_list() == [uri("p")]
    assert parsed.rejects.height == len(odd)


def test_a_stream_without_end_is_ended_by_time() -> None:
    slow = FakeJetstream(by_time(others(SINCE, NOON, timedelta(seconds=20))))
    reading = Reading().read(slow, max_seconds=1.5, idle_seconds=60.0)
    assert str(reading.error).startswith("the stream was read for")
    assert reading.pages


def test_posts_of_a_stream_are_rows_without_counts() -> None:
    quoted = {"$type": "app.bsky.embed.record", "record": {"uri": uri("3kq", BEN)}}
    reply = {"root": {"uri": uri("3kr", BEN)}, "parent": {"uri": uri("3kp", BEN)}}
    events = [a_post("3k1", NOON, langs=["de-AT"]), a_post("3k2", NOON, embed=quoted), a_post("3k3", NOON, reply=reply)]
    posts = parse_pages(Reading().read(FakeJetstream(by_time([*events, *REST]))).pages).posts
    columns = (
        "post_id",
        "account_id",
        "handle",
        "lang",
        "post_type",
        "quote_of_post_id",
        "reply_to_post_id",
        "likes",
        "capture_reason",
    )
    assert list(posts.select(columns).iter_rows()) == [
        (uri("3k1"), ANNA, None, "de", "original", None, None, None, "mention"),
        (uri("3k2"), ANNA, None, None, "quote", uri("3kq", BEN), None, None, "mention"),
        (uri("3k3"), ANNA, None, None, "reply", None, uri("3kp", BEN), None, "mention"),
    ]
    assert posts["created_at"].to_list() == [NOON.replace(tzinfo=None)] * 3


def test_what_authors_and_the_network_take_away_is_told_of_stored_posts_only() -> None:
    ben, cleo = "did:plc:ben", "did:plc:cleo"
    held = (uri("mine"), uri("kept"), uri("one", ben), uri("two", ben), uri("three", cleo))
    events = [
        a_delete("mine", NOON), a_delete("never seen", NOON), an_account(ben, NOON, "deleted"), an_account(ANNA, NOON, None),
        an_account(cleo, NOON, "deactivated"), an_account("did:plc:stranger", NOON, "deleted"),
    ]  # fmt: skip
    reading = Reading().read(FakeJetstream(by_time([*events, *REST])), replace(TASK, held_posts=held))
    parsed = parse_pages(reading.pages)
    assert list(parsed.statuses.select("post_id", "status", "evidence").iter_rows()) == [
        (uri("mine"), "deleted", "Jetstream: delete"),
        (uri("one", ben), "deleted", "Jetstream: account deleted"),
        (uri("two", ben), "deleted", "Jetstream: account deleted"),
        (uri("three", cleo), "protected", "Jetstream: account deactivated"),
    ]
    assert set(parsed.statuses["observed_at"]) == {NOON.replace(tzinfo=None)}
    assert (parsed.posts.height, parsed.rejects.height, reading.found) == (0, 0, set())


def test_a_night_reads_the_stream_besides_its_searches_and_asks_for_metrics_of_what_it_found() -> None:
    fake, stream = FakeBluesky([]), FakeJetstream(by_time([a_post("3k9", NOON), *REST]))
    store, task = MemoryPageStore(), replace(TASK, brands=(BrandTerms("acme", keywords=("AcmeCola",)),))

    async def run() -> tuple[CaptureResult, tuple[PlannedCalls, ...], int]:
        async with local_server(fake) as server, jetstream(stream) as address:
            source = Bluesky(
                "bluesky", BlueskyAccess(server.base, fake.handle, fake.password), MemorySessions(),
                stream=Stream(address, StreamLimits(idle_seconds=0.3)),
                connect=lambda: HttpClient(HttpLimits(rate=(1000.0, 1.0)), read_wait=READ_WAIT),
            )  # fmt: skip
            return await source.capture(task, store), source.plan(task, {}), len(server.requests)

    with clock.frozen(NOW):
        result, told, asked = asyncio.run(run())
    assert QueryOutcome(None, "jetstream", 1) in result.queries
    assert told[-1] == PlannedCalls("jetstream", 1, is_least=True)
    assert asked == result.requests == 4  # log-in, search, metrics of the post, profile of its author
    posts = parse_pages(store.pages.values()).posts
    assert sorted(posts["likes"], key=str) == [3, None]
    assert posts["post_id"].unique().to_list() == [uri("3k9")]
