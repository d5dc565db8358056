"""Requests to Reddit's Data API under a token that is kept, renewed and never shown; what its refusals mean.

Put here: tokens, user agent, pace, refusals. Keep out: which questions a night asks (`reddit.py`), meaning of the answers
(`reddit_parse.py`). Sources: Data API Wiki (support.reddithelp.com, article 16160319875092, read in October 2026); token
answers and refusals recorded by prawcore.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from microinf_pipeline import __version__, clock
from microinf_pipeline.errors import BudgetSpentError, GiveUpError, ItemGoneError, RetryLaterError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse, decoded_body, transient_status
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.rate_limits import first_of, reset_in, retry_after
from microinf_pipeline.sources.sessions import SessionStore

#: 100 requests a minute and app, averaged over ten minutes; this stays below. A reset can be ten minutes away.
LIMITS: Final = HttpLimits(rate=(16.0, 10.0), concurrency=4, max_wait_seconds=620.0)
READ_WAIT: Final = first_of(retry_after, reset_in("x-ratelimit-reset"))
SERVICE: Final = "https://oauth.reddit.com"
TOKEN_SERVICE: Final = "https://www.reddit.com"
#: Statuses that pass besides the usual ones: the request's time ran out, and two of the proxy in front.
_PASSING: Final = frozenset({408, 520, 522})
#: A token is renewed this long before it ends, so that it does not end on the way.
_EARLY: Final = timedelta(seconds=60)
_UNREADABLE: Final = frozenset({403, 451})


class RedditRefusedError(GiveUpError):
    """Reddit refuses us as a whole: nothing more is asked of it tonight."""


@dataclass(frozen=True)
class RedditAccess:
    """An approved app, and the account that authorised it; without a refresh token it reads as nobody."""

    client_id: str
    username: str
    client_secret: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    service: str = SERVICE
    token_service: str = TOKEN_SERVICE

    @property
    def user_agent(self) -> str:
        """In the form Reddit asks for; anything else is slowed down or blocked."""
        return f"python:microinf-pipeline:{__version__} (by /u/{self.username})"


@dataclass(frozen=True)
class _Token:
    value: str = field(repr=False)
    ends_at: datetime
    scopes: frozenset[str]


def is_passing(response: HttpResponse) -> bool:
    """Worth another attempt."""
    return transient_status(response) or response.status in _PASSING


def connect(access: RedditAccess, limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that says who asks and reads Reddit's rate headers."""
    return HttpClient(limits, read_wait=READ_WAIT, is_transient=is_passing, user_agent=access.user_agent)


class RedditSession:
    """Authorised requests for one app."""

    def __init__(
        self, client: HttpClient, access: RedditAccess, store: SessionStore,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._client, self._access, self._store, self._sleep = client, access, store, sleep
        self._token: _Token | None = None
        self._renewing, self._pausing = asyncio.Lock(), asyncio.Lock()
        self._slots = asyncio.Semaphore(client.limits.concurrency)
        self._pause = 0.0
        self._refused: RedditRefusedError | None = None

    async def open(self) -> None:
        """Take the kept token, or ask for one. Raises `RedditRefusedError` when that is refused."""
        self._token = self._kept() or await self._asked()

    def allows(self, scope: str) -> bool:
        """Whether the token may do what the scope stands for."""
        return self._token is not None and bool({"*", scope} & self._token.scopes)

    async def get(self, path: str, params: Sequence[tuple[str, str]]) -> HttpResponse:
        """One answer, entities left as they were written; a token that ended is renewed once.

        Raises `ItemGoneError` for what is gone or closed to us (404, private, banned, quarantined, 451),
        `RedditRefusedError` when further requests are pointless, else what `HttpClient` raises.
        """
        token = self._token or await self._renewed(None)
        answer = await self._ask(path, params, token)
        if answer.status == 401:
            answer = await self._ask(path, params, await self._renewed(token))
        if answer.status == 401:
            raise self._remember(_refused(answer, "its token", "check that the app is still approved by Reddit"))
        return answer

    async def _ask(self, path: str, params: Sequence[tuple[str, str]], token: _Token) -> HttpResponse:
        async with self._slots:  # whoever waits here must see a refusal that came meanwhile
            await self._paced()
            if self._refused is not None:
                raise self._refused
            answer = await self._client.get(
                f"{self._access.service.rstrip('/')}{path}", [*params, ("raw_json", "1")],
                headers={"authorization": f"Bearer {token.value}"}, accept=(401, *_UNREADABLE),
            )  # fmt: skip
            self._note_rate(answer)
            if answer.status in _UNREADABLE:
                raise self._closed(answer)
        return answer

    async def _paced(self) -> None:
        """Wait where the last answer said that nothing is left until the reset."""
        async with self._pausing:
            if self._pause > self._client.limits.max_wait_seconds:
                raise BudgetSpentError(f"no requests are left for {self._pause:.0f} s", where=self._access.service)
            pause, self._pause = self._pause, 0.0
            if pause:
                await self._sleep(pause)

    def _note_rate(self, answer: HttpResponse) -> None:
        """`X-Ratelimit-Remaining` is a float as text, the reset counts seconds to go; many answers have neither."""
        left, reset = answer.headers.get("x-ratelimit-remaining"), READ_WAIT(answer.headers, clock.now())
        if left is None or reset is None or not left.replace(".", "", 1).isdecimal() or float(left) >= 1:
            return
        self._pause = reset

    def _closed(self, answer: HttpResponse) -> GiveUpError | ItemGoneError:
        """403 may mean the token, the place asked for, or all of us."""
        where, body = answer.request["url"], decoded_body(answer)
        if "insufficient_scope" in answer.headers.get("www-authenticate", ""):
            fix = "authorise the app again with the scopes read, history, privatemessages; put the new token into refresh_token"
            return GiveUpError("the token may not read this", where=where, fix=fix)
        if answer.status == 403 and not isinstance(body, dict):
            fix = "use an app that Reddit has approved, and name the account it belongs to as username"
            return self._remember(_refused(answer, "this program", fix))
        reason = body.get("reason") if isinstance(body, dict) else None
        return ItemGoneError(f"HTTP {answer.status}: {reason or 'closed to us'}", where=where)

    def _remember(self, error: RedditRefusedError) -> RedditRefusedError:
        self._refused = error
        return error

    async def _renewed(self, old: _Token | None) -> _Token:
        """A fresh token; of many that ask at once only the first makes the request."""
        async with self._renewing:
            if self._token is None or self._token is old:
                self._token = await self._asked()
            return self._token

    async def _asked(self) -> _Token:
        access = self._access
        grant = {"grant_type": "client_credentials"}
        if access.refresh_token is not None:
            grant = {"grant_type": "refresh_token", "refresh_token": access.refresh_token}
        app = base64.b64encode(f"{access.client_id}:{access.client_secret}".encode()).decode()
        try:
            answer = await self._client.request(
                "POST", f"{access.token_service.rstrip('/')}/api/v1/access_token", form=grant,
                headers={"authorization": f"Basic {app}"}, attempts=2,
            )  # fmt: skip
        except AnswerRefusedError as error:
            raise self._remember(_no_token(error.status, error.body, error.where)) from error
        return self._keep(answer)

    def _keep(self, answer: HttpResponse) -> _Token:
        """A refused grant may come as HTTP 200 with an error. How long a token lives is told, and has changed."""
        body = answer.granted()
        if isinstance(body, dict) and "error" in body:
            raise self._remember(_no_token(answer.status, answer.json(), answer.request["url"]))
        try:
            ends = answer.received_at + timedelta(seconds=float(body["expires_in"]))
            token = _Token(str(body["access_token"]), ends, frozenset(str(body["scope"]).replace(",", " ").split()))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise RetryLaterError("the answer to a log-in holds no token", where=answer.request["url"]) from error
        kept = {"app": self._app, "token": token.value, "ends_at": ends.isoformat(), "scope": " ".join(sorted(token.scopes))}
        self._store.save(kept)
        return token

    @property
    def _app(self) -> str:
        """What a kept token belongs to; another account or server needs another one."""
        access = self._access
        return f"{access.client_id} {access.username} {access.refresh_token is not None} {access.token_service}"

    def _kept(self) -> _Token | None:
        kept = self._store.load()
        if kept is None or kept["app"] != self._app:
            return None
        ends = datetime.fromisoformat(kept["ends_at"])
        return _Token(kept["token"], ends, frozenset(kept["scope"].split())) if ends - _EARLY > clock.now() else None


def _refused(answer: HttpResponse, what: str, fix: str) -> RedditRefusedError:
    return RedditRefusedError(f"Reddit refuses {what} (HTTP {answer.status})", where=answer.request["url"], fix=fix)


def _no_token(status: int, body: Any, where: str) -> RedditRefusedError:
    """Which credential is wrong: 401 is the app, anything else the refresh token."""
    reason = body.get("error") if isinstance(body, dict) else None
    fix = "give client_id and client_secret of an app that Reddit has approved"
    if status != 401 and reason != "unauthorized_client":
        fix = "the refresh token was revoked or belongs to another app: authorise again and put the new one into refresh_token"
    return RedditRefusedError(f"Reddit gives no token (HTTP {status}, {reason or 'no reason'})", where=where, fix=fix)
