"""Requests to TikTok's API for Business, and what its refusals mean. HTTP says 200 even then: `code` decides.

Put here: addresses, fields, return codes, the account's tokens. Keep out: which questions a night asks
(`tiktok_business.py`), meaning of the answers (`tiktok_business_parse.py`).
Source: types generated from business-api.tiktok.com, and public clients of it, read in November 2026; the portal itself
was not read, and nothing was tried live.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import Page, QueryOutcome
from microinf_pipeline.errors import FixConfigurationError, GiveUpError, ItemGoneError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse, decoded_body, transient_status
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.token_session import StaleTokenError, Token, TokenSession, consent_until, lifetime, marked

SERVICE: Final = "https://business-api.tiktok.com"
LIMITS: Final = HttpLimits(rate=(5.0, 1.0), concurrency=3)

MENTIONS: Final = "business/mention/video/list/"
HASHTAG: Final = "business/mention/hashtag/video/list/"
COMMENTS: Final = "business/mention/comment/list/"
OWN_POSTS: Final = "business/video/list/"
OWN_PROFILE: Final = "business/get/"
CREATOR: Final = "tto/tcm/creator/public/"
CREATOR_POSTS: Final = "tto/tcm/creator/public/video/list/"

#: Fields that each list has; lists of hashtags tell neither author nor views.
_VIDEO: Final = ("item_id", "create_time", "video_link", "caption", "likes", "comments", "shares")
FIELDS: Final[Mapping[str, Sequence[str]]] = {
    MENTIONS: (*_VIDEO, "creator_handle_name", "views", "reach"),
    HASHTAG: (*_VIDEO, "matched_hashtags"),
    COMMENTS: (
        "item_id", "comment_id", "comment_type", "comment_text", "comment_create_time", "comment_likes",
        "commenter_display_name",
    ),
    OWN_POSTS: (
        "item_id", "create_time", "share_url", "caption", "media_type", "likes", "comments", "shares", "favorites",
        "video_views", "reach",
    ),
    OWN_PROFILE: (
        "username", "display_name", "bio_description", "is_verified", "followers_count", "following_count", "videos_count",
    ),
}  # fmt: skip
PAGE_SIZE: Final = 100  # of lists of mentions
OWN_PAGE_SIZE: Final = 20

_OK, _NO_PERMISSION, _BAD_PARAMETER, _NOT_THERE, _TOO_MANY, _STALE, _SYSTEM = 0, 40001, 40002, 40007, 40100, 40105, 50000


@dataclass(frozen=True)
class BusinessAccess:
    """An app, and the business account that connected to it."""

    client_key: str
    client_secret: str = field(repr=False)
    business_id: str
    refresh_token: str = field(repr=False)
    service: str = SERVICE


def code_of(body: Any) -> int | None:
    """The return code of an envelope; NULL for a body that is none."""
    code = body.get("code") if isinstance(body, dict) else None
    return int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdecimal()) else None


def is_passing(response: HttpResponse) -> bool:
    """Worth another attempt: too many requests for the moment, and a system in trouble."""
    code = code_of(decoded_body(response))
    return transient_status(response) if code is None else code == _TOO_MANY or code >= _SYSTEM


class BusinessApi:
    """Asks with the account's token, and makes a page of the answer.

    Raises what `HttpClient.request` raises, `ItemGoneError` for what is not there, `GiveUpError` for a permission that is
    missing, and `FixConfigurationError` for an account that has to be connected anew.
    """

    def __init__(self, client: HttpClient, access: BusinessAccess, sessions: SessionStore) -> None:
        self._client, self._access = client, access
        self._base = f"{access.service.rstrip('/')}/open_api/v1.3"
        mark = marked(access.client_key, access.business_id, access.refresh_token)
        self._session = TokenSession(self._log_in, sessions, mark)

    def token_outcomes(self) -> list[QueryOutcome]:
        """Whether the account has to be connected again soon, see `TokenSession.outcomes`."""
        return self._session.outcomes()

    async def open(self) -> None:
        """Have a token, so that a connection that was ended ends the capture before its first question."""
        await self._session.open()

    async def page(self, method: str, params: Mapping[str, Any], name: str, kind: str, brand_id: str | None, rule: str) -> Page:
        """One answer, not stored. Lists and mappings among the parameters are sent as JSON."""
        whose = {} if method.startswith("tto/") else {"business_id": self._access.business_id}
        fields = {"fields": FIELDS[method]} if method in FIELDS else {}
        sent = [(key, _written(value)) for key, value in {**whose, **fields, **params}.items()]
        answer = await self._session.ask(lambda token: self._asked(method, sent, token))
        return answer.page(name, kind, brand_id=brand_id, rule=rule)

    async def _asked(self, method: str, params: Sequence[tuple[str, str]], token: str) -> HttpResponse:
        url = f"{self._base}/{method}"
        try:
            answer = await self._client.get(url, params, headers={"access-token": token})
        except AnswerRefusedError as error:
            raise _meant(error.body, error.where) or error from error
        refusal = _meant(decoded_body(answer), url)
        if refusal is not None:
            raise refusal
        return answer

    async def _log_in(self, kept: str | None) -> Token:
        """A refresh token may be replaced when it is used: the newest is tried first, then the configured one."""
        told = ""
        for refresh in dict.fromkeys(one for one in (kept, self._access.refresh_token) if one):
            body = await self._refreshed(refresh)
            data = body.get("data") if isinstance(body, dict) and code_of(body) == _OK else None
            if isinstance(data, dict) and isinstance(data.get("access_token"), str):
                return self._token(data, refresh)
            told = str(body.get("message", "")) if isinstance(body, dict) else ""
        raise FixConfigurationError(
            f"TikTok does not renew the access to this business account: {told or 'without a reason'}",
            where=f"{self._base}/tt_user/oauth2/refresh_token/",
            fix="connect the account to the app again and set refresh_token; it lives for a year",
        )

    async def _refreshed(self, refresh: str) -> Any:
        body = {
            "client_id": self._access.client_key, "client_secret": self._access.client_secret,
            "grant_type": "refresh_token", "refresh_token": refresh,
        }  # fmt: skip
        try:
            answer = await self._client.request("POST", f"{self._base}/tt_user/oauth2/refresh_token/", json_body=body)
        except AnswerRefusedError as error:
            return error.body
        return answer.granted() if code_of(answer.json()) == _OK else answer.json()

    def _token(self, data: Mapping[str, Any], refresh: str) -> Token:
        account = data.get("open_id")
        if account is not None and account != self._access.business_id:
            raise FixConfigurationError(
                "the refresh token belongs to another account than business_id", where=self._base,
                fix="set business_id to the open_id that came with the refresh token",
            )  # fmt: skip
        fresh = data.get("refresh_token")
        kept = fresh if isinstance(fresh, str) and fresh else refresh
        until = consent_until(data.get("refresh_token_expires_in"))
        return Token(data["access_token"], clock.now() + lifetime(data.get("expires_in")), kept, until)


def _meant(body: Any, where: str) -> Exception | None:
    """The error that says what to do about a refusal; None for an answer, and for a body that is no envelope."""
    code, message = code_of(body), str(body.get("message", "")) if isinstance(body, dict) else ""
    if code in (_OK, None):
        return None
    if code == _STALE:
        fix = "connect the account to the app again and set refresh_token"
        return StaleTokenError(f"TikTok does not accept the token: {message}", where=where, fix=fix)
    if code == _NOT_THERE or (code == _BAD_PARAMETER and "/tto/tcm/creator/" in where):
        return ItemGoneError(f"TikTok knows no such thing: {message}", where=where)
    fixes = {
        _NO_PERMISSION: "let the app have the Mentions and Accounts permissions, and connect the account again",
        _BAD_PARAMETER: "check business_id, username and hashtags of this source",
    }
    return GiveUpError(
        f"TikTok refuses ({code}): {message}", where=where, fix=fixes.get(code or 0, "see the code in TikTok's portal")
    )


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
