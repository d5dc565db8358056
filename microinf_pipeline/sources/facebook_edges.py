"""What the Graph API can be asked about Pages of Facebook: addresses, fields, and where each list ends.

Put here: that. Keep out: which questions a night asks (`facebook_night.py`), what answers mean (`facebook_parse.py`), what
all of Meta's networks share (`graph_api.py`).
Source: developers.facebook.com/docs/graph-api/reference (page/tagged, page/feed, post, comment, page) for version 26.0, read in
November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from microinf_pipeline.catalog.capture import TIMELINE_POSTS, CaptureTask, Page
from microinf_pipeline.sources.graph_paging import Edge, Params, cursor_of, data_of, paging_of

#: Posts of a page of a list; ids of a look-up.
PAGE: Final = 50
BATCH: Final = 50

OWN, TAGGED, POSTS, COMMENTS = "own", "tagged", "posts", "comments"
TIMELINES, REFRESH, ANSWERS, PROFILES = "timelines", "refresh", "refresh_comments", "profiles"

_ID: Final = re.compile(r"\d+(_\d+)*\Z")
_OF_POST: Final = (
    "id,message,message_tags,created_time,permalink_url,from,shares,"
    "attachments{media_type,type,unshimmed_url},comments.summary(true).limit(0),reactions.summary(true).limit(0)"
)
_OF_COMMENT: Final = "id,message,message_tags,created_time,permalink_url,from,like_count,comment_count,parent{id}"
PROFILE: Final = "id,name,username,about,website,link,followers_count,verification_status,category"


@dataclass(frozen=True)
class OwnPage:
    """A Page of a brand, and what its edges' answers do not repeat of it."""

    brand_id: str
    id: str
    username: str

    def about(self, **more: Any) -> Mapping[str, Any]:
        return {"account": self.id, "username": self.username, **more}


def tagged(page: OwnPage) -> Edge:
    """Posts that tag the Page; their authors are told of Pages, and of people only where they allowed it."""
    return Edge(TAGGED, f"{page.id}/tagged", [("fields", _OF_POST)], PAGE, page.brand_id, TAGGED, page.about())


def posts(page: OwnPage) -> Edge:
    """What the Page itself has published."""
    return Edge(POSTS, f"{page.id}/published_posts", [("fields", _OF_POST)], PAGE, page.brand_id, POSTS, page.about())


def comments(page: OwnPage, post_id: str) -> Edge:
    """Comments on a post of the Page and the answers to them, in one stream."""
    fields = [("fields", _OF_COMMENT), ("filter", "stream")]
    return Edge(COMMENTS, f"{post_id}/comments", fields, PAGE, page.brand_id, COMMENTS, page.about(post=post_id))


def timeline(page_id: str) -> Edge:
    """The newest posts of any public Page."""
    about = {"account": page_id}
    return Edge(TIMELINES, f"{page_id}/posts", [("fields", _OF_POST)], TIMELINE_POSTS, None, f"{TIMELINES} {page_id}", about)


def by_ids(kind: str, ids: list[str]) -> Params:
    """Posts (`refresh`), comments (`refresh_comments`) or Pages (`profiles`), at most fifty: each kind has its own fields."""
    return [("ids", ",".join(ids)), ("fields", {REFRESH: _OF_POST, ANSWERS: _OF_COMMENT, PROFILES: PROFILE}[kind])]


def known_ids(task: CaptureTask, kind: str, origin: str) -> set[str]:
    """Known posts, or known comments, that this road has shown: ids of others are none of the Graph API's."""
    own = [one for one in task.refresh_posts if one.origin in (None, origin) and _ID.match(one.post_id)]
    return {one.post_id for one in own if (one.post_type == "reply") == (kind == ANSWERS)}


def until_older(since: datetime) -> Callable[[Page], str | None]:
    """Lists of posts end with a page that holds nothing since then."""

    def following(page: Page) -> str | None:
        moments = [moment for item in data_of(page) if (moment := moment_of(item)) is not None]
        return None if moments and max(moments) < since else cursor_of(paging_of(page))

    return following


def moment_of(item: Mapping[str, Any]) -> datetime | None:
    told = item.get("created_time")
    try:
        return datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None


def author_of(item: Mapping[str, Any]) -> str | None:
    """The id of a post's author, where it is told."""
    told = item.get("from")
    key = told.get("id") if isinstance(told, dict) else None
    return key if isinstance(key, str) else None


def discussed(item: Mapping[str, Any]) -> bool:
    """Whether a post has comments."""
    told = item.get("comments")
    summary = told.get("summary") if isinstance(told, dict) else None
    return bool(summary.get("total_count")) if isinstance(summary, dict) else False
