"""The life of a long-lived token of Meta: kept between runs, renewed in time, refused with what to do about it.

Put here: renewal and inspection. Keep out: requests with a token (`graph_api.py`), codes of errors (`graph_errors.py`).
Source: developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived (14 September 2022) and
/documentation/instagram-platform/reference/refresh_access_token (17 July 2025), /documentation/facebook-login/auth-vs-data
(20 July 2022); all read in November 2026.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import QueryOutcome
from microinf_pipeline.errors import BudgetSpentError, GiveUpError, ItemGoneError, RetryLaterError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse
from microinf_pipeline.sources.graph_api import GraphAccess, GraphApi
from microinf_pipeline.sources.graph_errors import TokenRefusedError
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.sessions import SessionStore

#: A token lives 60 days. Renewed at half of it, a pipeline may stand still for a month and still be let in.
RENEW_BEFORE: Final = timedelta(days=30)
#: Seconds no token lives: a century.
_NO_LIFE: Final = 3_155_760_000
#: A night tells of an end that nothing but a person can put off this long before it comes.
TELL_BEFORE: Final = timedelta(days=14)
_FIX: Final = "make a new long-lived token and give it as access_token:"


@dataclass(frozen=True)
class Renewal:
    """How a host makes a new long-lived token of one that is still good: address below the service, and parameters."""

    path: str
    params: Callable[[str], list[tuple[str, str]]]


def exchange(version: str, app_id: str, app_secret: str) -> Renewal:
    """Tokens of Facebook users (graph.facebook.com): the app exchanges them."""

    def params(token: str) -> list[tuple[str, str]]:
        app = [("client_id", app_id), ("client_secret", app_secret)]
        return [("grant_type", "fb_exchange_token"), *app, ("fb_exchange_token", token)]

    return Renewal(f"{version}/oauth/access_token", params)


def refresh(grant_type: str) -> Renewal:
    """Tokens that renew themselves once they are a day old: `ig_refresh_token`, `th_refresh_token`."""
    return Renewal("refresh_access_token", lambda token: [("grant_type", grant_type), ("access_token", token)])


async def living(client: HttpClient, access: GraphAccess, kept: SessionStore, renewal: Renewal | None) -> GraphAccess:
    """The access with the token to use tonight: the kept one when it was made of the token that is configured.

    Renewed when its end is near or unknown; one that cannot be renewed is used as long as it lives. Raises
    `TokenRefusedError` for one that has expired.
    """
    now, given = clock.now(), hashlib.sha256(access.token.encode()).hexdigest()
    session = kept.load() or {}
    mine = session.get("given") == given
    token = session["token"] if mine else access.token
    ends = datetime.fromisoformat(session["expires_at"]) if mine else None
    if ends is not None and ends <= now:
        raise TokenRefusedError(f"the token expired on {ends:%Y-%m-%d}", where=access.service, fix=_FIX)
    if renewal is not None and (ends is None or ends - now < RENEW_BEFORE):
        renewed = await _renewed(client, access.service, renewal, token)
        if renewed is not None:
            token, seconds = renewed
            ends = now + timedelta(seconds=seconds)
            kept.save({"given": given, "token": token, "expires_at": ends.isoformat()})
    return replace(access, token=token)


async def _renewed(client: HttpClient, service: str, renewal: Renewal, token: str) -> tuple[str, float] | None:
    """A new token and the seconds it lives; None where the host refuses (too young, or of a kind that never ends)."""
    try:
        answer = await client.get(f"{service.rstrip('/')}/{renewal.path}", renewal.params(token))
    except AnswerRefusedError:
        return None
    return _token_in(answer)


def _token_in(answer: HttpResponse) -> tuple[str, float] | None:
    body = answer.granted()
    token, seconds = (body.get("access_token"), body.get("expires_in")) if isinstance(body, dict) else (None, None)
    if not isinstance(token, str) or not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    return (token, float(seconds)) if seconds < _NO_LIFE else None


@dataclass(frozen=True)
class TokenState:
    """When a token ends. An end of None never comes."""

    expires_at: datetime | None
    data_access_until: datetime | None

    def ending(self, *, renews: bool) -> str | None:
        """Which end is near and cannot be put off here. Access to a user's data ends on a day of its own, which only a log-in
        puts off, whether the token is renewed or not.
        """
        ends = [("the token", None if renews else self.expires_at), ("its access to data", self.data_access_until)]
        near = [f"{what} ends on {at:%Y-%m-%d}" for what, at in ends if at is not None and at - clock.now() < TELL_BEFORE]
        return f"{' and '.join(near)}: let its user log in to the app again, and give the new token" if near else None


async def token_outcomes(api: GraphApi, token: str, *, renews: bool) -> list[QueryOutcome]:
    """A question about the token alone, where its end is near; it fails nothing, since others tell what it is not good for."""
    try:
        state = await _inspected(api, token)
    except (GiveUpError, TokenRefusedError, RetryLaterError, BudgetSpentError, ItemGoneError):
        return []
    ending = state.ending(renews=renews) if state is not None else None
    return [QueryOutcome(None, "token", 0, None, "complete", ending)] if ending else []


async def _inspected(api: GraphApi, token: str) -> TokenState | None:
    """What `/debug_token` (graph.facebook.com alone) tells, to the app's own people: others' tokens are refused there."""
    body = (await api.get("debug_token", [("input_token", token)])).json()
    said = body.get("data") if isinstance(body, dict) else None
    if not isinstance(said, dict):
        return None
    return TokenState(_moment(said.get("expires_at")), _moment(said.get("data_access_expires_at")))


def _moment(seconds: Any) -> datetime | None:
    """Unix time; 0 stands for never, and so does a time no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and seconds > 0 else None
    except (ValueError, OverflowError):
        return None
