"""How much a night of every network is measured with, and what the network's own limits make of it.

Put here: volumes and limits. Keep out: running anything (`capture.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from microinf_pipeline.sources import (
    bluesky,
    graph_api,
    linkedin_api,
    mastodon,
    reddit_session,
    tiktok_business_api,
    tiktok_research_api,
    x_api,
    youtube_api,
)
from microinf_pipeline.sources.http import HttpLimits

#: What a server takes to answer, in seconds.
ANSWER: Final = 0.2


@dataclass(frozen=True)
class Volume:
    """`in_turn`: pages of one list whose cursors come with the page before, so that no two can be on their way at once."""

    posts: int
    authors: int
    page_size: int
    limits: HttpLimits
    in_turn: int = 0
    why_fewer: str = ""

    def dictated(self, requests: int) -> float:
        """Seconds that so many requests take at best: by rate (a bucket that starts full), by concurrency, in turn."""
        most, per = self.limits.rate
        by_rate = max(0.0, requests - most) / most * per + ANSWER
        return max(by_rate, requests * ANSWER / self.limits.concurrency, self.in_turn * ANSWER)


#: By the name of the case's module.
VOLUMES: Final = {
    "bluesky": Volume(10_000, 2_500, 100, bluesky.LIMITS),
    "facebook": Volume(1_000, 500, 50, graph_api.LIMITS, 20, "a list shows about 1,000"),
    "instagram": Volume(1_000, 150, 50, graph_api.LIMITS, 20, "a list is read to 1,000, 200 calls an hour"),
    "linkedin": Volume(600, 20, 100, linkedin_api.LIMITS, 6, "100 calls a day"),
    "mastodon": Volume(10_000, 2_500, 40, mastodon.LIMITS, 250),
    "reddit": Volume(1_000, 40, 100, reddit_session.LIMITS, 10, "a list ends at 1,000"),
    "threads": Volume(10_000, 100, 100, graph_api.LIMITS, 100),
    "tiktok_business": Volume(1_000, 60, 100, tiktok_business_api.LIMITS, 10, "a list ends at 1,000"),
    "tiktok_research": Volume(10_000, 60, 100, tiktok_research_api.LIMITS, 100),
    "x": Volume(10_000, 2_500, 100, x_api.LIMITS, 100, ""),
    "youtube": Volume(500, 200, 50, youtube_api.LIMITS, 10, "a search ends at 500"),
}
