"""The shapes of Reddit's answers, as far as they are used: a thing is `{"kind": "t3", "data": {…}}`, a page a listing of them.

Names are Reddit's own. Fields that older or newer answers lack have defaults. Sources: answers recorded by PRAW from 2016 to
2025; PRAW's documentation for `is_gallery`, `poll_data`, `removed_by_category`, `is_suspended`. Keep out: any reading.
"""

from __future__ import annotations

from msgspec import Raw, Struct

from microinf_pipeline.catalog.capture import Page

NOTHING = Raw(b"null")


class Link(Struct, gc=False):
    """t3: a submission, with a text of its own, an address, pictures, or another submission (a crosspost)."""

    name: str
    created_utc: float
    title: str | None = None
    selftext: str | None = None
    author: str | None = None
    author_fullname: str | None = None
    subreddit: str | None = None
    permalink: str | None = None
    url: str | None = None
    url_overridden_by_dest: str | None = None
    domain: str | None = None
    edited: bool | float | None = None  # `true` is an old edit without a time
    score: int | None = None
    hide_score: bool | None = None
    num_comments: int | None = None
    is_self: bool | None = None
    is_video: bool | None = None
    is_gallery: bool | None = None
    post_hint: str | None = None
    media_metadata: Raw = NOTHING
    poll_data: Raw = NOTHING
    promoted: bool | None = None
    removed_by_category: str | None = None
    crosspost_parent: str | None = None
    crosspost_parent_list: list[Link] | None = None


class Comment(Struct, gc=False):
    """t1: a comment; in the inbox one that mentions the account, with `context` instead of `permalink` and `link_id`."""

    name: str
    created_utc: float
    body: str | None = None
    author: str | None = None
    author_fullname: str | None = None
    subreddit: str | None = None
    permalink: str | None = None
    context: str | None = None
    parent_id: str | None = None
    link_id: str | None = None
    edited: bool | float | None = None
    score: int | None = None
    score_hidden: bool | None = None
    removed_by_category: str | None = None


class Profile(Struct, gc=False):
    """The subreddit every account has for itself; its subscribers follow the account."""

    title: str | None = None
    public_description: str | None = None
    subscribers: int | None = None


class Account(Struct, gc=False):
    """t2, from `/user/{name}/about`; of a suspended account only `name` and `is_suspended` are told."""

    name: str
    id: str | None = None
    created_utc: float | None = None
    subreddit: Profile | None = None
    is_suspended: bool = False


class Named(Struct, gc=False):
    """What `/api/user_data_by_account_ids` tells of an id."""

    name: str
    created_utc: float | None = None


class LinkThing(Struct, gc=False, tag_field="kind", tag="t3"):
    """A submission of a listing."""

    data: Link


class CommentThing(Struct, gc=False, tag_field="kind", tag="t1"):
    """A comment of a listing."""

    data: Comment


class SubredditThing(Struct, gc=False, tag_field="kind", tag="t5"):
    """A subreddit: no post."""


class MoreThing(Struct, gc=False, tag_field="kind", tag="more"):
    """A stub for comments that were left out: no post."""


Thing = LinkThing | CommentThing | SubredditThing | MoreThing


class Children(Struct, gc=False):
    """The things of a page and the name after which the next begins."""

    children: list[Thing]
    after: str | None = None


class Listing(Struct, gc=False):
    """A page of things."""

    data: Children


class AboutAnswer(Struct, gc=False):
    """`/user/{name}/about`."""

    data: Account


def asked_ids(page: Page, parameter: str) -> list[str]:
    """The ids that a look-up asked for, in order: Reddit leaves out silently what it does not show."""
    told = [str(value) for name, value in page.request["params"] if name == parameter]
    return [one for value in told for one in value.split(",") if one]
