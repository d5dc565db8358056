"""A page store in memory with the behaviour of the real one: names are unique, a page is written once."""

from __future__ import annotations

from microinf_pipeline.catalog.capture import Page


class MemoryPageStore:
    """Pages by name, in the order they came."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}

    def has(self, name: str) -> bool:
        return name in self.pages

    def load(self, name: str) -> Page:
        return self.pages[name]

    def save(self, page: Page) -> None:
        if page.name in self.pages:
            raise ValueError(f"page {page.name} is stored already")
        self.pages[page.name] = page
