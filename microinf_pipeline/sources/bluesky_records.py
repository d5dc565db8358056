"""The shapes of Bluesky's answers, as far as they are used. Source: lexicons of bluesky-social/atproto.

The AppView checks its views; the `record` inside is the author's own data and checked by nobody. So views are typed,
and facets, embeds and the like stay raw until `bluesky_fields.py` reads them. Names are those of the lexicon.
Keep out: any reading.
"""

# ruff: noqa: N815

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw, Struct


class Verification(Struct, gc=False):
    """Badge of a profile."""

    verifiedStatus: str = "none"


class Profile(Struct, gc=False):
    """`profileViewBasic` in a post, `profileViewDetailed` in a profile answer."""

    did: str
    handle: str = ""
    displayName: str | None = None
    description: str | None = None
    createdAt: str | None = None
    followersCount: int | None = None
    followsCount: int | None = None
    postsCount: int | None = None
    verification: Verification | None = None


class Record(Struct, gc=False):
    """`app.bsky.feed.post` as its author wrote it."""

    text: str = ""
    createdAt: str = ""
    langs: Any = None
    tags: Any = None
    reply: Any = None
    facets: Raw = Raw(b"null")
    embed: Raw = Raw(b"null")
    bridgyOriginalUrl: Any = None


class PostView(Struct, gc=False):
    """`app.bsky.feed.defs#postView`; a notification has the same fields without counts and with a reason."""

    uri: str
    author: Profile
    record: Record
    indexedAt: str = ""
    embed: Raw = Raw(b"null")
    likeCount: int | None = None
    replyCount: int | None = None
    repostCount: int | None = None
    quoteCount: int | None = None
    bookmarkCount: int | None = None
    reason: str | None = None


class RepostReason(Struct, gc=False):
    """`reasonRepost` (or `reasonPin`, which has no `by`)."""

    by: Profile | None = None
    uri: str | None = None
    indexedAt: str = ""


class FeedItem(Struct, gc=False):
    """`feedViewPost` of an author's feed or a timeline."""

    post: PostView
    reason: RepostReason | None = None


class Commit(Struct, gc=False):
    """What an event of a stream did to a record; a delete has no record."""

    operation: str
    rkey: str
    collection: str = ""
    record: Record | None = None


class AccountState(Struct, gc=False):
    """What became of an account: `status` says why it is not active."""

    active: bool
    status: str | None = None


class Event(Struct, gc=False):
    """An event of Jetstream; `time_us` are microseconds since 1970."""

    did: str
    time_us: int
    commit: Commit | None = None
    account: AccountState | None = None


class Feature(Struct, gc=False):
    """What a facet says of its words: a tag, a mention or a link."""

    tag: str | None = None
    did: str | None = None
    uri: str | None = None


class Facet(Struct, gc=False):
    """`app.bsky.richtext.facet`. Offsets are not read: features carry the values, and offsets are often wrong."""

    features: tuple[Feature, ...] = ()


class External(Struct, gc=False):
    """A link card."""

    uri: str = ""


class Quoted(Struct, gc=False):
    """A reference to a record, or the embed that holds one."""

    uri: str | None = None
    record: Quoted | None = None  # recordWithMedia holds an embed.record, which holds the reference


class EmbedRecord(Struct, gc=False):
    """`embed` of a record, of any kind."""

    type: str = msgspec.field(name="$type", default="")
    external: External | None = None
    record: Quoted | None = None
    media: EmbedRecord | None = None
    presentation: str | None = None


class ViewedRecord(Struct):
    """What a view shows in the place of a quoted record."""

    type: str = msgspec.field(name="$type", default="")
    record: ViewedRecord | None = None


class ViewedEmbed(Struct):
    """`embed` of a view."""

    record: ViewedRecord | None = None
