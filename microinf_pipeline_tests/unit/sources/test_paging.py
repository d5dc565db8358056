"""A walk through pages ends, says why, and goes on after a kill."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.errors import RetryLaterError
from microinf_pipeline.sources.paging import IdsOf, walk_pages
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

Step = tuple[str, str | None]


class Server:
    """Hands out one page for each cursor; `cursors` maps the cursor asked to the cursor answered."""

    def __init__(self, cursors: dict[str | None, str | None], broken_at: str | None = None) -> None:
        self.cursors, self.broken_at = cursors, broken_at
        self.asked: list[str | None] = []

    async def fetch(self, name: str, cursor: str | None) -> Page:
        if cursor is not None and cursor == self.broken_at:
            raise RetryLaterError("HTTP 503")
        self.asked.append(cursor)
        body = json.dumps({"cursor": self.cursors[cursor]})
        return Page(name, "search", None, None, {}, 200, datetime(2026, 1, 2, tzinfo=UTC), body)


def next_cursor(page: Page) -> str | None:
    cursor: str | None = json.loads(page.body)["cursor"]
    return cursor


def walk(server: Server, store: MemoryPageStore, max_pages: int = 50, ids_of: IdsOf | None = None) -> list[Step]:
    async def run() -> list[Step]:
        pages = walk_pages(server.fetch, next_cursor, store=store, prefix="search-1", max_pages=max_pages, ids_of=ids_of)
        return [(step.page.name, step.gap_reason) async for step in pages]

    return asyncio.run(run())


def test_a_walk_ends_where_the_cursor_ends() -> None:
    steps = walk(Server({None: "a", "a": "b", "b": None}), MemoryPageStore())
    assert steps == [("search-1-0001", None), ("search-1-0002", None), ("search-1-0003", None)]


def test_the_same_cursor_twice_stops_with_a_reason() -> None:
    server = Server({None: "a", "a": "b", "b": "a"})
    steps = walk(server, MemoryPageStore())
    assert steps == [("search-1-0001", None), ("search-1-0002", None), ("search-1-0003", "same cursor twice")]
    assert server.asked == [None, "a", "b"]


def test_the_page_cap_stops_with_a_reason_only_when_more_would_follow() -> None:
    chain: dict[str | None, str | None] = {None: "a", "a": "b", "b": None}
    assert walk(Server(chain), MemoryPageStore(), max_pages=2)[-1] == ("search-1-0002", "page cap of 2 reached")
    assert walk(Server(chain), MemoryPageStore(), max_pages=3)[-1] == ("search-1-0003", None)


def test_a_killed_walk_goes_on_without_asking_again() -> None:
    chain: dict[str | None, str | None] = {None: "a", "a": "b", "b": None}
    store = MemoryPageStore()
    with pytest.raises(RetryLaterError):
        walk(Server(chain, broken_at="b"), store)
    second = Server(chain)
    steps = walk(second, store)
    assert (second.asked, len(steps)) == (["b"], 3)


@settings(deadline=None, max_examples=50)
@given(length=st.integers(1, 12), kill_at=st.integers(0, 12))
def test_wherever_it_was_killed_the_pages_are_those_of_one_walk(length: int, kill_at: int) -> None:
    names: list[str | None] = [None, *(f"c{n}" for n in range(1, length))]
    chain = dict(zip(names, [*names[1:], None], strict=True))
    whole, broken = MemoryPageStore(), MemoryPageStore()
    walk(Server(chain), whole)
    if 0 < kill_at < length:
        with pytest.raises(RetryLaterError):
            walk(Server(chain, broken_at=f"c{kill_at}"), broken)
    walk(Server(chain), broken)
    assert broken.pages == whole.pages


def test_a_page_that_shows_only_what_was_seen_ends_the_walk_under_any_cursor() -> None:
    chain: dict[str | None, str | None] = {None: "a", "a": "b", "b": "c", "c": None}
    shown = {"search-1-0001": ["x", "y"], "search-1-0002": [], "search-1-0003": ["y"]}
    steps = walk(Server(chain), MemoryPageStore(), ids_of=lambda page: shown[page.name])
    assert steps[-1] == ("search-1-0003", "a page brought nothing new")
