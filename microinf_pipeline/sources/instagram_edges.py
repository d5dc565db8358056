"""What the Instagram Graph API can be asked: addresses, fields, and where each list goes on.

Put here: that. Keep out: which questions a night asks (`instagram.py`), what answers mean (`instagram_parse.py`), what all of
Meta's networks share (`graph_api.py`).
Source: developers.facebook.com/documentation/instagram-platform (hashtag search, ig-user/tags, mentioned_media,
mentioned_comment, business_discovery, media, comments) for version 26.0, read in November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from microinf_pipeline.catalog.capture import TIMELINE_POSTS, Page
from microinf_pipeline.sources.graph_paging import Edge, Params, body_of, cursor_of, data_of, listed_in, paging_of

#: Units of quota, and how many there are: unique hashtags per account in seven days.
HASHTAGS: Final = "hashtags"
HASHTAGS_A_WEEK: Final = 30
#: Most posts of a page of a list.
PAGE: Final = 50

RECENT, TOP, TAGGED, MENTION, COMMENT_MENTION = "recent", "top", "tagged", "mention", "comment_mention"
OWN, MEDIA, COMMENTS, DISCOVERY = "own", "media", "comments", "discovery"
#: Rules of pages of `DISCOVERY`: which of an author's posts are wanted.
TIMELINES, REFRESH, PROFILES = "timelines", "refresh", "profiles"

_COUNTED: Final = "id,caption,media_type,permalink,timestamp,like_count,comments_count"
_OF_HASHTAG: Final = f"{_COUNTED},children{{media_type}}"
_OF_TAGGED: Final = f"{_COUNTED},username"
_OF_OWN: Final = f"{_COUNTED},username,children{{media_type}}"
_OF_DISCOVERED: Final = f"{_COUNTED},view_count,children{{media_type}}"
_OF_MENTION: Final = "id,caption,media_type,timestamp,username,like_count,comments_count"
_OF_COMMENT_MENTION: Final = "id,text,timestamp,username,like_count,media{id,permalink}"
_OF_COMMENT: Final = "id,text,timestamp,username,like_count"
PROFILE: Final = "id,username,name,biography,website,followers_count,follows_count,media_count"
#: Posts that are due are at most so old (`refresh_days` end at 30).
REACHES_BACK: Final = timedelta(days=31)
#: What may stand inside a `fields` expression as a name.
_HANDLE: Final = re.compile(r"[A-Za-z0-9._]{1,30}\Z")


def hashtag(kind: str, tag_id: str, user_id: str, brand_id: str, rule: str) -> Edge:
    """`recent` posts of the last 24 hours, or `top` ones of any age."""
    return Edge(kind, f"{tag_id}/{kind}_media", [("user_id", user_id), ("fields", _OF_HASHTAG)], PAGE, brand_id, rule)


def tagged(account: Account) -> Edge:
    """Public posts in whose picture the account is tagged."""
    return Edge(TAGGED, f"{account.id}/tags", [("fields", _OF_TAGGED)], PAGE, account.brand_id, TAGGED, account.about())


def media(account: Account) -> Edge:
    """The account's own posts."""
    return Edge(MEDIA, f"{account.id}/media", [("fields", _OF_OWN)], PAGE, account.brand_id, MEDIA, account.about())


def comments(account: Account, media_id: str) -> Edge:
    """Comments on a post of the account, and the answers to them."""
    fields = [("fields", f"{_OF_COMMENT},replies{{{_OF_COMMENT}}}")]
    return Edge(COMMENTS, f"{media_id}/comments", fields, PAGE, account.brand_id, COMMENTS, account.about(media=media_id))


def mentioned_media(media_id: str) -> Params:
    """Fields of the account's user, to read a post whose caption names it."""
    return [("fields", f"mentioned_media.media_id({media_id}){{{_OF_MENTION}}}")]


def mentioned_comment(comment_id: str) -> Params:
    """Fields of the account's user, to read a comment that names it."""
    return [("fields", f"mentioned_comment.comment_id({comment_id}){{{_OF_COMMENT_MENTION}}}")]


@dataclass(frozen=True)
class Account:
    """An account of a brand the token may act for."""

    brand_id: str
    id: str
    username: str

    def about(self, **more: Any) -> Mapping[str, Any]:
        """What the answers of its edges do not repeat."""
        return {"account": self.id, "username": self.username, **more}


@dataclass(frozen=True)
class Discovery(Edge):
    """A professional account by name, its newest posts with it; the list is nested in the profile and has no links."""

    handle: str = ""
    posts: int = 0  # how many of its posts are wanted
    about: dict[str, Any] = field(default_factory=dict)

    def asked(self, size: int, place: Params) -> Params:
        after = "".join(f".after({value})" for name, value in place if name == "after")
        nested = f",media{after}.limit({min(size, self.posts)}){{{_OF_DISCOVERED}}}" if self.posts else ""
        return [("fields", f"business_discovery.username({self.handle}){{{PROFILE}{nested}}}")]


def discovery(user_id: str, handle: str, rule: str, known: tuple[str, ...] = ()) -> Discovery:
    """What the rule wants of an author: 30 posts of a timeline, a page to find known posts in, or the profile alone."""
    wanted = {TIMELINES: TIMELINE_POSTS, REFRESH: PAGE}.get(rule, 0)
    about = {"handle": handle, "known": list(known)}
    return Discovery(DISCOVERY, user_id, [], PAGE, None, f"{rule} {handle}", about, handle=handle, posts=wanted)


def is_handle(name: str) -> bool:
    """Whether Instagram could have given this name, so that it may be asked for."""
    return _HANDLE.match(name) is not None


def items_of(page: Page) -> list[dict[str, Any]]:
    """The posts of a page, listed or nested in a profile (where an edge without any is left out)."""
    if page.kind != DISCOVERY:
        return data_of(page)
    profile = body_of(page).get("business_discovery")
    return listed_in(page, profile["media"]) if isinstance(profile, dict) and "media" in profile else []


def ids_of(page: Page) -> list[str]:
    return [str(item.get("id")) for item in items_of(page)]


def until_older(since: datetime, *, has_links: bool) -> Callable[[Page], str | None]:
    """Lists that are newest first end with a page that holds nothing since then; those without links with an empty one."""

    def following(page: Page) -> str | None:
        moments = [moment for item in items_of(page) if (moment := moment_of(item)) is not None]
        if not items_of(page) or (moments and max(moments) < since):
            return None
        return cursor_of(paging_of(page), has_links=has_links)

    return following


def until_enough(edge: Discovery, now: datetime) -> Callable[[Page], str | None]:
    """The posts of a profile go on by cursor until as many have come as are wanted; a look for known posts until they are
    found or cannot follow any more. A page is told (`known`) what the ones before it did not show.
    """
    count, about = 0, edge.about
    is_timeline = (edge.rule or "").startswith(TIMELINES)

    def following(page: Page) -> str | None:
        nonlocal count
        posts = items_of(page)
        count += len(posts)
        about["known"] = [one for one in about["known"] if one not in {post.get("id") for post in posts}]
        oldest = min((m for post in posts if (m := moment_of(post)) is not None), default=now)
        is_enough = count >= edge.posts if is_timeline else not about["known"] or oldest < now - REACHES_BACK
        if is_enough or not posts:
            return None
        return cursor_of(body_of(page)["business_discovery"]["media"].get("paging"), has_links=False)

    return following


def moment_of(item: Mapping[str, Any]) -> datetime | None:
    told = item.get("timestamp")
    try:
        return datetime.fromisoformat(told) if isinstance(told, str) else datetime.fromtimestamp(told or 0, UTC)
    except (ValueError, TypeError, OverflowError):
        return None
