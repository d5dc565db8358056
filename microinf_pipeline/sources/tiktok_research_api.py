"""Requests to TikTok's Research API, and what its refusals mean. Decided by `error.code`, which every answer has.

Put here: addresses, fields, error codes, the client token, the day's quota. Keep out: what is asked for
(`tiktok_research_queries.py`), meaning of the answers (`tiktok_research_parse.py`).
Source: developers.tiktok.com, "Query Videos" and "Query User Info" of 2026-09-01, "Error Handling"; retries as in
TikTok's own wrapper for Python. Read in November 2026; nothing of it was tried live.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import Page, PageStore, Quota
from microinf_pipeline.errors import BudgetSpentError, FixConfigurationError, GiveUpError, RetryLaterError
from microinf_pipeline.sources.answers import (
    AnswerRefusedError,
    HttpResponse,
    PassingAnswerError,
    decoded_body,
    transient_status,
)
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.paging import page_prefix
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.token_session import StaleTokenError, Token, TokenSession, lifetime, marked

SERVICE: Final = "https://open.tiktokapis.com"
#: The unit of the quota: every request of the day (UTC), refused ones too.
REQUESTS: Final = "requests"
REQUESTS_A_DAY: Final = 1000
PAGE_SIZE: Final = 100
VIDEO_FIELDS: Final = (
    "id,video_description,create_time,region_code,share_count,view_count,like_count,comment_count,hashtag_names,username,"
    "favorites_count,video_mention_list,video_tag"
)
USER_FIELDS: Final = "display_name,bio_description,is_verified,follower_count,following_count,likes_count,video_count,bio_url"
#: A search whose result is not ready yet is asked again after some seconds; each try costs quota.
LIMITS: Final = HttpLimits(attempts=5, first_backoff_seconds=2.0, max_backoff_seconds=12.0, rate=(4.0, 1.0), concurrency=2)

_SPENT: Final = "daily_quota_limit_exceeded"
_STALE: Final = "access_token_invalid"
_PASSING: Final = frozenset({"internal_error", "rate_limit_exceeded"})
_SCOPE: Final = frozenset({"scope_not_authorized", "scope_permission_missed"})
_NOT_READY: Final = "Invalid count or cursor"


class SearchLostError(GiveUpError):
    """The result that a search was paging through is not kept any more: it has to be asked anew."""


@dataclass(frozen=True)
class ResearchAccess:
    """The client of an approved research project."""

    client_key: str
    client_secret: str = field(repr=False)
    service: str = SERVICE


def error_of(body: Any) -> tuple[str, str]:
    """Code and message of an answer's `error`; ('', '') where it has none. `ok` is the code of a success."""
    error = body.get("error") if isinstance(body, dict) else None
    return (str(error.get("code", "")), str(error.get("message", ""))) if isinstance(error, dict) else ("", "")


def is_passing(response: HttpResponse) -> bool:
    """Worth another attempt: what passes by itself, and a search that is not ready. A spent quota is neither."""
    code, message = error_of(decoded_body(response))
    if code == "invalid_params":
        return _is_not_ready(message)
    return code in _PASSING or (transient_status(response) and code != _SPENT)


class ResearchApi:
    """Asks, and keeps every answer as a page with the body of its request, before anything is read from it.

    Raises what `HttpClient.request` raises; `BudgetSpentError` once the day's quota is used up (it comes back at
    midnight UTC), `SearchLostError`, and `FixConfigurationError` for credentials that TikTok does not accept.
    """

    def __init__(
        self, client: HttpClient, access: ResearchAccess, sessions: SessionStore, quota: Quota, store: PageStore
    ) -> None:
        self._client, self._access, self._quota, self._store = client, access, quota, store
        self._base = f"{access.service.rstrip('/')}/v2"
        self._session = TokenSession(self._log_in, sessions, marked(access.client_key, access.client_secret))

    async def open(self) -> None:
        """Have a token, so that credentials that are refused end the capture before its first question."""
        await self._session.open()

    async def videos(
        self,
        name: str,
        kind: str,
        body: Mapping[str, Any],
        brand_id: str | None,
        rule: str,
        vouched: Sequence[str] | None = None,
    ) -> Page:
        """One page of videos, not stored: `body` holds conditions, dates and the place in the result."""
        page = await self._page("research/video/query/", VIDEO_FIELDS, body, name, kind, brand_id, rule)
        told = {} if vouched is None else {"vouched": list(vouched)}
        return dataclasses.replace(page, request={**page.request, **told})

    async def user(self, handle: str, rule: str) -> Page:
        """One account, stored under its name; a name that nobody has is an answer, too."""
        name = page_prefix("user", handle)
        if self._store.has(name):
            return self._store.load(name)
        page = await self._page("research/user/info/", USER_FIELDS, {"username": handle}, name, "user", None, rule)
        self._store.save(page)
        return page

    async def _page(
        self, method: str, fields: str, body: Mapping[str, Any], name: str, kind: str, brand_id: str | None, rule: str
    ) -> Page:
        answer = await self._session.ask(lambda token: self._asked(method, fields, body, token))
        page = answer.page(name, kind, brand_id=brand_id, rule=rule)
        return dataclasses.replace(page, request={**page.request, "body": dict(body)})

    async def _asked(self, method: str, fields: str, body: Mapping[str, Any], token: str) -> HttpResponse:
        nobody_is_an_answer = (400, 404) if method.startswith("research/user") else ()
        try:
            answer = await self._client.request(
                "POST", f"{self._base}/{method}", {"fields": fields}, json_body=dict(body), accept=nobody_is_an_answer,
                headers={"authorization": f"Bearer {token}"}, each_try=lambda: self._quota.spend(REQUESTS),
            )  # fmt: skip
        except AnswerRefusedError as error:
            raise self._meant(error) from error
        except PassingAnswerError as error:
            if error_of(error.body)[1].startswith("Search Id"):
                raise SearchLostError("TikTok has lost the result it was paging through", where=error.where) from error
            raise
        refused = AnswerRefusedError(
            f"HTTP {answer.status}: {': '.join(error_of(decoded_body(answer)))}",
            where=answer.request["url"], status=answer.status, body=decoded_body(answer),
        )  # fmt: skip
        code = error_of(refused.body)[0]
        if answer.status == 404 or code in ("ok", "") or (nobody_is_an_answer and code == "invalid_params"):
            return answer
        raise self._meant(refused)

    def _meant(self, error: AnswerRefusedError) -> Exception:
        """The error that says what to do about a refusal."""
        code, message = error_of(error.body)
        if code == _SPENT:
            self._quota.exhausted(REQUESTS)
            return BudgetSpentError("the requests of this day are used up; they come back at midnight UTC", where=error.where)
        if code == _STALE:
            return StaleTokenError(f"TikTok does not accept the token: {message}", where=error.where)
        if code in _SCOPE:
            return GiveUpError(
                f"TikTok refuses the scope research.data.basic ({code})", where=error.where,
                fix="ask for the scope in the research project whose client this is",
            )  # fmt: skip
        return error

    async def _log_in(self, _refresh: str | None) -> Token:
        form = {
            "client_key": self._access.client_key, "client_secret": self._access.client_secret,
            "grant_type": "client_credentials",
        }  # fmt: skip
        try:
            answer = await self._client.request("POST", f"{self._base}/oauth/token/", form=form)
        except AnswerRefusedError as error:
            raise _no_client(error.body, error.where) from error
        body, where = answer.granted(), answer.request["url"]
        if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
            if isinstance(body, dict) and body.get("error"):
                raise _no_client(answer.json(), where)
            raise RetryLaterError("the answer to a log-in holds no token", where=where)
        return Token(body["access_token"], clock.now() + lifetime(body.get("expires_in")))


def _no_client(body: Any, where: str) -> FixConfigurationError:
    told = body.get("error_description") or body.get("error") if isinstance(body, dict) else None
    return FixConfigurationError(
        f"TikTok does not accept this client: {told or 'without a reason'}", where=where,
        fix="check client_key and client_secret; the research project must be approved and not expired",
    )  # fmt: skip


def _is_not_ready(message: str) -> bool:
    return message.startswith("Search Id") or message == _NOT_READY
