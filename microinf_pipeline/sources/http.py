"""The one HTTP client: sends requests politely and turns every failure into an error that says what to do next.

Put here: time-outs, retries, rates, budgets and sizes, the same for all networks. Keep out: what an answer means
(`answers.py`, each network's own module), what may be recorded (`redaction.py`), how a wait is read (`rate_limits.py`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Final, Self

import httpx
from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from microinf_pipeline import clock
from microinf_pipeline.errors import BudgetSpentError, GiveUpError, RetryLaterError
from microinf_pipeline.sources.answers import BrokenBodyError, HttpResponse, IsTransient, judged, transient_status
from microinf_pipeline.sources.rate_limits import RateReader, retry_after
from microinf_pipeline.sources.redaction import Params, blanked, safe_url, secrets_of, without_secrets

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS: Final = 5

# httpx logs every address with its query, httpcore every header: both carry tokens.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class HttpLimits:
    """What one source may spend. Seconds and bytes; a budget of None is unlimited."""

    attempts: int = 4
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 120.0  # one attempt, from connecting to the last byte
    first_backoff_seconds: float = 1.0
    max_backoff_seconds: float = 30.0
    max_wait_seconds: float = 330.0  # a server that asks for longer ends the night's budget
    concurrency: int = 4
    rate: tuple[float, float] = (10.0, 1.0)  # at most so many requests in so many seconds
    max_requests: int | None = None
    max_bytes: int | None = None
    max_response_bytes: int = 32 * 1024 * 1024


class HttpClient:
    """An async client for one source. Use as `async with`; counts what it spends in `requests` and `bytes`.

    Raises `RetryLaterError` (after the attempts), `GiveUpError`, `AnswerRefusedError`, `ItemGoneError` (404, 410) and
    `BudgetSpentError` (budget used up, or the server asks for a longer wait than allowed).
    """

    def __init__(
        self,
        limits: HttpLimits | None = None,
        *,
        read_wait: RateReader = retry_after,
        is_transient: IsTransient = transient_status,
        user_agent: str = "microinf-pipeline",
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.limits = limits or HttpLimits()
        self.requests = 0
        self.bytes = 0
        self._read_wait, self._is_transient, self._sleep = read_wait, is_transient, sleep
        self._slots = asyncio.Semaphore(self.limits.concurrency)
        self._pace = AsyncLimiter(*self.limits.rate)
        self._client = httpx.AsyncClient(
            transport=transport,
            headers={"user-agent": user_agent},
            timeout=httpx.Timeout(self.limits.read_seconds, connect=self.limits.connect_seconds),
            limits=httpx.Limits(max_connections=self.limits.concurrency),
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        await self._client.aclose()

    async def get(
        self,
        url: str,
        params: Params = (),
        *,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
        expect_json: bool = True,
    ) -> HttpResponse:
        """One GET, see `request`."""
        return await self.request("GET", url, params, headers=headers, accept=accept, expect_json=expect_json)

    async def request(
        self,
        method: str,
        url: str,
        params: Params = (),
        *,
        headers: Mapping[str, str] | None = None,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        accept: Collection[int] = (),
        expect_json: bool = True,
        attempts: int | None = None,
        each_try: Callable[[], None] | None = None,
    ) -> HttpResponse:
        """The answer with status 2xx, or one of `accept` (for statuses that are a finding, to be kept as a page).

        With `expect_json` a 2xx body must be JSON. `params` may repeat a name. Request bodies are never recorded.
        `each_try` is called before every attempt: where tries cost quota, it spends, and raises what ends the trying.
        """
        pairs = list(params.items() if isinstance(params, Mapping) else params)
        secrets = secrets_of(pairs, headers or {}, form, json_body)
        record = {"method": method, "url": safe_url(url), "params": without_secrets(pairs)}
        request = self._client.build_request(
            method, url, params=pairs or None, headers=headers, json=json_body, data=form, content=content
        )
        async for attempt in self._retrying(attempts or self.limits.attempts):
            with attempt:
                if each_try is not None:
                    each_try()
                response = replace(await self._follow(request, record, secrets), secrets=secrets)
                try:
                    return judged(response, accept, expect_json, self._is_transient)
                except RetryLaterError as error:
                    error.wait_seconds = self._asked_wait(response)
                    raise
        raise AssertionError("unreachable: the last attempt raises")

    def _retrying(self, attempts: int) -> AsyncRetrying:
        backoff = wait_exponential_jitter(multiplier=self.limits.first_backoff_seconds, max=self.limits.max_backoff_seconds)
        enough = stop_after_attempt(attempts)

        def wait(state: RetryCallState) -> float:
            return max(backoff(state), _failure(state).wait_seconds or 0.0)

        def stop(state: RetryCallState) -> bool:
            # without a request left to try again, what failed is the answer: a spent budget must not hide an outage
            out_of_requests = self.limits.max_requests is not None and self.requests >= self.limits.max_requests
            again = isinstance(_failure(state), BrokenBodyError) and state.attempt_number >= 2
            return enough(state) or again or out_of_requests

        retry = retry_if_exception_type(RetryLaterError)
        return AsyncRetrying(sleep=self._sleep, stop=stop, wait=wait, retry=retry, reraise=True)

    async def _follow(self, request: httpx.Request, record: Mapping[str, Any], secrets: Collection[str]) -> HttpResponse:
        """Send, following redirects inside the same host only: credentials must not travel to another."""
        for _ in range(_MAX_REDIRECTS):
            response, next_request = await self._send(request, record)
            if response.status not in _REDIRECTS or next_request is None:
                return response
            if not _same_host(request.url, next_request.url) or request.method != "GET":
                raise GiveUpError(
                    f"HTTP {response.status} redirects to another host",
                    where=f"{record['url']} → {blanked(safe_url(str(next_request.url)), secrets)}",
                    fix="set the new address in this source's settings",
                )
            request = next_request
        raise GiveUpError("too many redirects", where=record["url"], fix="check the address in this source's settings")

    async def _send(self, request: httpx.Request, record: Mapping[str, Any]) -> tuple[HttpResponse, httpx.Request | None]:
        async with self._slots, self._pace:
            self._spend_request(record["url"])
            try:
                async with asyncio.timeout(self.limits.total_seconds):
                    answer = await self._client.send(request, stream=True)
                    try:
                        content = await self._read(answer, record["url"])
                    finally:
                        await answer.aclose()
            except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
                raise RetryLaterError(f"no complete answer: {type(error).__name__}", where=record["url"]) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(answer.status_code, headers, content, clock.now(), record), answer.next_request

    async def _read(self, answer: httpx.Response, where: str) -> bytes:
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            self.bytes += len(chunk)
            if len(body) > self.limits.max_response_bytes:
                raise GiveUpError(f"the answer is larger than {self.limits.max_response_bytes} bytes", where=where)
        return bytes(body)

    def _spend_request(self, where: str) -> None:
        limits = self.limits
        if limits.max_requests is not None and self.requests >= limits.max_requests:
            raise BudgetSpentError(f"the budget of {limits.max_requests} requests is used up", where=where)
        if limits.max_bytes is not None and self.bytes >= limits.max_bytes:
            raise BudgetSpentError(f"the budget of {limits.max_bytes} bytes is used up", where=where)
        self.requests += 1

    def _asked_wait(self, response: HttpResponse) -> float | None:
        """Seconds the server asks for. Rate headers ride on every answer, so a 5xx is only asked for `Retry-After`."""
        reader = self._read_wait if response.status < 500 else retry_after
        seconds = reader(response.headers, clock.now())
        if seconds is not None and seconds > self.limits.max_wait_seconds:
            what = f"HTTP {response.status}: the server asks for a wait of {seconds:.0f} s"
            raise BudgetSpentError(what, where=response.request["url"])
        return seconds


def _same_host(old: httpx.URL, new: httpx.URL) -> bool:
    """The same origin, or its https twin."""
    same = (old.scheme, old.host, old.port) == (new.scheme, new.host, new.port)
    return same or (old.host == new.host and new.scheme == "https" and old.port is None and new.port is None)


def _failure(state: RetryCallState) -> RetryLaterError:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, RetryLaterError):
        raise AssertionError("only RetryLaterError is retried")
    return error
