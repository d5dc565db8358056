"""What a mart needs from the configuration before it can hold a row: said by `plan`, and by the report where one is empty.

Put here: tables that stay empty without a key of microinf.yaml. Keep out: tables that need nothing but mentions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Need:
    """A table, and the keys of which it needs every one (`any_of`: at least one)."""

    table: str
    keys: tuple[str, ...]
    why: str
    any_of: bool = False


NEEDS: Final[tuple[Need, ...]] = (
    Need("mart_campaign", ("campaigns",), "there is no campaign to count for"),
)
