"""Meta's Graph API as all its hosts speak it (graph.facebook.com, graph.instagram.com, graph.threads.net): one token, one
way of paging, one kind of error, usage told in headers.

Answers repeat the access token (in `paging.next`, and in some error messages): it is blanked before anything is stored or
said, and pages are asked for by cursor alone. Put here: requests, usage, paging. Keep out: what an error asks of the caller
(`graph_errors.py`), the life of a token (`graph_tokens.py`), which questions a network is asked and what answers mean.
Source: developers.facebook.com/docs/graph-api (results, rate limiting, securing requests), read in November 2026.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import Page, PageStore
from microinf_pipeline.errors import BudgetSpentError, ItemGoneError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse, decoded_body, transient_status
from microinf_pipeline.sources.graph_errors import (
    CursorExpiredError,
    GraphRefusedError,
    TokenRefusedError,
    TooMuchDataError,
    graph_error,
    is_passing,
    is_throttled,
    raised,
)
from microinf_pipeline.sources.graph_paging import Edge, Params, cursor_of, ids_in, paging_of
from microinf_pipeline.sources.graph_usage import ASKED_WAIT, regain_wait, used_percent
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.paging import IdsOf, Walked, page_prefix, walk_pages
from microinf_pipeline.sources.redaction import blanked, safe_text

LIMITS: Final = HttpLimits(attempts=4, rate=(5.0, 1.0), concurrency=4)
_BAD_PARAMETER: Final = 100


@dataclass(frozen=True)
class GraphAccess:
    """Where a source asks, and as whom."""

    service: str  # https://graph.facebook.com
    version: str  # v26.0
    token: str = field(repr=False)
    app_secret: str | None = field(default=None, repr=False)

    @property
    def base(self) -> str:
        return f"{self.service.rstrip('/')}/{self.version}"

    @property
    def proof(self) -> str | None:
        """`appsecret_proof`: HMAC-SHA256 of the token, keyed with the app's secret, in hexadecimal."""
        if self.app_secret is None:
            return None
        return hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()

    def credentials(self) -> list[tuple[str, str]]:
        """The parameters that make a request ours; none of them may be recorded."""
        return [("access_token", self.token), *([("appsecret_proof", self.proof)] if self.proof else [])]

    def cleaned(self, text: str) -> str:
        """The text without any token, secret or proof, however it is written."""
        return safe_text(blanked(text, filter(None, (self.token, self.app_secret, self.proof))))


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that knows Meta's error codes and reads the wait from its usage headers."""
    return HttpClient(limits, read_wait=ASKED_WAIT, is_transient=passes)


def passes(response: HttpResponse) -> bool:
    """Worth another attempt: outages, and throttled calls whose header tells the wait. An error may come with a 200."""
    if response.status < 400 and b'"error"' not in response.content:
        return False
    error = graph_error(decoded_body(response))
    if error is None:
        return transient_status(response)
    return is_passing(error) or (is_throttled(error) and regain_wait(response.headers, response.received_at) is not None)


class GraphApi:
    """Asks with one token, and keeps every answer as a page without it. Raises what `graph_errors.raised` makes of an error
    (also of one inside a 200), what `HttpClient.request` raises, and `BudgetSpentError` before a request once a usage header
    told `stop_at` percent or more. After a refused token or a throttled call nothing more is asked.
    """

    def __init__(self, client: HttpClient, access: GraphAccess, store: PageStore, *, stop_at: float = 95.0) -> None:
        self._client, self._access, self._store, self._stop_at = client, access, store, stop_at
        self._stopped: Exception | None = None

    async def get(self, path: str, params: Params = ()) -> HttpResponse:
        """One request, e.g. `17841400000000000/tags`; its content may hold tokens."""
        if self._stopped is not None:
            raise self._stopped
        where, paid = f"{self._access.base}/{path}", self._paid_by(path)
        try:
            answer = await self._client.request("GET", where, [*params, *self._access.credentials()], each_try=paid)
        except BudgetSpentError as error:
            if paid is None:  # else what is counted apart may be used up, and other questions go on
                self._stopped = error
            raise
        except AnswerRefusedError as error:
            raise self._raised(error.body, where, error.what) from None  # the body of the cause may repeat the token
        if b'"error"' in answer.content and graph_error(answer.json()) is not None:
            raise self._raised(answer.json(), where, "")
        used = used_percent(answer.headers)
        if used >= self._stop_at:
            self._stopped = BudgetSpentError(f"Meta tells {used:.0f} % of the calls of an hour as used", where=where)
        return answer

    def _paid_by(self, _path: str) -> Callable[[], None] | None:
        """What every try of a question spends of a quota of its own; None where the network counts calls alone."""
        return None

    def _raised(self, body: Any, where: str, otherwise: str) -> Exception:
        error = graph_error(body)
        if error is None:
            fix = "check service: and version: of this source"
            return GraphRefusedError(self._access.cleaned(otherwise), where=where, fix=fix, code=0)
        failure = raised(replace(error, message=self._access.cleaned(error.message)), where)
        if isinstance(failure, TokenRefusedError) or is_throttled(error):
            self._stopped = failure
        return failure

    async def as_page(self, page_id: str) -> GraphApi:
        """The same with the Page's own token, which the user's token may ask for; it is kept nowhere."""
        body = (await self.get(page_id, [("fields", "access_token")])).granted()
        token = body.get("access_token") if isinstance(body, dict) else None
        access = replace(self._access, token=token) if isinstance(token, str) else self._access
        return GraphApi(self._client, access, self._store, stop_at=self._stop_at)

    async def ask(
        self, name: str, kind: str, path: str, params: Params = (), *, brand_id: str | None = None, rule: str | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> Page:  # fmt: skip
        """One answer as a page that is not yet stored; its request tells `about`."""
        page = (await self.get(path, params)).page(name, kind, brand_id=brand_id, rule=rule)
        request = {**page.request, "about": dict(about)} if about else page.request
        return replace(page, request=request, body=self._access.cleaned(page.body))

    async def once(
        self, kind: str, path: str, params: Params = (), *, brand_id: str | None = None, rule: str | None = None,
        about: Mapping[str, Any] | None = None, keep_absent: bool = False,
    ) -> Page:  # fmt: skip
        """One answer that stands alone; stored, and not asked for again. With `keep_absent` the answer that something is not
        there is a finding, and a page with status 404 whose body is `{"error": …}`.
        """
        name = page_prefix(kind, path, rule, *(value for _, value in params))
        if self._store.has(name):
            return self._store.load(name)
        try:
            page = await self.ask(name, kind, path, params, brand_id=brand_id, rule=rule, about=about)
        except ItemGoneError as error:
            if not keep_absent:
                raise
            return self.keep_absent(Edge(kind, path, params, 0, brand_id, rule, about or {}), error, name)
        self._store.save(page)
        return page

    def keep_absent(self, edge: Edge, error: ItemGoneError, name: str = "") -> Page:
        """The answer that something is not there, as a stored page."""
        name = name or page_prefix(edge.kind, edge.path, edge.rule, "absent")
        request = {"method": "GET", "url": error.where, "params": list(edge.params), "about": dict(edge.about)}
        body = json.dumps({"error": {"message": error.what}})
        page = Page(name, edge.kind, edge.brand_id, edge.rule, request, HTTPStatus.NOT_FOUND, clock.now(), body)
        if not self._store.has(name):
            self._store.save(page)
        return page

    def walk(
        self, edge: Edge, next_cursor: Callable[[Page], str | None] | None = None, *, cursors_repeat: bool = False,
        max_pages: int = 1000, ids_of: IdsOf | None = None,
    ) -> AsyncIterator[Walked]:  # fmt: skip
        """The pages of an edge, each stored before it is yielded. Raises `CursorExpiredError` where a page cannot be turned."""
        return walk_pages(
            _Turning(self, edge).page, next_cursor or (lambda page: cursor_of(paging_of(page))), store=self._store,
            prefix=page_prefix(edge.kind, edge.path, edge.brand_id, edge.rule), max_pages=max_pages,
            cursors_repeat=cursors_repeat, ids_of=ids_of or ids_in,
        )  # fmt: skip


class _Turning:
    """Turns the pages of one edge; asks for fewer items from where the server says that a page is too large."""

    def __init__(self, api: GraphApi, edge: Edge) -> None:
        self._api, self._edge, self._size = api, edge, edge.size

    async def page(self, name: str, cursor: str | None) -> Page:
        edge = self._edge
        while True:
            asked = edge.asked(self._size, [] if cursor is None else parse_qsl(cursor))
            try:
                return await self._api.ask(
                    name, edge.kind, edge.path, asked, brand_id=edge.brand_id, rule=edge.rule, about=edge.about
                )
            except TooMuchDataError:
                if self._size == 1:
                    raise
                self._size = self._size // 2
            except GraphRefusedError as error:
                if cursor is None or error.code != _BAD_PARAMETER:
                    raise
                raise CursorExpiredError(f"the cursor of a page is refused: {error.what}", where=error.where) from error
