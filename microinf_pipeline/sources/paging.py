"""Walking through the pages of one query, resumable and sure to end; how pages are named, and ids put together.

Put here: what all networks share of it. Keep out: how a page is fetched and where its cursor stands.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass

from microinf_pipeline.catalog.capture import Page, PageStore

#: (page name, cursor of the page; None for the first) → the page, not yet stored.
FetchPage = Callable[[str, str | None], Awaitable[Page]]
#: The cursor of the page that follows, or None when this was the last.
NextCursor = Callable[[Page], str | None]
#: What a page shows, by id.
IdsOf = Callable[[Page], Collection[str]]


@dataclass(frozen=True)
class Walked:
    """One page of a walk. `gap_reason` is set on the last page when the walk ended before its end."""

    page: Page
    gap_reason: str | None = None


async def walk_pages(
    fetch: FetchPage,
    next_cursor: NextCursor,
    *,
    store: PageStore,
    prefix: str,
    max_pages: int = 1000,
    cursors_repeat: bool = False,
    ids_of: IdsOf | None = None,
) -> AsyncIterator[Walked]:
    """Yield the pages `<prefix>-0001`, `-0002` … until there is no cursor, a cursor comes twice, or `max_pages`; with
    `ids_of` also until a page shows only what earlier ones did, whatever its cursor says.

    A page already in the store is loaded instead of fetched, a fetched one is stored before it is yielded; so a killed
    walk goes on where it stopped. What `fetch` raises goes through. With `cursors_repeat` the cursor is the same on every
    page by design, and `next_cursor` alone tells the end.
    """
    cursor: str | None = None
    seen: set[str] = set()
    shown: set[str] = set()
    for number in range(1, max_pages + 1):
        page = await _page(f"{prefix}-{number:04d}", cursor, fetch, store)
        cursor = next_cursor(page)
        if cursor is None:
            yield Walked(page)
            return
        if cursor in seen and not cursors_repeat:
            yield Walked(page, "same cursor twice")
            return
        ids = set(ids_of(page)) if ids_of else set()
        if ids and ids <= shown:
            yield Walked(page, "a page brought nothing new")
            return
        shown |= ids
        seen.add(cursor)
        yield Walked(page, f"page cap of {max_pages} reached" if number == max_pages else None)


async def _page(name: str, cursor: str | None, fetch: FetchPage, store: PageStore) -> Page:
    if store.has(name):
        return store.load(name)
    page = await fetch(name, cursor)
    store.save(page)
    return page


def page_prefix(kind: str, *parts: str | None) -> str:
    """A name that is the same on every attempt for the same question."""
    key = "\x1f".join(part or "" for part in parts)
    return f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def batches(ids: Iterable[str], size: int) -> list[list[str]]:
    """Distinct ids in a stable order, as many together as one call takes."""
    ordered = sorted(set(ids))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def pages_of(items: int, size: int) -> int:
    """Pages an answer of so many items has; an empty one is a page, too."""
    return max(1, math.ceil(items / size))
