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
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from microinf_pipeline.catalog.capture import Page, PageStore
from microinf_pipeline.errors import BudgetSpentError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse, decoded_body, transient_status
from microinf_pipeline.sources.graph_errors import (
    CursorExpiredError,
    GraphRefusedError,
    TooMuchDataError,
    graph_error,
    is_passing,
    is_throttled,
    raised,
)
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.paging import Walked, page_prefix, walk_pages
from microinf_pipeline.sources.redaction import safe_text

LIMITS: Final = HttpLimits(attempts=4, rate=(5.0, 1.0), concurrency=4)
#: Parameters of a `paging.next` address that say where the next page begins.
_PLACES: Final = frozenset({"after", "until", "since", "offset", "__paging_token"})
_BAD_PARAMETER: Final = 100

Params = Sequence[tuple[str, str]]
#: From a decoded body to its `paging` object, which some edges nest.
PagingOf = Callable[[Any], Any]


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
        for secret in filter(None, (self.token, self.app_secret, self.proof)):
            for written in {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}:
                text = text.replace(written, "REDACTED")
        return safe_text(text)


def connect(limits: HttpLimits = LIMITS) -> HttpClient:
    """An HTTP client that knows Meta's error codes and reads the wait from its usage headers."""
    return HttpClient(limits, read_wait=regain_wait, is_transient=passes)


def passes(response: HttpResponse) -> bool:
    """Worth another attempt: outages, and throttled calls whose header tells the wait. An error may come with a 200."""
    if response.status < 400 and b'"error"' not in response.content:
        return False
    error = graph_error(decoded_body(response))
    if error is None:
        return transient_status(response)
    return is_passing(error) or (is_throttled(error) and regain_wait(response.headers, response.received_at) is not None)


def regain_wait(headers: Mapping[str, str], _now: datetime) -> float | None:
    """Seconds until a throttled business may ask again (`estimated_time_to_regain_access` is in minutes)."""
    minutes = [used.get("estimated_time_to_regain_access") for used in _business_use(headers)]
    waits = [60.0 * m for m in minutes if isinstance(m, int | float) and m > 0]
    return max(waits) if waits else None


def used_percent(headers: Mapping[str, str]) -> float:
    """How much of a limit is used: the highest share any usage header tells; 0 where there is none."""
    shares = [used.get(name) for used in (*_business_use(headers), _decoded(headers.get("x-app-usage"))) for name in _SHARES]
    return max((float(s) for s in shares if isinstance(s, int | float)), default=0.0)


_SHARES: Final = ("call_count", "total_cputime", "total_time")


def _business_use(headers: Mapping[str, str]) -> list[dict[str, Any]]:
    by_business = _decoded(headers.get("x-business-use-case-usage"))
    listed = [used for uses in by_business.values() if isinstance(uses, list) for used in uses]
    return [used for used in listed if isinstance(used, dict)]


def _decoded(header: str | None) -> dict[str, Any]:
    try:
        said = json.loads(header or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


@dataclass(frozen=True)
class Edge:
    """A list that is asked for page by page: where, with what, and as what its pages are kept."""

    kind: str
    path: str
    params: Params
    size: int  # items of a page
    brand_id: str | None = None
    rule: str | None = None

    def asked(self, size: int, place: Params) -> Params:
        """Parameters of the page that begins at `place`; edges that nest their list inside `fields` override this."""
        return [*self.params, ("limit", str(size)), *place]


class GraphApi:
    """Asks with one token, and keeps every answer as a page without it. Raises what `graph_errors.raised` makes of an error
    (also of one inside a 200), what `HttpClient.request` raises, and `BudgetSpentError` before a request once a usage header
    told `stop_at` percent or more.
    """

    def __init__(self, client: HttpClient, access: GraphAccess, store: PageStore, *, stop_at: float = 95.0) -> None:
        self._client, self._access, self._store, self._stop_at = client, access, store, stop_at
        self.used = 0.0

    async def get(self, path: str, params: Params = ()) -> HttpResponse:
        """One request, e.g. `17841400000000000/tags`; its content may hold tokens."""
        where = f"{self._access.base}/{path}"
        if self.used >= self._stop_at:
            raise BudgetSpentError(f"Meta tells {self.used:.0f} % of the hour's calls as used", where=where)
        try:
            answer = await self._client.get(where, [*params, *self._access.credentials()])
        except AnswerRefusedError as error:
            raise self._raised(error.body, where, error.what) from None  # the body of the cause may repeat the token
        self.used = used_percent(answer.headers)
        if b'"error"' in answer.content and graph_error(answer.json()) is not None:
            raise self._raised(answer.json(), where, "")
        return answer

    def _raised(self, body: Any, where: str, otherwise: str) -> Exception:
        error = graph_error(body)
        if error is None:
            fix = "check service: and version: of this source"
            return GraphRefusedError(self._access.cleaned(otherwise), where=where, fix=fix, code=0)
        return raised(replace(error, message=self._access.cleaned(error.message)), where)

    async def ask(
        self, name: str, kind: str, path: str, params: Params = (), *, brand_id: str | None = None, rule: str | None = None
    ) -> Page:
        """One answer as a page that is not yet stored."""
        answer = await self.get(path, params)
        page = answer.page(name, kind, brand_id=brand_id, rule=rule)
        return replace(page, body=self._access.cleaned(page.body))

    async def once(
        self, kind: str, path: str, params: Params = (), *, brand_id: str | None = None, rule: str | None = None
    ) -> Page:
        """One answer that stands alone; stored, and not asked for again."""
        name = page_prefix(kind, path, rule, *(value for _, value in params))
        if self._store.has(name):
            return self._store.load(name)
        page = await self.ask(name, kind, path, params, brand_id=brand_id, rule=rule)
        self._store.save(page)
        return page

    def walk(
        self, edge: Edge, next_cursor: Callable[[Page], str | None] | None = None, *, cursors_repeat: bool = False,
        max_pages: int = 1000,
    ) -> AsyncIterator[Walked]:  # fmt: skip
        """The pages of an edge, each stored before it is yielded. Raises `CursorExpiredError` where a page cannot be turned."""
        return walk_pages(
            _Turning(self, edge).page, next_cursor or (lambda page: cursor_of(paging_of(page))), store=self._store,
            prefix=page_prefix(edge.kind, edge.path, edge.brand_id, edge.rule), max_pages=max_pages,
            cursors_repeat=cursors_repeat,
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
                return await self._api.ask(name, edge.kind, edge.path, asked, brand_id=edge.brand_id, rule=edge.rule)
            except TooMuchDataError:
                if self._size == 1:
                    raise
                self._size = self._size // 2
            except GraphRefusedError as error:
                if cursor is None or error.code != _BAD_PARAMETER:
                    raise
                raise CursorExpiredError(f"the cursor of a page is refused: {error.what}", where=error.where) from error


def paging_of(page: Page) -> Any:
    """The `paging` object of a page's body, if it has one at the top."""
    body = json.loads(page.body)
    return body.get("paging") if isinstance(body, dict) else None


def cursor_of(paging: Any, *, has_links: bool = True) -> str | None:
    """Where the next page begins, as parameters (`after=…`), or None at the end.

    Edges with `has_links` end where `next` is missing; those without give cursors alone and end with an empty page, which
    the caller sees. Addresses without cursors (feeds) tell the place by time or offset.
    """
    if not isinstance(paging, dict):
        return None
    link, cursors = paging.get("next"), paging.get("cursors")
    if has_links and not isinstance(link, str):
        return None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if isinstance(after, str) and after:
        return urlencode([("after", after)])
    places = [(name, value) for name, value in parse_qsl(urlsplit(link or "").query) if name in _PLACES]
    return urlencode(places) if places else None
