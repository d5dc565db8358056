"""What the Instagram Graph API answers, as typed records: which fields are read, and what may be missing.

Put here: shapes of answers. Keep out: requests, and what becomes of a field (`instagram_parse.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import Struct, field

from microinf_pipeline.sources.graph_pages import ListOf

T = TypeVar("T")


class Cursors(Struct):
    after: str | None = None


class Paging(Struct):
    cursors: Cursors = field(default_factory=Cursors)


class Listed(Struct, Generic[T]):
    """An edge: its items, and where it goes on."""

    data: list[T] = field(default_factory=list)
    paging: Paging | None = None


class Child(Struct):
    media_type: str | None = None


class Media(Struct):
    """A post; counts that are hidden are absent."""

    id: str
    caption: str | None = None
    media_type: str | None = None
    permalink: str | None = None
    timestamp: datetime | int | None = None
    username: str | None = None
    like_count: int | None = None
    comments_count: int | None = None
    view_count: int | None = None
    children: Listed[Child] | None = None


class Named(Struct):
    id: str


class Comment(Struct):
    id: str
    text: str | None = None
    timestamp: datetime | int | None = None
    username: str | None = None
    like_count: int | None = None
    media: Named | None = None
    replies: Listed[Comment] | None = None


class Profile(Struct):
    id: str
    username: str | None = None
    name: str | None = None
    biography: str | None = None
    website: str | None = None
    followers_count: int | None = None
    follows_count: int | None = None
    media_count: int | None = None


class Discovered(Struct):
    """What stands beside a profile that was asked for by name: its newest posts, not yet read."""

    media: msgspec.Raw = field(default_factory=lambda: msgspec.Raw(b"{}"))


#: One decoder for each kind of list: made once, as making one costs more than reading a page.
LISTS: Final[dict[type, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(Listed[kind])  # type: ignore[valid-type]
    for kind in (Media, Comment, msgspec.Raw)
}
MEDIA_LIST: Final = ListOf(LISTS[Media], LISTS[msgspec.Raw], msgspec.json.Decoder(Media))
COMMENT_LIST: Final = ListOf(LISTS[Comment], LISTS[msgspec.Raw], msgspec.json.Decoder(Comment))
