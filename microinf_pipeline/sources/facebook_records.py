"""What the Graph API answers about Pages, as typed records: which fields are read, and what may be missing.

Put here: shapes of answers. Keep out: requests, and what becomes of a field (`facebook_parse.py`).
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct, field

from microinf_pipeline.sources.graph_pages import ListOf

# The shapes below form no cycles, so the garbage collector need not visit them (`gc=False`).


class Author(Struct, gc=False):
    """Of a post or comment; people are told only where they allowed it."""

    id: str | None = None
    name: str | None = None


class Named(Struct, gc=False):
    id: str | None = None


class Total(Struct, gc=False):
    total_count: int | None = None


class Summed(Struct, gc=False):
    """A list that is asked for its number alone."""

    summary: Total | None = None


class Count(Struct, gc=False):
    count: int | None = None


class Attachment(Struct, gc=False):
    media_type: str | None = None
    type: str | None = None
    unshimmed_url: str | None = None


class Attachments(Struct, gc=False):
    data: tuple[Attachment, ...] = ()


class Post(Struct, gc=False):
    """A post. `message` is absent where somebody shared without a word, `shares` where nobody shared."""

    id: str
    message: str | None = None
    created_time: datetime | None = None
    permalink_url: str | None = None
    author: Author | None = field(name="from", default=None)
    message_tags: msgspec.Raw = field(default_factory=lambda: msgspec.Raw(b"[]"))
    attachments: Attachments | None = None
    shares: Count | None = None
    comments: Summed | None = None
    reactions: Summed | None = None


class Comment(Struct, gc=False):
    id: str | None = None
    message: str | None = None
    created_time: datetime | None = None
    permalink_url: str | None = None
    author: Author | None = field(name="from", default=None)
    message_tags: msgspec.Raw = field(default_factory=lambda: msgspec.Raw(b"[]"))
    like_count: int | None = None
    comment_count: int | None = None
    parent: Named | None = None


class Profile(Struct, gc=False):
    """A Page. `fan_count` are likes of it, and no followers."""

    id: str
    name: str | None = None
    username: str | None = None
    about: str | None = None
    website: str | None = None
    link: str | None = None
    followers_count: int | None = None
    verification_status: str | None = None
    category: str | None = None


class PostList(Struct):
    data: list[Post]


class CommentList(Struct):
    data: list[Comment]


class RawList(Struct):
    data: list[msgspec.Raw]


_UNREAD = msgspec.json.Decoder(RawList)
POSTS = ListOf(msgspec.json.Decoder(PostList), _UNREAD, msgspec.json.Decoder(Post))
COMMENTS = ListOf(msgspec.json.Decoder(CommentList), _UNREAD, msgspec.json.Decoder(Comment))
