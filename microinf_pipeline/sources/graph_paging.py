"""Lists of Meta's Graph API: how they are asked for, what a page of one holds, and where it goes on.

Addresses of next pages hold the access token, so a page is turned by its cursor alone. Put here: that, pure. Keep out:
requests (`graph_api.py`).
Source: developers.facebook.com/docs/graph-api/results, read in November 2026.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.errors import GiveUpError
from microinf_pipeline.sources.addresses import parts_of
from microinf_pipeline.sources.graph_errors import CursorExpiredError
from microinf_pipeline.sources.paging import Walked

#: Parameters of a `paging.next` address that say where the next page begins.
_PLACES: Final = frozenset({"after", "until", "since", "offset", "__paging_token"})

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Edge:
    """A list that is asked for page by page: where, with what, and as what its pages are kept."""

    kind: str
    path: str
    params: Params
    size: int  # items of a page
    brand_id: str | None = None
    rule: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)  # what an answer does not repeat and its reader needs

    def asked(self, size: int, place: Params) -> Params:
        """Parameters of the page that begins at `place`; edges that nest their list inside `fields` override this."""
        return [*self.params, ("limit", str(size)), *place]


async def until_expired(walk: AsyncIterator[Walked]) -> AsyncIterator[Walked]:
    """The pages of a walk, where a cursor that is refused on resuming is a gap of the last page and no failure; that page
    comes twice then.
    """
    last: Walked | None = None
    try:
        async for step in walk:
            last = step
            yield step
    except CursorExpiredError as error:
        if last is not None:
            yield Walked(last.page, error.what)


def body_of(page: Page) -> dict[str, Any]:
    """The answer. Raises `GiveUpError` when it has another shape: nothing found would be no true word about it."""
    body = msgspec.json.decode(page.body)
    if not isinstance(body, dict):
        raise _misshapen(page)
    return body


def data_of(page: Page) -> list[dict[str, Any]]:
    """The items of a list; what is no object is left out. Raises `GiveUpError` where there is no list."""
    return listed_in(page, body_of(page))


def listed_in(page: Page, body: Any) -> list[dict[str, Any]]:
    """The items of a list inside a page's body. Raises `GiveUpError` where there is none."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list):
        raise _misshapen(page)
    return [item for item in data if isinstance(item, dict)]


def ids_in(page: Page) -> list[str]:
    """Ids of the items of a list, those that tell one."""
    return [item["id"] for item in data_of(page) if isinstance(item.get("id"), str)]


def paging_of(page: Page) -> Any:
    """The `paging` object of a page's body, if it has one at the top."""
    return body_of(page).get("paging")


def _misshapen(page: Page) -> GiveUpError:
    fix = "the network may have changed its answers: look at the stored page"
    return GiveUpError("the answer holds no list of items", where=f"{page.request['url']}, page {page.name}", fix=fix)


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
    places = [(name, value) for name, value in parse_qsl(parts_of(link or "").query) if name in _PLACES]
    return urlencode(places) if places else None
