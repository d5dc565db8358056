"""The HTTP client against a real server on loopback: retries, waits, budgets, secrets."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from microinf_pipeline import clock
from microinf_pipeline.errors import BudgetSpentError, GiveUpError, ItemGoneError, MicroinfError, RetryLaterError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse, PassingAnswerError
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.rate_limits import first_of, reset_at, retry_after
from microinf_pipeline_tests.unit.sources.local_server import (
    Handler,
    LocalServer,
    Reply,
    Request,
    in_turn,
    local_server,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FAST = {"first_backoff_seconds": 0.0, "rate": (1000.0, 1.0)}
OK = Reply(body=b'{"ok": true}')
HTML = Reply(403, b"<html>Request forbidden by administrative rules.</html>", {"content-type": "text/html"})

Use = Callable[[HttpClient, str], Awaitable[HttpResponse]]


class Waits(list[float]):
    """A sleep that only remembers."""

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)


class Outcome:
    """What came of one use of the client: an answer or an error, and what it cost."""

    def __init__(self) -> None:
        self.response: HttpResponse | None = None
        self.error: MicroinfError | None = None
        self.waits = Waits()
        self.server = LocalServer("")
        self.spent = (0, 0)


async def get_search(client: HttpClient, base: str) -> HttpResponse:
    return await client.get(f"{base}/search", {"q": "acme"})


def outcome(handler: Handler, use: Use = get_search, **limits: object) -> Outcome:
    result = Outcome()

    async def run() -> None:
        async with (
            local_server(handler) as result.server,
            HttpClient(
                HttpLimits(**{**FAST, **limits}),  # type: ignore[arg-type]
                read_wait=first_of(retry_after, reset_at("ratelimit-reset")),
                sleep=result.waits.sleep,
            ) as client,
        ):
            try:
                result.response = await use(client, result.server.base)
            except MicroinfError as error:
                result.error = error
            result.spent = (client.requests, client.bytes)

    with clock.frozen(NOW):
        asyncio.run(run())
    return result


def test_a_good_answer_comes_back_with_its_request_and_time() -> None:
    got = outcome(in_turn(OK))
    assert got.response is not None
    assert (got.response.status, got.response.json(), got.response.received_at) == (200, {"ok": True}, NOW)
    assert got.response.request == {"method": "GET", "url": f"{got.server.base}/search", "params": [("q", "acme")]}
    assert got.spent == (1, len(OK.body))


@pytest.mark.parametrize(
    "bad", [*(Reply(status) for status in (429, 500, 502, 503, 504)), Reply(truncated=True), Reply(reset=True)]
)
def test_a_passing_failure_is_tried_again(bad: Reply) -> None:
    got = outcome(in_turn(bad, bad, OK))
    assert got.response is not None
    assert (len(got.waits), got.spent[0]) == (2, 3)


def test_after_its_attempts_it_says_retry_later() -> None:
    got = outcome(lambda _: Reply(503), attempts=3)
    assert isinstance(got.error, RetryLaterError)
    assert (got.error.what, len(got.server.requests)) == ("HTTP 503", 3)


def test_nobody_listening_is_retry_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        got = outcome(in_turn(), lambda client, _: client.get(address), attempts=2)
    assert isinstance(got.error, RetryLaterError)
    assert got.error.what == "no complete answer: ConnectError"


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_refusal_is_final_and_carries_status_and_body(status: int) -> None:
    got = outcome(in_turn(Reply(status, b'{"error": "InvalidRequest"}')))
    assert isinstance(got.error, AnswerRefusedError)
    assert (got.error.status, got.error.body, got.spent[0]) == (status, {"error": "InvalidRequest"}, 1)


def test_a_403_in_html_is_a_refusal_with_its_text() -> None:
    got = outcome(in_turn(HTML))
    assert isinstance(got.error, AnswerRefusedError)
    assert got.error.body == "<html>Request forbidden by administrative rules.</html>"


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_item_is_gone(status: int) -> None:
    got = outcome(in_turn(Reply(status)))
    assert isinstance(got.error, ItemGoneError)
    assert got.error.what == f"HTTP {status}"


def test_an_accepted_status_is_an_answer_to_keep_as_a_page() -> None:
    got = outcome(in_turn(Reply(410, b"gone")), lambda client, base: client.get(f"{base}/1", accept={404, 410}))
    assert got.response is not None
    page = got.response.page("status-1-0001", "status", rule="refresh")
    assert (page.status, page.body, page.received_at, page.rule) == (410, "gone", NOW, "refresh")


@pytest.mark.parametrize("broken", [Reply(body=b""), Reply(body=b"<html>")])
def test_a_200_that_is_not_json_is_tried_once_more(broken: Reply) -> None:
    assert outcome(in_turn(broken, OK)).response is not None
    twice = outcome(lambda _: broken, attempts=5)
    assert isinstance(twice.error, RetryLaterError)
    assert len(twice.server.requests) == 2


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'{"t": "cut \ud83d"}', "cut \ufffd"),
        (rb'{"t": "cut \uDE00 \ud83dx"}', "cut \ufffd \ufffdx"),
        (rb'{"t": "whole \ud83d\ude00"}', "whole \U0001f600"),
        (rb'{"t": "a path \\ud83d"}', r"a path \ud83d"),
        (b'{"t": "bytes \xff"}', "bytes \ufffd"),
    ],
)
def test_half_a_character_does_not_cost_the_answer_around_it(body: bytes, text: str) -> None:
    result = outcome(in_turn(Reply(body=body)))
    assert result.response is not None
    assert result.response.json() == {"t": text}
    assert json.loads(result.response.page("p", "k").body) == {"t": text}


@pytest.mark.parametrize("body", [b'{"a":' * 50_000, b'{"likes": NaN}'])
def test_what_only_some_readers_take_for_json_is_none(body: bytes) -> None:
    result = outcome(in_turn(Reply(body=body), Reply(body=body)))
    assert str(result.error).startswith("HTTP 200 without a JSON body")


def test_a_body_that_need_not_be_json_is_taken_as_it_is() -> None:
    got = outcome(in_turn(Reply(body=b"<rss/>")), lambda client, base: client.get(base, expect_json=False))
    assert got.response is not None
    assert got.response.text == "<rss/>"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Fri, 20 Nov 2026 12:01:00 GMT"}, 60.0),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 120)}, 120.0),
        ({"ratelimit-reset": str(int(NOW.timestamp()) - 5000)}, 1.0),
    ],
)
def test_a_429_is_waited_for_as_the_server_says(headers: dict[str, str], wait: float) -> None:
    got = outcome(in_turn(Reply(429, headers=headers), OK), max_backoff_seconds=0.0)
    assert got.waits == [wait]


def test_the_rate_header_of_a_5xx_is_no_wait() -> None:
    reset = {"ratelimit-reset": str(int(NOW.timestamp()) + 300)}
    assert outcome(in_turn(Reply(502, headers=reset), OK), max_backoff_seconds=0.0).waits == [0.0]
    assert outcome(in_turn(Reply(503, headers={"retry-after": "9"}), OK), max_backoff_seconds=0.0).waits == [9.0]


def test_a_wait_beyond_the_cap_ends_the_budget() -> None:
    got = outcome(in_turn(Reply(429, headers={"retry-after": "86400"})), max_wait_seconds=300.0)
    assert isinstance(got.error, BudgetSpentError)
    assert (got.waits, got.error.what) == ([], "HTTP 429: the server asks for a wait of 86400 s")


async def three_times(client: HttpClient, base: str) -> HttpResponse:
    for _ in range(2):
        await client.get(base)
    return await client.get(base)


def test_the_request_budget_counts_every_attempt() -> None:
    got = outcome(in_turn(Reply(503), OK), three_times, max_requests=2)
    assert isinstance(got.error, BudgetSpentError)
    assert len(got.server.requests) == 2


def test_a_budget_that_ends_with_a_failed_request_does_not_hide_the_failure() -> None:
    got = outcome(in_turn(Reply(503), OK), max_requests=1)
    assert isinstance(got.error, RetryLaterError)
    assert len(got.server.requests) == 1


def test_what_tries_cost_is_spent_before_each_and_ends_the_trying() -> None:
    spent: list[int] = []

    def spend() -> None:
        if len(spent) == 2:
            raise BudgetSpentError("the day is used up")
        spent.append(1)

    got = outcome(
        lambda _: Reply(503, b'{"why": "later"}'), lambda client, base: client.request("GET", base, each_try=spend), attempts=4
    )
    assert isinstance(got.error, BudgetSpentError)
    assert (len(spent), len(got.server.requests)) == (2, 2)


def test_a_failure_that_passes_carries_status_and_body() -> None:
    error = outcome(lambda _: Reply(503, b'{"why": "later"}'), attempts=1).error
    assert isinstance(error, PassingAnswerError)
    assert (error.status, error.body) == (503, {"why": "later"})


def test_the_byte_budget_stops_the_next_request() -> None:
    got = outcome(lambda _: Reply(body=b'"0123456789"'), three_times, max_bytes=20)
    assert isinstance(got.error, BudgetSpentError)
    assert got.spent == (2, 24)


def test_an_answer_too_large_is_not_read_to_its_end() -> None:
    got = outcome(in_turn(Reply(body=b" " * 1_000_000)), max_response_bytes=100_000)
    assert isinstance(got.error, GiveUpError)
    assert 100_000 < got.spent[1] < 1_000_000


def test_a_redirect_stays_on_its_host() -> None:
    got = outcome(in_turn(Reply(301, headers={"location": "/new?q=acme"}), OK))
    assert got.response is not None
    assert [request.path for request in got.server.requests] == ["/search", "/new"]


def test_a_redirect_to_another_host_is_refused_without_its_secrets() -> None:
    got = outcome(in_turn(Reply(302, headers={"location": "http://localhost:1/x?access_token=TOPSECRET"})))
    assert isinstance(got.error, GiveUpError)
    assert got.error.where.endswith("→ http://localhost:1/x")


def test_redirects_in_a_circle_end() -> None:
    got = outcome(lambda _: Reply(302, headers={"location": "/search"}))
    assert isinstance(got.error, GiveUpError)
    assert got.error.what == "too many redirects"


async def with_secrets(client: HttpClient, base: str) -> HttpResponse:
    headers = {"authorization": "Bearer TOPSECRET"}
    return await client.get(f"{base}/search", {"q": "acme", "access_token": "TOPSECRET"}, headers=headers)


@pytest.mark.parametrize("reply", [OK, Reply(400), Reply(404), Reply(503), Reply(reset=True), Reply(302)])
def test_secrets_are_sent_and_written_nowhere(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        got = outcome(lambda _: reply, with_secrets, attempts=1)
    sent = got.server.requests[0]
    assert (sent.headers["authorization"], dict(sent.query)["access_token"]) == ("Bearer TOPSECRET", "TOPSECRET")
    written = [caplog.text, str(got.error), repr(got.response and (got.response.request, got.response.headers))]
    assert "TOPSECRET" not in " ".join(written)


def test_no_more_requests_at_once_than_allowed() -> None:
    running = peak = 0

    async def run() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal running, peak
            await reader.readuntil(b"\r\n\r\n")
            running += 1
            peak = max(peak, running)
            for _ in range(20):
                await asyncio.sleep(0)
            running -= 1
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, HttpClient(HttpLimits(concurrency=3, rate=(1000.0, 1.0))) as client:
            await asyncio.gather(*(client.get(base) for _ in range(12)))

    asyncio.run(run())
    assert 1 < peak <= 3


def test_a_form_and_a_json_body_arrive() -> None:
    async def both(client: HttpClient, base: str) -> HttpResponse:
        await client.request("POST", base, form={"grant_type": "client_credentials"})
        return await client.request("POST", base, json_body={"identifier": "acme.test"})

    bodies: list[bytes] = []

    def handler(request: Request) -> Reply:
        bodies.append(request.body.replace(b" ", b""))
        return OK

    outcome(handler, both)
    assert bodies == [b"grant_type=client_credentials", b'{"identifier":"acme.test"}']
