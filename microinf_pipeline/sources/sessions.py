"""What a source keeps between runs: tokens, and what else it must not forget.

Put here: the protocol all networks share. Keep out: files (`night.networks.access`), and what is kept (each network's own).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class SessionStore(Protocol):
    """Keeps one mapping of texts between runs, as secret as a password, replaced whole."""

    def load(self) -> Mapping[str, str] | None: ...
    def save(self, session: Mapping[str, str]) -> None: ...
