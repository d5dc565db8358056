"""A session store in memory."""

from __future__ import annotations

from collections.abc import Mapping


class MemorySession:
    """Remembers the last mapping, as a file of the home does."""

    def __init__(self, session: Mapping[str, str] | None = None) -> None:
        self.session = session

    def load(self) -> Mapping[str, str] | None:
        return self.session

    def save(self, session: Mapping[str, str]) -> None:
        self.session = dict(session)
