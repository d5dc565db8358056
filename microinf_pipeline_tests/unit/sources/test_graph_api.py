"""What all of Meta's networks share: errors and what they ask of the caller, usage headers, paging without tokens."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from microinf_pipeline import clock
from microinf_pipeline.errors import BudgetSpentError, ItemGoneError, RetryLaterError
from microinf_pipeline.sources.graph_api import GraphAccess, GraphApi, passes
from microinf_pipeline.sources.graph_errors import (
    CursorExpiredError,
    GraphError,
    GraphRefusedError,
    HashtagsSpentError,
    PermissionMissingError,
    TokenRefusedError,
    TooMuchDataError,
    raised,
)
from microinf_pipeline.sources.graph_paging import Edge, cursor_of
from microinf_pipeline.sources.graph_tokens import exchange, living, refresh, token_outcomes
from microinf_pipeline.sources.graph_usage import regain_wait
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline_tests.unit.sources.fake_graph import listed, of_token, refused, said, used, used_by_business
from microinf_pipeline_tests.unit.sources.local_server import Handler, LocalServer, Reply, Request, in_turn, local_server
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

T = TypeVar("T")
TOKEN = "EAAB|of this test/1"
SECRET = "of-the-app"
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


class Asking:
    """One conversation with a scripted server; the store outlives it, as on disk."""

    def __init__(self, secret: str | None = SECRET) -> None:
        self.store, self.server, self.waits, self.secret = MemoryPageStore(), LocalServer(""), list[float](), secret

    def run(self, handler: Handler, ask: Callable[[GraphApi], Awaitable[T]], *, stop_at: float = 95.0) -> T:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async def run() -> T:
            async with local_server(handler, self.server.port) as self.server:
                limits = HttpLimits(attempts=2, rate=(1000.0, 1.0))
                async with HttpClient(limits, read_wait=regain_wait, is_transient=passes, sleep=sleep) as client:
                    access = GraphAccess(self.server.base, "v26.0", TOKEN, self.secret)
                    return await ask(GraphApi(client, access, self.store, stop_at=stop_at))

        return asyncio.run(run())

    def asked(self) -> list[dict[str, str]]:
        return [dict(one.query) for one in self.server.requests]


async def walked(api: GraphApi, edge: Edge, **how: Any) -> tuple[list[str], str | None]:
    found, gap = list[str](), None
    async for step in api.walk(edge, **how):
        found += [one["id"] for one in json.loads(step.page.body)["data"]]
        gap = step.gap_reason
    return found, gap


ITEMS = [{"id": f"i{n}"} for n in range(5)]
EDGE = Edge("tags", "1784/tags", [("fields", "id")], 2, "acme", "tags")


def test_a_request_carries_the_token_and_the_proof_of_the_apps_secret() -> None:
    asking = Asking()
    asking.run(lambda _: said({"id": "1"}), lambda api: api.once("user", "1784", [("fields", "id")]))
    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert asking.asked() == [{"fields": "id", "access_token": TOKEN, "appsecret_proof": proof}]
    assert asking.server.requests[0].path == "/v26.0/1784"


def test_without_the_apps_secret_there_is_no_proof() -> None:
    asking = Asking(None)
    asking.run(lambda _: said({"id": "1"}), lambda api: api.once("user", "1784"))
    assert asking.asked() == [{"access_token": TOKEN}]


def test_pages_are_turned_by_cursor_and_none_of_them_holds_the_token() -> None:
    asking = Asking()
    found, gap = asking.run(lambda request: said(listed(request, ITEMS)), lambda api: walked(api, EDGE))
    assert (found, gap) == ([f"i{n}" for n in range(5)], None)
    assert [one.get("after") for one in asking.asked()] == [None, "c2", "c4"]
    kept = repr(asking.store.pages)
    assert "graph.facebook.com" in kept
    assert [secret for secret in ("EAAB", "of+this", SECRET, "appsecret_proof=") if secret in kept] == ["appsecret_proof="]
    assert "appsecret_proof=REDACTED" in kept


def test_a_walk_goes_on_behind_the_pages_it_has() -> None:
    asking = Asking()
    asking.run(lambda request: said(listed(request, ITEMS)), lambda api: walked(api, EDGE))
    before = len(asking.server.requests)
    again = Asking()
    again.store = asking.store
    assert again.run(lambda _: refused(1), lambda api: walked(api, EDGE)) == ([f"i{n}" for n in range(5)], None)
    assert (before, len(again.server.requests)) == (3, 0)


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones() -> None:
    def too_much(request: Request) -> Reply:
        if int(dict(request.query)["limit"]) > 1:
            return refused(1, "Please reduce the amount of data you're asking for, then retry your request")
        return said(listed(request, ITEMS[:2]))

    asking = Asking()
    assert asking.run(too_much, lambda api: walked(api, EDGE)) == (["i0", "i1"], None)
    assert [one["limit"] for one in asking.asked()] == ["2", "1", "1"]


def test_a_cursor_that_is_not_taken_any_more_ends_a_walk_with_its_own_error() -> None:
    def expired(request: Request) -> Reply:
        return refused(100, "Invalid parameter") if "after" in dict(request.query) else said(listed(request, ITEMS))

    asking = Asking()
    with pytest.raises(CursorExpiredError, match="cursor of a page is refused"):
        asking.run(expired, lambda api: walked(api, EDGE))
    assert len(asking.store.pages) == 1


def test_a_cursor_that_is_the_same_on_every_page_is_no_loop_where_the_edge_is_known_for_it() -> None:
    pages = [said({"data": [{"id": f"i{n}"}], "paging": {"cursors": {"after": "x"}, "next": "https://g.test"}}) for n in (1, 2)]
    last = said({"data": [{"id": "i3"}]})
    stopped = Asking().run(in_turn(*pages, last), lambda api: walked(api, EDGE))
    assert stopped == (["i1", "i2"], "same cursor twice")
    assert Asking().run(in_turn(*pages, last), lambda api: walked(api, EDGE, cursors_repeat=True)) == (["i1", "i2", "i3"], None)


@pytest.mark.parametrize(
    ("paging", "has_links", "cursor"),
    [
        (None, True, None),
        ({"cursors": {"before": "b", "after": "a"}}, True, None),  # the last page still names its own end
        ({"cursors": {"before": "b", "after": "a="}}, False, "after=a%3D"),
        ({"cursors": {"before": "b"}}, False, None),
        (
            {"next": "https://g.test/x?access_token=T&limit=5&until=170&__paging_token=enc"},
            True,
            "until=170&__paging_token=enc",
        ),
        ({"next": "https://g.test/x?limit=5&offset=25"}, True, "offset=25"),
        ({"next": "https://g.test/x?limit=5"}, True, None),
        ({"next": 7, "cursors": []}, True, None),
    ],
)
def test_where_a_page_goes_on_is_told_by_cursor_time_or_offset(paging: Any, has_links: bool, cursor: str | None) -> None:
    assert cursor_of(paging, has_links=has_links) == cursor


@pytest.mark.parametrize(
    ("code", "subcode", "message", "error"),
    [
        (190, 463, "Session has expired", TokenRefusedError), (190, 0, "Malformed", TokenRefusedError),
        (102, 0, "session", TokenRefusedError),
        (100, 0, "Pages Public Content Access requires either app secret proof or an app token", TokenRefusedError),
        (100, 0, "Invalid appsecret_proof provided in the API argument", TokenRefusedError),
        (4, 0, "limit", BudgetSpentError), (80002, 0, "limit", BudgetSpentError), (368, 0, "blocked", BudgetSpentError),
        (18, 2207034, "You have queried the maximum of hashtags", HashtagsSpentError),
        (1, 0, "reduce the amount of data", TooMuchDataError),
        (2, 0, "service", RetryLaterError), (-1, 2207001, "server", RetryLaterError),
        (100, 33, "does not exist", ItemGoneError), (803, 0, "alias", ItemGoneError),
        (10, 0, "permission", PermissionMissingError), (200, 0, "x", PermissionMissingError),
        (299, 0, "x", PermissionMissingError), (3, 0, "capability", PermissionMissingError),
        (100, 0, "cannot be loaded due to missing permission or reviewable feature", PermissionMissingError),
        (100, 0, "Invalid parameter", GraphRefusedError), (2500, 0, "Unknown path", GraphRefusedError),
    ],
)  # fmt: skip
def test_a_code_tells_what_the_caller_has_to_do(code: int, subcode: int, message: str, error: type[Exception]) -> None:
    assert type(raised(GraphError(code, subcode, message, is_transient=False), "there")) is error


def test_an_expired_token_says_what_where_and_how_to_mend_it() -> None:
    with pytest.raises(TokenRefusedError) as caught:
        Asking().run(lambda _: refused(190, "Error validating access token", subcode=463), lambda api: api.get("me"))
    assert caught.value.what.startswith("the token has expired")
    assert caught.value.where.endswith("/v26.0/me")
    assert caught.value.fix == "make a new long-lived token"


def test_an_error_that_repeats_the_token_is_told_without_it() -> None:
    with pytest.raises(TokenRefusedError) as caught:
        Asking().run(lambda _: refused(190, f"Malformed access token {TOKEN}"), lambda api: api.get("me"))
    assert "Malformed access token REDACTED" in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_error_inside_a_200_is_an_error() -> None:
    with pytest.raises(PermissionMissingError):
        Asking().run(lambda _: refused(10, "not allowed", status=200), lambda api: api.get("me"))


def test_what_passes_is_tried_again_and_what_is_throttled_is_not() -> None:
    asking = Asking()
    answer = asking.run(in_turn(refused(2, "down", status=500), said({"id": "1"})), lambda api: api.get("me"))
    assert (answer.json(), len(asking.server.requests)) == ({"id": "1"}, 2)
    throttled = Asking()
    with pytest.raises(BudgetSpentError, match="throttles"):
        throttled.run(lambda _: refused(4, "Application request limit reached", transient=True), lambda api: api.get("me"))
    assert (len(throttled.server.requests), throttled.waits) == (1, [])


def test_a_short_wait_a_header_names_is_waited_for_and_a_long_one_ends_the_budget() -> None:
    asking = Asking()
    short = refused(80002, "too many calls", headers=used_by_business(100, regain_minutes=2))
    asking.run(in_turn(short, said({"id": "1"})), lambda api: api.get("me"))
    assert asking.waits == [120.0]
    with pytest.raises(BudgetSpentError, match="3600 s"):
        Asking().run(
            lambda _: refused(80002, "too many calls", headers=used_by_business(100, regain_minutes=60)),
            lambda api: api.get("me"),
        )


@pytest.mark.parametrize("headers", [used(96), used_by_business(97)])
def test_nothing_is_asked_once_the_usage_headers_tell_that_little_is_left(headers: dict[str, str]) -> None:
    async def twice(api: GraphApi) -> None:
        await api.get("me")
        await api.get("me")

    asking = Asking()
    with pytest.raises(BudgetSpentError, match="used"):
        asking.run(lambda _: said({"id": "1"}, headers), twice)
    assert len(asking.server.requests) == 1


@pytest.mark.parametrize("header", ["", "no json", "[]", '{"1": 7}', '{"1": ["x"]}', '{"call_count": "90"}'])
def test_a_usage_header_that_cannot_be_read_stops_nothing(header: str) -> None:
    headers = {"X-App-Usage": header, "X-Business-Use-Case-Usage": header}
    asking = Asking()
    asking.run(in_turn(said({"id": "1"}, headers), said({"id": "2"}, headers)), lambda api: api.get("me"))
    assert len(asking.server.requests) == 1


def token_on(
    kept: MemorySession, night: datetime, handler: Handler, renewal: Any, given: str = TOKEN
) -> tuple[str, list[Request]]:
    async def run() -> tuple[str, list[Request]]:
        with clock.frozen(night):
            async with local_server(handler) as server, HttpClient(HttpLimits(attempts=1), is_transient=passes) as client:
                access = await living(client, GraphAccess(server.base, "v26.0", given), kept, renewal)
                return access.token, server.requests

    return asyncio.run(run())


RENEWED = {"access_token": "new", "token_type": "bearer", "expires_in": 5184000}


def test_a_token_is_renewed_once_kept_and_renewed_again_at_half_its_life() -> None:
    kept, renewal = MemorySession(), refresh("th_refresh_token")
    token, requests = token_on(kept, NOW, lambda _: said(RENEWED), renewal)
    assert (token, requests[0].path, dict(requests[0].query)) == (
        "new", "/refresh_access_token", {"grant_type": "th_refresh_token", "access_token": TOKEN},
    )  # fmt: skip
    assert token_on(kept, NOW + timedelta(days=29), lambda _: said({}), renewal) == ("new", [])
    newer, asked = token_on(kept, NOW + timedelta(days=31), lambda _: said(RENEWED | {"access_token": "newer"}), renewal)
    assert (newer, dict(asked[0].query)["access_token"]) == ("newer", "new")


def test_another_token_in_the_configuration_replaces_the_kept_one() -> None:
    kept, renewal = MemorySession(), exchange("v26.0", "77", SECRET)
    token_on(kept, NOW, lambda _: said(RENEWED), renewal)
    token, requests = token_on(kept, NOW, lambda _: refused(190, "too young"), renewal, given="another")
    assert (token, dict(requests[0].query)) == (
        "another",
        {"grant_type": "fb_exchange_token", "client_id": "77", "client_secret": SECRET, "fb_exchange_token": "another"},
    )


def test_a_kept_token_that_has_expired_is_refused_before_any_question() -> None:
    kept = MemorySession()
    token_on(kept, NOW, lambda _: said(RENEWED), refresh("ig_refresh_token"))
    with pytest.raises(TokenRefusedError, match="expired on 2027-01-19"):
        token_on(kept, NOW + timedelta(days=61), lambda _: said(RENEWED), refresh("ig_refresh_token"))


@pytest.mark.parametrize(
    ("expires", "access", "renews", "told"),
    [
        (0, 0, False, None),  # a system user's token has no end
        (40, 40, False, None),
        (9, 40, True, None),
        (9, 40, False, "the token ends on 2026-11-29: let its user"),
        (40, 3, True, "its access to data ends on 2026-11-23: let its user"),
        (9, 3, False, "the token ends on 2026-11-29 and its access to data ends on 2026-11-23: let its user"),
    ],
)
def test_an_end_that_cannot_be_put_off_here_is_told_in_time(expires: int, access: int, renews: bool, told: str | None) -> None:
    def at(days: int) -> int:
        return int((NOW + timedelta(days=days)).timestamp()) if days else 0

    reply = of_token(expires_at=at(expires), data_access_expires_at=at(access))
    with clock.frozen(NOW):
        outcomes = Asking().run(lambda _: reply, lambda api: token_outcomes(api, TOKEN, renews=renews))
    assert [(one.rule, one.status, (one.gap_reason or "").partition(" log in")[0]) for one in outcomes] == (
        [("token", "complete", told)] if told else []
    )


@pytest.mark.parametrize("reply", [refused(100, "must be the app's"), refused(190), Reply(500), said({"data": 7}), said([])])
def test_a_token_that_cannot_be_looked_at_fails_nothing(reply: Reply) -> None:
    assert Asking().run(lambda _: reply, lambda api: token_outcomes(api, TOKEN, renews=False)) == []
