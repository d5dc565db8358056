"""What each origin gives, refuses, or never has: said before a night, and published with it.

Facts from the networks' own documentation and schemas, read in November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Availability = Literal["allowed", "refused", "unavailable"]


@dataclass(frozen=True)
class Capability:
    """One thing asked of one origin."""

    origin: str
    metric: str
    availability: Availability
    why: str


def _none(origin: str, why: str, *metrics: str) -> tuple[Capability, ...]:
    return tuple(Capability(origin, metric, "unavailable", why) for metric in metrics)


def _given(origin: str, why: str, *metrics: str) -> tuple[Capability, ...]:
    return tuple(Capability(origin, metric, "allowed", why) for metric in metrics)


def _refused(origin: str, why: str, *metrics: str) -> tuple[Capability, ...]:
    return tuple(Capability(origin, metric, "refused", why) for metric in metrics)


CAPABILITIES: Final[tuple[Capability, ...]] = (
    *_given("bluesky_api", "public record and counts of the AppView", "posts", "profiles", "followers", "likes", "comments", "shares", "quotes"),
    *_given("bluesky_api", "posts and replies of each of owned_accounts, from the night they are named on", "own_replies"),
    *_none("bluesky_api", "the network does not count them", "views", "impressions", "reach_measured"),
    *_none("bluesky_api", "search leaves out posts and authors under moderation; a count of all hits is not stated", "complete_search"),
    *_given("mastodon_api", "as far as the asked servers know", "posts", "profiles", "followers", "likes", "comments", "shares"),
    *_given("mastodon_api", "posts and replies of each of owned_accounts whose server is asked, from the night they are named on", "own_replies"),
    *_none("mastodon_api", "the software does not count them", "views", "impressions", "reach_measured"),
    *_none("mastodon_api", "one server sees only part of the network; every count is a lower bound", "complete_search"),
    *_given("youtube_api", "public data of the Data API", "posts", "profiles", "followers", "likes", "comments", "views", "is_paid_label"),
    *_none("youtube_api", "search is ranked and lossy, and knows no hashtags, handles or phrases; totals are estimates", "complete_search"),
    *_none("youtube_api", "there is no search of comments beyond a known video or channel", "comments_that_mention"),
    *_none("youtube_api", "only the channel's owner sees them", "shares", "saves", "impressions", "reach_measured"),
    *_refused(
        "youtube_api", "statistics older than 30 days, and measures made of them, need the derived-metrics amendment",
        "metric_history",
    ),
    *_none("*", "no network gives them to others than the account itself", "stories", "audience_demographics"),
)
