"""The in-memory page store keeps what it is given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from microinf_pipeline.catalog.capture import Page, PageStore
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore


def a_page(name: str) -> Page:
    return Page(name, "search", "acme", "#acme", {}, 200, datetime(2026, 1, 2, tzinfo=UTC), "{}")


def test_a_saved_page_is_there_and_equal() -> None:
    store: PageStore = MemoryPageStore()
    store.save(a_page("search-1-0001"))
    assert (store.has("search-1-0001"), store.has("search-1-0002")) == (True, False)
    assert store.load("search-1-0001") == a_page("search-1-0001")


def test_a_page_is_written_once() -> None:
    store = MemoryPageStore()
    store.save(a_page("one"))
    with pytest.raises(ValueError, match="one"):
        store.save(a_page("one"))


def test_a_page_that_is_not_there_cannot_be_loaded() -> None:
    with pytest.raises(KeyError):
        MemoryPageStore().load("none")
