"""Being logged in to a Bluesky server: tokens are kept between runs and refreshed when they expire.

Log-ins are scarce (300 a day and account, at times 10), so a run logs in only when there is no session or its refresh
is refused. Source: lexicons com.atproto.server.createSession and refreshSession. Keep out: what is asked for.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from microinf_pipeline.errors import GiveUpError, RetryLaterError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.redaction import Params
from microinf_pipeline.sources.sessions import SessionStore

#: Errors that a new access token heals. An expired one is 400 from a PDS and 401 from an AppView: the name counts.
_RENEWABLE: Final = frozenset({"ExpiredToken", "InvalidToken"})
#: Errors that will meet every further request of the night, too.
_FINAL: Final = frozenset({"AccountTakedown", "AuthenticationRequired", "AuthFactorTokenRequired", "AuthMissing"})


class PlatformRefusedError(GiveUpError):
    """The server refuses us as a whole: nothing more is asked of it tonight."""


@dataclass(frozen=True)
class BlueskyAccess:
    """The account that searches. `password` is an app password."""

    service: str
    identifier: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class _Tokens:
    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


class BlueskySession:
    """Authenticated requests for one account."""

    def __init__(self, client: HttpClient, access: BlueskyAccess, store: SessionStore) -> None:
        self._client, self._access, self._store = client, access, store
        self._base = f"{access.service.rstrip('/')}/xrpc"
        self._tokens: _Tokens | None = None
        self._renewing = asyncio.Lock()

    @property
    def handle(self) -> str:
        """Handle of the account that is logged in; '' before `open`."""
        return self._tokens.handle if self._tokens else ""

    async def open(self) -> None:
        """Take the stored session, or log in. Raises `PlatformRefusedError` when the log-in is refused."""
        self._tokens = self._stored() or await self._log_in()

    async def get(self, method: str, params: Params) -> HttpResponse:
        """One query, e.g. `app.bsky.feed.getPosts`; renews the tokens at most once.

        Raises `PlatformRefusedError` when further requests are pointless, else what `HttpClient` raises.
        """
        tokens = self._tokens or await self._renewed(None)
        try:
            return await self._ask(method, params, tokens)
        except AnswerRefusedError as error:
            if _error_name(error) not in _RENEWABLE:
                raise
        return await self._ask(method, params, await self._renewed(tokens))

    async def _ask(self, method: str, params: Params, tokens: _Tokens) -> HttpResponse:
        try:
            return await self._client.get(f"{self._base}/{method}", params, headers=_bearer(tokens.access))
        except AnswerRefusedError as error:
            if _is_final(error):
                raise _platform_refused(error) from error
            raise

    async def _renewed(self, old: _Tokens | None) -> _Tokens:
        """Fresh tokens; of many that ask at once only the first makes the request."""
        async with self._renewing:
            if self._tokens is None or self._tokens is old:
                self._tokens = await self._refreshed(old) if old else await self._log_in()
            return self._tokens

    async def _refreshed(self, old: _Tokens) -> _Tokens:
        url = f"{self._base}/com.atproto.server.refreshSession"
        try:
            answer = await self._client.request("POST", url, headers=_bearer(old.refresh))
        except AnswerRefusedError:
            return await self._log_in()
        return self._keep(answer)

    async def _log_in(self) -> _Tokens:
        body = {"identifier": self._access.identifier, "password": self._access.password}
        url = f"{self._base}/com.atproto.server.createSession"
        try:
            answer = await self._client.request("POST", url, json_body=body, attempts=2)
        except AnswerRefusedError as error:
            raise _platform_refused(error) from error
        return self._keep(answer)

    def _keep(self, answer: HttpResponse) -> _Tokens:
        """Both calls answer alike. The refresh token rotates, so the new one is stored before it is used."""
        body = answer.granted()
        try:
            tokens = _Tokens(body["did"], body["handle"], body["accessJwt"], body["refreshJwt"])
        except (KeyError, TypeError) as error:
            raise RetryLaterError("the answer to a log-in holds no session", where=answer.request["url"]) from error
        session = {
            "service": self._access.service, "identifier": self._access.identifier, "did": tokens.did,
            "handle": tokens.handle, "accessJwt": tokens.access, "refreshJwt": tokens.refresh,
        }  # fmt: skip
        self._store.save(session)
        return tokens

    def _stored(self) -> _Tokens | None:
        """The kept session, when it is one of this account on this server."""
        kept = self._store.load()
        if kept is None or (kept["service"], kept["identifier"]) != (self._access.service, self._access.identifier):
            return None
        return _Tokens(kept["did"], kept["handle"], kept["accessJwt"], kept["refreshJwt"])


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _error_name(error: AnswerRefusedError) -> str | None:
    name = error.body.get("error") if isinstance(error.body, dict) else None
    return name if isinstance(name, str) else None


def _is_final(error: AnswerRefusedError) -> bool:
    """A 403 in HTML comes from the proxy before the server ("Request forbidden by administrative rules.")."""
    return _error_name(error) in _FINAL or (error.status == 403 and not isinstance(error.body, dict))


def _platform_refused(error: AnswerRefusedError) -> PlatformRefusedError:
    reason = _error_name(error) or "refused by the proxy before the server, without a reason in JSON"
    fix = "check identifier and app_password; search needs a logged-in account in good standing"
    return PlatformRefusedError(f"Bluesky refuses this account (HTTP {error.status}, {reason})", where=error.where, fix=fix)
