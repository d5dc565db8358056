"""An access token that is kept between runs, asked for when it has run out, and once more when a server refuses it.

Put here: the life of one token, whatever the network. Keep out: how a network hands tokens out (each network's own
module) and where they are kept (the caller's store).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import QueryOutcome
from microinf_pipeline.errors import GiveUpError
from microinf_pipeline.sources.sessions import SessionStore

T = TypeVar("T")

#: A token that runs out within a minute may have run out when its request arrives.
_MARGIN: Final = timedelta(minutes=1)
#: A night tells of an end that nothing but a person can put off this long before it comes.
_TELL_BEFORE: Final = timedelta(days=14)
_WHILE: Final = timedelta(hours=1)
_YEAR_SECONDS: Final = 366 * 86400


@dataclass(frozen=True)
class Token:
    """What a log-in gave. `refresh` is what the next one is asked with, where the network has such a thing."""

    access: str = field(repr=False)
    expires_at: datetime
    refresh: str | None = field(default=None, repr=False)
    consent_until: datetime | None = None  # when a person has to log in again, where the network tells


#: (refresh token of the last log-in, or None) → a new token. Raises when the network refuses.
LogIn = Callable[[str | None], Awaitable[Token]]


class StaleTokenError(GiveUpError):
    """The server does not accept the token itself; a new one may heal it."""


def lifetime(told: Any) -> timedelta:
    """How long a token lives, from what an answer says of its seconds; a while, where it says nothing that can be read."""
    if isinstance(told, str) and told.isdecimal():
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int | float):
        return _WHILE
    return timedelta(seconds=min(max(told, 0), _YEAR_SECONDS))


def consent_until(told: Any) -> datetime | None:
    """When a refresh token ends, from the seconds an answer says it has left; NULL where it does not."""
    return None if told is None else clock.now() + lifetime(told)


def marked(*credentials: str) -> str:
    """A mark of the configured credentials: kept tokens of others are not used."""
    return hashlib.sha256("\x1f".join(credentials).encode()).hexdigest()[:16]


class TokenSession:
    """Requests with a valid token; of many that find it stale at once only the first asks for another."""

    def __init__(self, log_in: LogIn, store: SessionStore, mark: str) -> None:
        self._log_in, self._store, self._mark = log_in, store, mark
        self._token = self._stored()
        self._renewing = asyncio.Lock()

    def outcomes(self) -> list[QueryOutcome]:
        """A question about the access alone, where its end is near: it fails nothing, and says what a person has to do."""
        ends = self._token.consent_until if self._token else None
        if ends is None or ends - clock.now() >= _TELL_BEFORE:
            return []
        told = f"the access ends on {ends:%Y-%m-%d}: let its account log in to the app again, and give the new refresh_token"
        return [QueryOutcome(None, "token", 0, None, "complete", told)]

    async def open(self) -> None:
        """Have a token that is valid for now. Raises what the log-in raises."""
        await self._valid()

    async def ask(self, request: Callable[[str], Awaitable[T]]) -> T:
        """`request(access token)`, and once more with a new token on `StaleTokenError`. Raises what either call raises."""
        token = await self._valid()
        try:
            return await request(token.access)
        except StaleTokenError:
            fresh = await self._renewed(token)
        return await request(fresh.access)

    async def _valid(self) -> Token:
        token = self._token
        if token is None or token.expires_at <= clock.now() + _MARGIN:
            return await self._renewed(token)
        return token

    async def _renewed(self, old: Token | None) -> Token:
        async with self._renewing:
            if self._token is None or self._token is old:
                self._token = await self._log_in(old.refresh if old else None)
                self._keep(self._token)
            return self._token

    def _keep(self, token: Token) -> None:
        session = {"of": self._mark, "access": token.access, "expires_at": token.expires_at.isoformat()}
        until = {"consent_until": token.consent_until.isoformat()} if token.consent_until else {}
        self._store.save(session | until | ({"refresh": token.refresh} if token.refresh else {}))

    def _stored(self) -> Token | None:
        kept = self._store.load()
        if kept is None or kept.get("of") != self._mark:
            return None
        until = kept.get("consent_until")
        return Token(
            kept["access"], datetime.fromisoformat(kept["expires_at"]), kept.get("refresh"),
            datetime.fromisoformat(until) if until else None,
        )  # fmt: skip
