"""The shapes of Threads' answers, as far as they are used; names are Meta's. Keep out: any reading (`threads_parse.py`).

Source: developers.facebook.com/docs/threads (media, replies, profiles, insights) and fbsamples/threads_api, read in November
2026. Ids of quoted and reposted posts are given for posts of the token's own account alone.
"""

from __future__ import annotations

from msgspec import Raw, Struct

NOTHING = Raw(b"null")


class Ref(Struct, gc=False):
    """Another object, by its id."""

    id: str


class Post(Struct, gc=False):
    """A media object. Names are Meta's."""

    id: str
    media_type: str | None = None
    permalink: str | None = None
    owner: Ref | None = None
    username: str | None = None
    text: str | None = None
    timestamp: str | None = None
    is_quote_post: bool | None = None
    quoted_post: Ref | None = None
    reposted_post: Ref | None = None
    is_reply: bool | None = None
    replied_to: Ref | None = None
    root_post: Ref | None = None
    gif_url: str | None = None
    link_attachment_url: str | None = None
    poll_attachment: Raw = NOTHING
    topic_tag: str | None = None
    is_verified: bool | None = None


class Profile(Struct, gc=False):
    """Of `profile_lookup`, and (with an id) of `me`."""

    username: str
    id: str | None = None
    name: str | None = None
    biography: str | None = None
    threads_biography: str | None = None
    is_verified: bool | None = None
    follower_count: int | None = None


class Value(Struct):
    """One number of an insight."""

    value: int | None = None


class Insight(Struct):
    """Lifetime counts of a post stand in `values`, those of an account in `total_value`."""

    name: str
    values: list[Value] = []
    total_value: Value | None = None

    @property
    def count(self) -> int | None:
        told = self.total_value or (self.values[-1] if self.values else None)
        return told.value if told else None


class Posts(Struct):
    """A list of media objects."""

    data: list[Post]


class RawPosts(Struct):
    """The same, one by one: for a page with something that cannot be read."""

    data: list[Raw]


class Insights(Struct):
    """Numbers of a post or an account."""

    data: list[Insight]
