"""What Threads is asked, and in which words: addresses, fields, searches; how many requests a night will take.

Fields are those of Meta's own collection of requests (fbsamples/threads_api, January 2026); `owner` is not given for posts of
others. Put here: questions and their count. Keep out: their course (`threads_night.py`), columns (`threads_parse.py`).
Sources: developers.facebook.com/docs/threads: keyword search (21 January 2026), mentions, retrieve posts (20 April 2026),
profiles (13 April 2026), insights, reply management; read in November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from microinf_pipeline.catalog.capture import TIMELINE_POSTS, TIMELINES, BrandTerms, CaptureTask, PlannedCalls, Usual
from microinf_pipeline.sources.graph_paging import Edge
from microinf_pipeline.sources.paging import pages_of

PAGE_SIZE: Final = 100
#: Units of Meta's own quotas: queries and look-ups of a user in a rolling day, over all apps.
SEARCHES, LOOK_UPS = "searches", "profile look-ups"
SEARCH_PATH, PROFILE_PATH = "keyword_search", "profile_lookup"

POST_FIELDS: Final = (
    "id,media_type,permalink,username,text,timestamp,is_quote_post,quoted_post,reposted_post,has_replies,is_reply,gif_url,"
    "link_attachment_url,poll_attachment,topic_tag,is_verified"
)
OWN_FIELDS: Final = f"{POST_FIELDS},owner"
REPLY_FIELDS: Final = f"{POST_FIELDS},root_post,replied_to"
PROFILE_FIELDS: Final = "username,name,biography,is_verified,follower_count"
ME_FIELDS: Final = "id,username,name,is_verified,threads_biography"
METRICS: Final = "views,likes,replies,reposts,quotes"

#: Kinds of pages.
SEARCH, MENTIONS, OWN, OWN_REPLIES, ANSWERS, TIMELINE = "search", "mentions", "own", "own_replies", "answers", "timeline"
LOOK, INSIGHTS, ME, PROFILE, FOLLOWERS = "look", "insights", "me", "profile", "followers"

REFRESH: Final = "refresh"
PROFILES: Final = "profiles"
ONE_BY_ONE: Final = f"{PROFILES}, one a request: Threads has no batch"
_NOT_OWNED: Final = "only accounts among owned_accounts are read: their posts are never earned"
#: Posts exist from here on; an earlier start is refused.
_FIRST_POST: Final = 1_688_540_400


@dataclass(frozen=True)
class Span:
    """The window, as the network takes it: seconds, never ahead of the present."""

    since: datetime
    until: datetime

    def params(self, now: datetime) -> list[tuple[str, str]]:
        since, until = int(self.since.timestamp()), int(min(self.until, now).timestamp())
        return [("since", str(max(since, _FIRST_POST))), ("until", str(max(until, _FIRST_POST + 1)))]


def is_own(names: tuple[str, ...], username: str) -> bool:
    return username.lower() in {name.lower().lstrip("@") for name in names}


def names_of(brand: BrandTerms) -> tuple[str, ...]:
    """Accounts whose mentions are the brand's."""
    return (*brand.handles, *brand.owned)


def searches_of(brand: BrandTerms, username: str, span: list[tuple[str, str]]) -> list[Edge]:
    """One search a term. A tag is the one topic of a post; handles are words, besides the own one, whose mentions are told."""
    return [
        *(_search(brand, word, word, "KEYWORD", span) for word in brand.keywords),
        *(_search(brand, f"#{tag}", tag, "TAG", span) for tag in brand.hashtags),
        *(
            _search(brand, f"@{name}", f"@{name}", "KEYWORD", span)
            for name in (one.lstrip("@") for one in brand.handles)
            if not is_own((name,), username)
        ),
        *(_search(brand, domain, domain, "KEYWORD", span) for domain in brand.domains),
    ]


def _search(brand: BrandTerms, rule: str, q: str, mode: str, span: list[tuple[str, str]]) -> Edge:
    params = [("q", q), ("search_type", "RECENT"), ("search_mode", mode), ("fields", POST_FIELDS), *span]
    return Edge(SEARCH, SEARCH_PATH, params, PAGE_SIZE, brand.brand_id, rule)


def mentions(brand_id: str, username: str, span: list[tuple[str, str]]) -> Edge:
    """Public posts that tag the own account."""
    return Edge(MENTIONS, "me/mentions", [("fields", POST_FIELDS), *span], PAGE_SIZE, brand_id, f"@{username} mentions")


def own_posts(brand_id: str, name: str, username: str, span: list[tuple[str, str]]) -> list[Edge]:
    """What an owned account posted and answered; of accounts other than the token's only public posts are shown."""
    rule = f"@{name} posts"
    if not is_own((name,), username):
        return [Edge(OWN, "profile_posts", [("username", name), ("fields", POST_FIELDS)], PAGE_SIZE, brand_id, rule)]
    return [
        Edge(OWN, "me/threads", [("fields", OWN_FIELDS), *span], PAGE_SIZE, brand_id, rule),
        Edge(OWN_REPLIES, "me/replies", [("fields", REPLY_FIELDS), *span], PAGE_SIZE, brand_id, f"@{name} replies"),
    ]


def answers(brand_id: str, post_id: str, username: str) -> Edge:
    """All replies below an own post, newest first."""
    params = [("fields", REPLY_FIELDS), ("reverse", "true")]
    return Edge(ANSWERS, f"{post_id}/conversation", params, PAGE_SIZE, brand_id, f"replies to @{username}")


def timeline(name: str) -> Edge:
    """The last public posts of a creator."""
    return Edge(TIMELINE, "profile_posts", [("username", name), ("fields", POST_FIELDS)], TIMELINE_POSTS, None, TIMELINES)


def planned(task: CaptureTask, usual: Usual, username: str) -> tuple[PlannedCalls, ...]:
    """The requests of a night: a page a question at least, then known posts and profiles one by one."""
    ours = [brand for brand in task.brands if is_own(names_of(brand), username)]
    ownings = [brand.brand_id for brand in ours if is_own(brand.owned, username)]
    unowned = [brand.brand_id for brand in ours if brand.brand_id not in ownings]
    owned = [(brand.brand_id, name.lstrip("@")) for brand in task.brands for name in brand.owned]
    own = [one for brand_id, name in owned for one in own_posts(brand_id, name, username, [])]
    accounts = len(task.refresh_accounts)
    mine = sum(is_own((post.handle or "",), username) for post in task.refresh_posts)
    return (
        PlannedCalls("own account and its followers", 2),
        *(_search_planned(edge, usual) for brand in task.brands for edge in searches_of(brand, username, [])),
        *(PlannedCalls(f"@{username} mentions", 1, brand.brand_id, is_least=True) for brand in ours),
        *(PlannedCalls(str(edge.rule), 1, edge.brand_id, is_least=True) for edge in own),
        *(PlannedCalls(f"@{username} posts", 0, one, will_not=_NOT_OWNED) for one in unowned),
        *(PlannedCalls(f"replies to @{username}, and counts of its posts", 0, one, is_least=True) for one in ownings),
        PlannedCalls(REFRESH, len(task.refresh_posts) + mine),
        PlannedCalls(TIMELINES, len(task.timelines)),
        PlannedCalls(ONE_BY_ONE, accounts, is_least=True, spends=((LOOK_UPS, accounts),)),
    )


def _search_planned(edge: Edge, usual: Usual) -> PlannedCalls:
    pages = pages_of(usual.get((edge.brand_id, str(edge.rule)), 0), PAGE_SIZE)
    return PlannedCalls(str(edge.rule), pages, edge.brand_id, is_least=True, spends=((SEARCHES, pages),))
