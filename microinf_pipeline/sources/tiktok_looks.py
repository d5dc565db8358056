"""What second looks at stored videos tell: a look may be an answer of several pages, and only the whole of it shows absence.

Put here: from the pages of looks to statuses. Keep out: how a page is read, and which videos are asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.frames import Rows, utc


@dataclass
class _Look:
    """One question by ids, over all its pages."""

    asked: dict[str, None] = field(default_factory=dict)
    vouched: set[str] = field(default_factory=set)
    there: set[str] = field(default_factory=set)
    is_whole: bool = False
    file: str = ""
    seen_at: datetime | None = None


class Looks:
    """Statuses of the videos that were asked for. A video that is absent is deleted, private or out of the road's reach, which
    no answer tells apart: `unknown`, and only for videos that this road has shown before (`vouched` in the page's request).
    """

    def __init__(self, present: str, absent: str) -> None:
        self._present, self._absent = present, absent
        self._looks: dict[str, _Look] = {}

    def add(self, page: Page, asked: Collection[str], there: Collection[str], *, is_last: bool) -> None:
        """One page of a look; pages of the same rule belong together."""
        look, seen = (
            self._looks.setdefault(page.rule or page.name, _Look()),
            utc(page.received_at),
        )
        look.asked.update(dict.fromkeys(asked))
        look.vouched.update(page.request.get("vouched", asked))
        look.there.update(there)
        look.is_whole |= is_last
        look.file = min(look.file or page.name, page.name)
        look.seen_at = max(look.seen_at or seen, seen)

    def write(self, rows: Rows) -> None:
        """Every look as rows of statuses."""
        for look in self._looks.values():
            gone = look.vouched if look.is_whole else set()
            told = [one for one in look.asked if one in look.there or one in gone]
            for number, video in enumerate(sorted(told), 1):
                status = ("available", self._present) if video in look.there else ("unknown", self._absent)
                rows.statuses.append((video, look.seen_at, *status, look.file, number))
