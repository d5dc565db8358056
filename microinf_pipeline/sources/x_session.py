"""Being known to X: as an app, or for a user whose access expires and is renewed.

Put here: tokens and what their refusal asks of a person. Keep out: what is asked for (`x_api.py`).
Source: docs.x.com, authentication/oauth-2-0 (2026-08-22): an app's token does not expire; a user's lasts two hours and
is renewed by a refresh token, which needs the scope offline.access and is replaced on use.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from microinf_pipeline.errors import FixConfigurationError, RetryLaterError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.redaction import Params
from microinf_pipeline.sources.sessions import SessionStore

#: Scopes without which nothing can be read for a user.
NEEDED_SCOPES: Final = frozenset({"tweet.read", "users.read"})


@dataclass(frozen=True)
class XAccess:
    """One of three: an app's bearer token; an app's key and secret; a user's refresh token with the app's client id."""

    bearer: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)

    @property
    def is_of_user(self) -> bool:
        return self.bearer is None and self.refresh_token is not None

    @property
    def mark(self) -> str:
        """Tells kept tokens of these settings from those of others, without telling a secret."""
        said = "\x1f".join(one or "" for one in (self.key, self.client_id, self.refresh_token))
        return hashlib.sha256(said.encode()).hexdigest()


class XSession:
    """Requests with a token. Raises `FixConfigurationError` where a person must act."""

    def __init__(self, client: HttpClient, service: str, access: XAccess, store: SessionStore, *, where: str) -> None:
        self._client, self._access, self._store, self._where = client, access, store, where
        self._base = service.rstrip("/")
        self._token = access.bearer or self._kept("access")
        self._renewing = asyncio.Lock()

    @property
    def is_of_app(self) -> bool:
        return not self._access.is_of_user

    async def get(self, path: str, params: Params = ()) -> HttpResponse:
        """One GET below the service; renews the token at most once."""
        return await self.request("GET", path, params)

    async def request(self, method: str, path: str, params: Params = (), *, json_body: Any = None) -> HttpResponse:
        """See `HttpClient.request`."""
        token = self._token or await self._renewed(None)
        try:
            return await self._ask(method, path, params, token, json_body)
        except AnswerRefusedError as error:
            if error.status != 401:
                raise
            if self._access.bearer is not None:
                raise self._refused("bearer_token", "make a new bearer token in the developer console, and set it") from error
        try:
            return await self._ask(method, path, params, await self._renewed(token), json_body)
        except AnswerRefusedError as error:
            if error.status == 401:
                raise self._refused("credentials", "check key and secret, or authorise the app again") from error
            raise

    async def _ask(self, method: str, path: str, params: Params, token: str, json_body: Any) -> HttpResponse:
        headers = {"authorization": f"Bearer {token}"}
        return await self._client.request(method, f"{self._base}{path}", params, headers=headers, json_body=json_body)

    async def _renewed(self, old: str | None) -> str:
        """A fresh token; of many that ask at once only the first makes the request."""
        async with self._renewing:
            if self._token is None or self._token == old:
                self._token = await (self._refreshed() if self._access.is_of_user else self._of_app())
            return self._token

    async def _of_app(self) -> str:
        headers = _basic(self._access.key, self._access.secret)
        try:
            answer = await self._client.request(
                "POST", f"{self._base}/oauth2/token", headers=headers, form={"grant_type": "client_credentials"}, attempts=2
            )
        except AnswerRefusedError as error:
            fix = "copy consumer_key and consumer_secret anew from the developer console"
            raise self._refused("consumer_key or consumer_secret", fix) from error
        return self._keep(answer)

    async def _refreshed(self) -> str:
        """The refresh token is replaced on use, so the new one is stored before anything is asked with it."""
        form = {"grant_type": "refresh_token", "refresh_token": self._kept("refresh") or self._access.refresh_token or ""}
        if self._access.client_secret is None:
            form["client_id"] = self._access.client_id or ""
        headers = _basic(self._access.client_id, self._access.client_secret) if self._access.client_secret else {}
        try:
            answer = await self._client.request("POST", f"{self._base}/2/oauth2/token", headers=headers, form=form, attempts=1)
        except AnswerRefusedError as error:
            raise self._refused("refresh token", _AUTHORISE) from error
        scopes = answer.json().get("scope")
        missing = NEEDED_SCOPES - set(scopes.split()) if isinstance(scopes, str) else set()
        if missing:
            told = f"the user's authorisation lacks the scope {', '.join(sorted(missing))}"
            raise FixConfigurationError(told, where=self._where, fix=_AUTHORISE)
        return self._keep(answer)

    def _keep(self, answer: HttpResponse) -> str:
        body = answer.granted()
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str):
            raise RetryLaterError("the answer holds no token", where=answer.request["url"])
        refresh = body.get("refresh_token") or self._kept("refresh")
        self._store.save({"mark": self._access.mark, "access": token, **({"refresh": refresh} if refresh else {})})
        return token

    def _kept(self, what: str) -> str | None:
        """From an earlier run, when it belongs to these settings."""
        kept = self._store.load()
        return kept.get(what) if kept is not None and kept.get("mark") == self._access.mark else None

    def _refused(self, what: str, fix: str) -> FixConfigurationError:
        return FixConfigurationError(f"X does not accept the {what} (any more)", where=self._where, fix=fix)


_AUTHORISE: Final = (
    "let the user authorise the app again, with the scopes tweet.read users.read offline.access, and set the new refresh_token"
)


def _basic(name: str | None, secret: str | None) -> dict[str, str]:
    pair = base64.b64encode(f"{name or ''}:{secret or ''}".encode()).decode()
    return {"authorization": f"Basic {pair}"}
