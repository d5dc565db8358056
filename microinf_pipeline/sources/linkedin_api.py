"""Requests to LinkedIn's Community Management API, and what its refusals mean.

Put here: headers, statuses, tokens, the day's calls. Keep out: what is asked (`linkedin_questions.py`), what may be kept
(`linkedin_members.py`), columns (`linkedin_parse.py`).
Source: learn.microsoft.com, LinkedIn Marketing (Community Management) and Authentication, read second hand and in public
clients in November 2026; nothing was recorded or tried live.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import msgspec

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import Page, PageStore, QueryOutcome, Quota
from microinf_pipeline.errors import BudgetSpentError, FixConfigurationError, GiveUpError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse, transient_status
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.linkedin_questions import CALLS, Asked
from microinf_pipeline.sources.paging import page_prefix
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.token_session import StaleTokenError, Token, TokenSession, consent_until, lifetime, marked

SERVICE: Final = "https://api.linkedin.com"
LOGIN: Final = "https://www.linkedin.com"
#: A configured token is used until it is refused; a second one for it there is none.
_A_YEAR: Final = timedelta(days=365)
_AS_CONFIGURED: Final = "as configured"
LIMITS: Final = HttpLimits(attempts=3, rate=(2.0, 1.0), concurrency=2)


@dataclass(frozen=True)
class LinkedInAccess:
    """An app that a member who administers the Page has let in: by a token, or by a refresh token."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    version: str = "202608"
    service: str = SERVICE
    login: str = LOGIN


def is_passing(response: HttpResponse) -> bool:
    """A server in trouble. 429 is not: it says that the day's calls are used up."""
    return response.status != 429 and transient_status(response)


class LinkedInApi:
    """Asks, and keeps of every answer what may be kept, as a page that says which ids it was asked for.

    Raises what `HttpClient.request` raises, `BudgetSpentError` for a spent day (it comes back at midnight UTC), `GiveUpError`
    for a role or product that is missing, and `FixConfigurationError` for access that a person has to renew.
    """

    def __init__(
        self, client: HttpClient, access: LinkedInAccess, sessions: SessionStore, quota: Quota, store: PageStore
    ) -> None:
        self._client, self._access, self._quota, self._store = client, access, quota, store
        self._base = f"{access.service.rstrip('/')}/rest"
        mark = marked(access.client_id, access.refresh_token, access.access_token)
        self._session = TokenSession(self._log_in, sessions, mark)
        self._refused: FixConfigurationError | None = None

    def token_outcomes(self) -> list[QueryOutcome]:
        """Whether the administrator has to consent again soon, see `TokenSession.outcomes`."""
        return self._session.outcomes()

    async def open(self) -> None:
        """Have a token, so that access that was ended ends the capture before its first question."""
        await self._session.open()

    async def page(self, asked: Asked, name: str, brand_id: str | None, rule: str) -> Page:
        """One answer, reduced to what may be kept, not stored. Of a refusal that is a finding only the status is kept."""
        if self._refused is not None:
            raise self._refused
        answer = await self._session.ask(lambda token: self._asked(asked, token))
        page = answer.page(name, asked.kind, brand_id=brand_id, rule=rule)
        request = {**page.request, "ids": list(asked.ids), "mentions": asked.mentions}
        if answer.status >= 400:
            return dataclasses.replace(page, body="{}", request=request)
        try:
            body = json.dumps(asked.keep(msgspec.json.decode(page.body)), ensure_ascii=False)
        except (KeyError, TypeError, AttributeError) as error:
            fix = "LinkedIn may have changed its answers; nothing of this one was kept"
            raise GiveUpError(f"an answer of another shape than '{asked.kind}'", where=request["url"], fix=fix) from error
        return dataclasses.replace(page, body=body, request=request)

    async def once(self, asked: Asked, brand_id: str | None, rule: str) -> Page:
        """A page asked for once and stored, under a name made of its kind and ids."""
        name = page_prefix(asked.kind, brand_id, rule, *asked.ids)
        if self._store.has(name):
            return self._store.load(name)
        page = await self.page(asked, name, brand_id, rule)
        self._store.save(page)
        return page

    async def _asked(self, asked: Asked, token: str) -> HttpResponse:
        headers = {
            "authorization": f"Bearer {token}", "linkedin-version": self._access.version, "x-restli-protocol-version": "2.0.0",
        }  # fmt: skip
        several = {"x-restli-method": "BATCH_GET"} if asked.is_batch else {}
        try:
            return await self._client.request(
                "GET", f"{self._base}/{asked.path}", headers={**headers, **several}, accept=asked.findings,
                each_try=lambda: self._quota.spend(CALLS),
            )  # fmt: skip
        except AnswerRefusedError as error:
            raise self._meant(error) from error

    def _meant(self, error: AnswerRefusedError) -> Exception:
        message = error.body.get("message", "") if isinstance(error.body, dict) else ""
        if error.status == 401:
            return StaleTokenError(f"LinkedIn does not accept the token: {message}", where=error.where)
        if error.status == 429:
            self._quota.exhausted(CALLS)
            return BudgetSpentError("the calls of this day are used up; they come back at midnight UTC", where=error.where)
        if error.status == 403:
            fix = "the member must be ADMINISTRATOR of the Page, and the app must have the Community Management API"
            return GiveUpError(f"LinkedIn refuses: {message or 'without a reason'}", where=error.where, fix=fix)
        if error.status == 426:
            return GiveUpError(
                f"LinkedIn does not know version {self._access.version} any more", where=error.where,
                fix="set version: to one of the last twelve months (YYYYMM)",
            )  # fmt: skip
        return error

    async def _log_in(self, kept: str | None) -> Token:
        """A token for the refresh token; the one configured as it is, which cannot be renewed."""
        access = self._access
        if access.access_token and kept is None:
            return Token(access.access_token, clock.now() + _A_YEAR, refresh=_AS_CONFIGURED)
        if not access.refresh_token:
            raise self._gone("the access token has run out or was revoked")
        form = {
            "grant_type": "refresh_token", "refresh_token": access.refresh_token, "client_id": access.client_id,
            "client_secret": access.client_secret,
        }  # fmt: skip
        try:
            answer = await self._client.request("POST", f"{access.login.rstrip('/')}/oauth/v2/accessToken", form=form)
        except AnswerRefusedError as error:
            raise self._gone("the refresh token has run out or was revoked") from error
        body = answer.granted()
        if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
            raise self._gone("the answer to a log-in holds no token")
        until = consent_until(body.get("refresh_token_expires_in"))
        return Token(body["access_token"], clock.now() + lifetime(body.get("expires_in")), consent_until=until)

    def _gone(self, what: str) -> FixConfigurationError:
        """Kept, so that no further question asks for it."""
        self._refused = FixConfigurationError(
            f"LinkedIn: {what}", where=self._base,
            fix="an administrator of the Page has to consent again; a refresh token lives for a year",
        )  # fmt: skip
        return self._refused
