"""Stored answers of X as typed pages: at once where everything fits, else item by item with what does not fit told.

Put here: kinds of pages and their decoding, for the walk and the parser alike. Keep out: shapes (`x_records.py`), columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from msgspec import Raw

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.errors import GiveUpError
from microinf_pipeline.sources.x_records import Includes, Media, Meta, Partial, Place, Post, PostsPage, User, UsersPage

#: Kinds of pages with posts, by the question that brought them.
SEARCH: Final = "search"
MENTIONS: Final = "mentions"
OWNED: Final = "owned"
TIMELINE: Final = "timeline"
POSTS: Final = "posts"  # looked up by id
#: A page with accounts.
PROFILES: Final = "profiles"

NOT_A_POST: Final = "not a post"
NOT_AN_ACCOUNT: Final = "not an account"
_INCLUDED: Final[dict[str, Any]] = {"users": User, "media": Media, "places": Place, "posts": Post, "tweets": Post}

_posts_page = msgspec.json.Decoder(PostsPage)
_users_page = msgspec.json.Decoder(UsersPage)
_members = msgspec.json.Decoder(dict[str, Raw])
_items = msgspec.json.Decoder(list[Raw])
_NULL: Final = Raw(b"null")


@dataclass
class Misfits:
    """Items that could not be read: reason and raw text."""

    items: list[tuple[str, str]] = field(default_factory=list)


def posts_of(body: str, misfits: Misfits) -> PostsPage:
    """An answer with posts. Raises `msgspec.DecodeError` when it is not an object of JSON."""
    try:
        return _posts_page.decode(body)
    except msgspec.ValidationError:
        members = _members.decode(body)
    told = _members_of(members.get("includes", _NULL))
    included = {name: _each(told.get(name, _NULL), kind, misfits) for name, kind in _INCLUDED.items()}
    return PostsPage(
        _each(members.get("data", _NULL), Post, misfits), Includes(**included),
        _each(members.get("errors", _NULL), Partial, misfits), _meta(members.get("meta", _NULL)),
    )  # fmt: skip


def users_of(body: str, misfits: Misfits) -> UsersPage:
    """An answer with accounts. Raises `msgspec.DecodeError` when it is not an object of JSON."""
    try:
        return _users_page.decode(body)
    except msgspec.ValidationError:
        members = _members.decode(body)
    return UsersPage(_each(members.get("data", _NULL), User, misfits), _each(members.get("errors", _NULL), Partial, misfits))


def glance_at_posts(page: Page) -> PostsPage:
    """What a walk needs to know of a stored page. Raises `GiveUpError` when the answer has another shape."""
    try:
        return posts_of(page.body, Misfits())
    except msgspec.DecodeError as error:
        raise _unreadable(page, error) from error


def glance_at_users(page: Page) -> UsersPage:
    """As `glance_at_posts`, of a page with accounts."""
    try:
        return users_of(page.body, Misfits())
    except msgspec.DecodeError as error:
        raise _unreadable(page, error) from error


def _unreadable(page: Page, error: Exception) -> GiveUpError:
    fix = "the network may have changed its answers: look at the stored page"
    return GiveUpError(f"the answer is not as documented: {error}", where=page.name, fix=fix)


def _each(raw: Raw, kind: Any, misfits: Misfits) -> tuple[Any, ...]:
    """The items of a list that fit; those that do not are told, where they are rows at all."""
    reason = {Post: NOT_A_POST, User: NOT_AN_ACCOUNT}.get(kind)
    try:
        raws = [raw] if bytes(raw).startswith(b"{") else _items.decode(raw)  # a look-up of one answers with one
    except msgspec.ValidationError:
        if reason and bytes(raw) != b"null":
            misfits.items.append((reason, bytes(raw).decode("utf-8", "replace")))
        return ()
    items: list[Any] = []
    for one in raws:
        try:
            items.append(msgspec.json.decode(one, type=kind))
        except msgspec.ValidationError:
            if reason:
                misfits.items.append((reason, bytes(one).decode("utf-8", "replace")))
    return tuple(items)


def _members_of(raw: Raw) -> dict[str, Raw]:
    try:
        return _members.decode(raw)
    except msgspec.ValidationError:
        return {}


def _meta(raw: Raw) -> Meta:
    try:
        return msgspec.json.decode(raw, type=Meta)
    except msgspec.ValidationError:
        return Meta()
