"""The shapes of X's answers, as far as they are used, in both vocabularies.

On 2026-08-07 the network renamed its words (OpenAPI 2.166 → 2.167: `tweet` became `post`, `retweet_count`
`repost_count`). Which of them a server answers with is its own affair, so every renamed field is read under both names.
Keep out: any reading of what a field means (`x_fields.py`), rows and columns (`x_parse.py`).
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct


class PostMetrics(Struct, gc=False):
    """`public_metrics` of a post."""

    like_count: int | None = None
    reply_count: int | None = None
    repost_count: int | None = None
    retweet_count: int | None = None
    quote_count: int | None = None
    bookmark_count: int | None = None
    impression_count: int | None = None


class Tag(Struct, gc=False):
    """A hashtag entity."""

    tag: str = ""


class Mention(Struct, gc=False):
    """A mention entity."""

    username: str | None = None


class Link(Struct, gc=False):
    """A URL entity: the short address in the text, and where it leads."""

    url: str | None = None
    expanded_url: str | None = None
    unwound_url: str | None = None
    media_key: str | None = None
    title: str | None = None


class Entities(Struct, gc=False):
    """What the network recognised in a text; a kind that does not occur is absent or null."""

    hashtags: tuple[Tag, ...] | None = None
    mentions: tuple[Mention, ...] | None = None
    urls: tuple[Link, ...] | None = None


class LongText(Struct, gc=False):
    """`note_tweet` / `note_post`: the whole of a text beyond 280 characters, with its own entities."""

    text: str = ""
    entities: Entities | None = None


class Attachments(Struct, gc=False):
    """Media and polls of a post, by key."""

    media_keys: tuple[str, ...] | None = None
    poll_ids: tuple[str, ...] | None = None


class Reference(Struct, gc=False):
    """Another post this one points to: `retweeted`, `quoted` or `replied_to`."""

    type: str
    id: str


class Withheld(Struct, gc=False):
    """Where a post or an account may not be shown."""

    country_codes: tuple[str, ...] | None = None
    copyright: bool = False


class Geo(Struct, gc=False):
    """The place an author tagged."""

    place_id: str | None = None


class Post(Struct, gc=False, omit_defaults=True):
    """A post. Only `id` is always there; every other field must have been asked for."""

    id: str
    text: str | None = None
    author_id: str | None = None
    created_at: str | None = None
    lang: str | None = None
    conversation_id: str | None = None
    in_reply_to_user_id: str | None = None
    paid_partnership: bool | None = None
    public_metrics: PostMetrics | None = None
    entities: Entities | None = None
    attachments: Attachments | None = None
    geo: Geo | None = None
    withheld: Withheld | None = None
    note_post: LongText | None = None
    note_tweet: LongText | None = None
    referenced_posts: tuple[Reference, ...] | None = None
    referenced_tweets: tuple[Reference, ...] | None = None
    edit_history_post_ids: tuple[str, ...] | None = None
    edit_history_tweet_ids: tuple[str, ...] | None = None


class UserMetrics(Struct, gc=False):
    """`public_metrics` of an account."""

    followers_count: int | None = None
    following_count: int | None = None
    post_count: int | None = None
    tweet_count: int | None = None


class UserEntities(Struct, gc=False):
    """Addresses in a profile: of its link, and in its description."""

    url: Entities | None = None
    description: Entities | None = None


class User(Struct, gc=False):
    """An account."""

    id: str
    username: str = ""
    name: str | None = None
    description: str | None = None
    created_at: str | None = None
    verified: bool | None = None
    protected: bool | None = None
    withheld: Withheld | None = None
    url: str | None = None
    public_metrics: UserMetrics | None = None
    entities: UserEntities | None = None


class MediaMetrics(Struct, gc=False):
    """`public_metrics` of a video."""

    view_count: int | None = None


class Media(Struct, gc=False):
    """An attached picture, video or moving picture."""

    media_key: str = ""
    type: str = ""
    public_metrics: MediaMetrics | None = None


class Place(Struct, gc=False):
    """A tagged place."""

    id: str
    country_code: str | None = None


class Includes(Struct, gc=False):
    """What the posts of a page refer to; whatever could not be shown is missing here."""

    users: tuple[User, ...] | None = None
    media: tuple[Media, ...] | None = None
    places: tuple[Place, ...] | None = None
    posts: tuple[Post, ...] | None = None
    tweets: tuple[Post, ...] | None = None


class Partial(Struct, gc=False):
    """One item of `errors` beside the data of a 200: something that was asked for and is not in the answer."""

    resource_type: str | None = None
    resource_id: str | None = None
    value: Any = None
    title: str = ""
    detail: str = ""
    type: str = ""

    @property
    def about(self) -> str | None:
        """The id or name that is missing."""
        return self.resource_id or (self.value if isinstance(self.value, str) else None)

    @property
    def kind(self) -> str:
        """The last part of `type`: host and version before it differ."""
        return self.type.rpartition("/")[2]


class Meta(Struct, gc=False):
    """The foot of a page."""

    next_token: str | None = None
    oldest_id: str | None = None
    newest_id: str | None = None
    result_count: int | None = None


class PostsPage(Struct, gc=False):
    """An answer with posts."""

    data: tuple[Post, ...] | None = None
    includes: Includes = msgspec.field(default_factory=Includes)
    errors: tuple[Partial, ...] | None = None
    meta: Meta = msgspec.field(default_factory=Meta)


class UsersPage(Struct, gc=False):
    """An answer with accounts."""

    data: tuple[User, ...] | None = None
    errors: tuple[Partial, ...] | None = None
