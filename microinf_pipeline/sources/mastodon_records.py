"""The shapes of answers under the Mastodon API, as far as they are used, for all servers that speak it.

Source: entities of docs.joinmastodon.org, and what GoToSocial, Pleroma and snac leave out or add. Put here: shapes and
the reading of single fields. Keep out: rows and columns (`mastodon_parse.py`).
"""

from __future__ import annotations

import html
import re
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from microinf_pipeline.sources.addresses import parts_of
from microinf_pipeline.sources.frames import utc

# The shapes below cannot form cycles, so the garbage collector need not visit them (`gc=False`). Nor does it visit tuples of
# such things more than once, but lists at every turn.

#: Only these may be stored (duty of the API's users; a user token also shows private and direct posts).
PUBLIC: Final = ("public", "unlisted")

_MEDIA: Final = {"image": "picture", "gifv": "gif", "video": "video", "audio": "audio"}
#: What is left of a status that is not public, and of a boost or notification that shows one.
_LEFT: Final = ("id", "visibility", "type", "created_at", "reblog", "status")
_HIDDEN: Final = -1  # glitch-soc's number of followers whose owner hides it
_LINK: Final = re.compile(r'href="(https?://[^"\s]+)"')
_NOT_PUBLIC: Final = re.compile(r'"visibility"\s*:\s*"(?!public"|unlisted")')


class PleromaAccount(Struct, gc=False):
    """Pleroma's additions to an account."""

    hide_followers_count: bool = False
    hide_follows_count: bool = False


class ProfileField(Struct, gc=False):
    """A labelled line of a profile; `verified_at` where its page was found to link back by rel=me."""

    value: str | None = None
    verified_at: str | None = None


class Account(Struct, gc=False):
    """Author block of a status, or a profile."""

    id: str
    acct: str
    display_name: str | None = None
    note: str | None = None
    url: str | None = None
    followers_count: int | None = None
    following_count: int | None = None
    statuses_count: int | None = None
    created_at: str | None = None
    bot: bool | None = None
    suspended: bool | None = None
    fields: tuple[ProfileField, ...] | None = None
    pleroma: PleromaAccount | None = None


class Mention(Struct, gc=False):
    """An account named in a status."""

    id: str
    acct: str


class Tag(Struct, gc=False):
    """A hashtag of a status."""

    name: str


class Attachment(Struct, gc=False):
    """A file of a status; only its kind is read."""

    type: str = "unknown"


class Card(Struct, gc=False):
    """Preview of a link."""

    url: str | None = None


class Quote(Struct, gc=False):
    """Mastodon 4.4: state and the quoted status or its local id. Pleroma: the quoted status itself, without a state."""

    state: str | None = None
    quoted_status: Quoted | None = None
    quoted_status_id: str | None = None
    uri: str | None = None


class Quoted(Struct, gc=False):
    """The quoted status, as far as its address."""

    uri: str | None = None


class Status(Struct, gc=False):
    """A post."""

    id: str
    uri: str
    created_at: str
    account: Account
    visibility: str | None = None
    content: str | None = None
    spoiler_text: str | None = None
    url: str | None = None
    language: str | None = None
    edited_at: str | None = None
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    reblog: Status | None = None
    quote: Quote | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None
    quotes_count: int | None = None
    media_attachments: tuple[Attachment, ...] = ()
    mentions: tuple[Mention, ...] = ()
    tags: tuple[Tag, ...] = ()
    card: Card | None = None
    poll: Any = None


class Notification(Struct, gc=False):
    """Something that happened to the owner of the token."""

    type: str
    status: Status | None = None


def read_time(value: str | None) -> datetime | None:
    """ISO 8601 with a zone or a bare date, as UTC without zone; None when it is neither."""
    if not value:
        return None
    try:
        if value[-1] == "Z":  # nearly all; the moment without the zone is already the one in UTC
            return datetime.fromisoformat(value[:-1])
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo is None else utc(moment)
    except (ValueError, OverflowError):
        return None


def media_types(status: Status) -> tuple[str, ...]:
    """Kinds of what is attached, each once; files that the server has not fetched have no kind."""
    if not status.media_attachments and status.card is None and not status.poll:
        return ()
    kinds = [kind for one in status.media_attachments if (kind := _MEDIA.get(one.type))]
    if status.poll:
        kinds.append("poll")
    if status.card is not None:
        kinds.append("link")
    return tuple(dict.fromkeys(kinds))


@lru_cache(maxsize=1024)
def language_code(language: str | None) -> str | None:
    """ISO 639-1 of a language tag; None when it has no two-letter code."""
    code = (language or "").replace("_", "-").partition("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def bridged_from(uri: str) -> str | None:
    """The at:// address inside the uri that Bridgy Fed gives to its copy of a Bluesky post."""
    if "brid.gy" not in uri:
        return None
    _, at, rest = unquote(uri).partition("at://")
    return at + rest if at and (parts_of(uri).hostname or "").endswith("brid.gy") else None


def hides(item: Any) -> bool:
    """Whether the item, or the status inside a boost or notification, is not public."""
    if not isinstance(item, dict):
        return False
    return item.get("visibility", PUBLIC[0]) not in PUBLIC or hides(item.get("reblog")) or hides(item.get("status"))


def html_of(status: Status) -> str:
    """Content as HTML, the content warning in front as a paragraph of its own."""
    if not status.spoiler_text:
        return status.content or ""
    return f"<p>{html.escape(status.spoiler_text)}</p>{status.content or ''}"


def quoted_by(status: Status) -> tuple[str | None, bool]:
    """Uri of the quoted post, and whether there is a quote. One not (or no longer) allowed leads nowhere."""
    quote = status.quote
    if quote is None:
        return None, False
    if quote.state is None:
        return quote.uri, quote.uri is not None
    allowed = quote.state == "accepted" and quote.quoted_status is not None
    return quote.quoted_status.uri if allowed and quote.quoted_status else None, True


def counts_of(status: Status) -> tuple[int | None, int | None, int | None, int | None]:
    """Likes, comments, shares, quotes."""
    if status.reblog is not None:  # what people do with a boost counts for the original
        return None, None, None, None
    return status.favourites_count, status.replies_count, status.reblogs_count, status.quotes_count


class Audience(NamedTuple):
    """Counts of an account; None where the server does not tell."""

    followers: int | None
    precision: str | None  # FOLLOWERS_PRECISION of catalog.observed
    following: int | None
    post_count: int | None


def audience_of(account: Account, shown: bool) -> Audience:
    """A suspended account, and everybody on a server that shows no counts, has zeros that are no counts."""
    if not shown:
        return Audience(None, "hidden", None, None)
    if account.suspended:
        return Audience(None, None, None, None)
    hides_followers = account.followers_count == _HIDDEN or (
        account.pleroma is not None and account.pleroma.hide_followers_count
    )
    hides_following = account.pleroma is not None and account.pleroma.hide_follows_count
    followers = None if hides_followers else _count(account.followers_count)
    precision = "hidden" if hides_followers else None if followers is None else "exact"
    following = None if hides_following else _count(account.following_count)
    return Audience(followers, precision, following, _count(account.statuses_count))


def _count(value: int | None) -> int | None:
    """A count, or None for one that cannot be."""
    return value if value is not None and value >= 0 else None


def without_private(body: str) -> str:
    """The body with every status that is not public cut down to its id and visibility, so that no page stores it."""
    if not _NOT_PUBLIC.search(body):
        return body
    return msgspec.json.encode(_cut(msgspec.json.decode(body))).decode()


def _cut(value: Any) -> Any:
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "account" in value and hides(value):
        return {name: _cut(value[name]) for name in _LEFT if name in value}
    return {name: _cut(one) for name, one in value.items()}


def links_of(account: Account) -> tuple[str | None, str | None]:
    """Addresses in the profile's fields, and those of them that were checked, blanks between; None where no field is told."""
    if account.fields is None:
        return None, None
    found = [(link, bool(one.verified_at)) for one in account.fields for link in _LINK.findall(one.value or "")]
    every, checked = ([html.unescape(link) for link, is_checked in found if is_checked or not only] for only in (False, True))
    return " ".join(every), " ".join(checked)
