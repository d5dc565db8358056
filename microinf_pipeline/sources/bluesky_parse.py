"""From stored Bluesky pages to typed deliveries: pure, so a replay needs no network.

Put here: which field becomes which column. Keep out: reading of single fields (`bluesky_records.py`) and any request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.bluesky_fields import (
    AHEAD,
    POST_COLLECTION,
    from_microseconds,
    is_link,
    is_withdrawn,
    once,
    post_time,
    read_embed,
    read_facets,
    read_lang,
    read_references,
    read_time,
    with_tags,
)
from microinf_pipeline.sources.bluesky_records import Event, FeedItem, PostView, Profile, RepostReason
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc

#: Notifications that are posts about us; the others (likes, follows …) are no deliveries.
MENTION_REASONS: Final = ("mention", "reply", "quote")
ABSENT: Final = "absent from getPosts"
PRESENT: Final = "returned by getPosts"
OWN_FEED: Final = "own_feed"  # kind of a page of what an owned account posted
STREAM: Final = "stream"  # kind of a page of events
TIMELINE: Final = "timeline"  # kind of a page of a candidate's last posts
REFRESH: Final = "refresh"  # rule of a page that looks again at stored posts
_BLOCK_ROWS: Final = 5_000
#: What an account's state makes of its posts; a deactivated one may come back.
_OF_ACCOUNT: Final = {"deleted": "deleted", "takendown": "withheld", "suspended": "withheld", "deactivated": "protected"}

NAMES: Final = RowNames(
    posts=(
        "post_id", "protocol_uri", "url", "account_id", "handle", "display_name", "text", "lang", "created_at",
        "observed_at", "post_type", "reply_to_post_id", "reply_to_account_id", "repost_of_post_id",
        "quote_of_post_id", "thread_root_post_id", "media_types", "likes", "comments", "shares", "quotes", "saves",
        "given_hashtags", "given_mentions", "given_links", "bridged_from_uri", "capture_reason", "file", "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "following",
        "post_count", "verified", "created_at", "observed_at", "with_post", "file", "row_number",
    ),
)  # fmt: skip


class _Posts(Struct):
    items: list[PostView] = msgspec.field(name="posts")


class _Notifications(Struct):
    items: list[PostView] = msgspec.field(name="notifications")


class _Feed(Struct):
    items: list[FeedItem] = msgspec.field(name="feed")


class _Events(Struct):
    items: list[Event] = msgspec.field(name="events")


class _Profiles(Struct):
    items: list[Profile] = msgspec.field(name="profiles")


_LISTS: Final[dict[str, tuple[str, Any, Any]]] = {  # page kind → name of its list, item type, decoder of the page
    "search": ("posts", PostView, msgspec.json.Decoder(_Posts)),
    "posts": ("posts", PostView, msgspec.json.Decoder(_Posts)),
    "notifications": ("notifications", PostView, msgspec.json.Decoder(_Notifications)),
    "feed": ("feed", FeedItem, msgspec.json.Decoder(_Feed)),
    OWN_FEED: ("feed", FeedItem, msgspec.json.Decoder(_Feed)),
    TIMELINE: ("feed", FeedItem, msgspec.json.Decoder(_Feed)),
    STREAM: ("events", Event, msgspec.json.Decoder(_Events)),
    "profiles": ("profiles", Profile, msgspec.json.Decoder(_Profiles)),
}
_raw_page = msgspec.json.Decoder(dict[str, Raw])
_raw_list = msgspec.json.Decoder(list[Raw])


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages, in their order. An item that cannot be read becomes a reject, the rest goes on."""
    rows = Rows("bluesky", NAMES)
    for page in pages:
        _PageReader(page, rows).read()
        if len(rows.posts) + len(rows.accounts) > _BLOCK_ROWS:
            rows.close_block()
    return rows.parsed()


def raw_items(page: Page) -> list[str]:
    """The items of a page as received. Raises `msgspec.DecodeError` when the page is not JSON of its kind."""
    name = _LISTS[page.kind][0]
    return [bytes(raw).decode() for raw in _raw_list.decode(_raw_page.decode(page.body)[name])]


class _PageReader:
    """Reads one page into rows."""

    def __init__(self, page: Page, rows: Rows) -> None:
        self.page, self.rows = page, rows
        self.observed = utc(page.received_at)
        self.latest = self.observed + AHEAD
        self.reason = _capture_reason(page)
        self.authors: set[str] = set()
        self.there: set[str] = set()  # addresses on the page, readable or not
        self.number = 0  # of the row inside the page

    def read(self) -> None:
        read: dict[str, Callable[[Any, int], None]] = {
            "feed": self._feed_item, OWN_FEED: self._feed_item, TIMELINE: self._timeline_item, "profiles": self._profile,
            STREAM: self._event,
        }  # fmt: skip
        reader = read.get(self.page.kind, self._post)
        for index, item in enumerate(self._items()):
            if isinstance(item, str):
                self.there.add(_address(item))
                self._reject("not a post" if self.page.kind != "profiles" else "not a profile", item)
            else:
                reader(item, index)
        if self.page.kind == "posts":
            self._statuses()

    def _items(self) -> list[Any]:
        """The typed items; one that does not fit its type as its raw text."""
        _, kind, decoder = _LISTS[self.page.kind]
        try:
            return list(decoder.decode(self.page.body).items)
        except msgspec.DecodeError:
            return self._items_one_by_one(kind)

    def _items_one_by_one(self, kind: Any) -> list[Any]:
        try:
            raws = raw_items(self.page)
        except (msgspec.DecodeError, KeyError):
            self._reject("not JSON of this endpoint", self.page.body)
            return []
        items: list[Any] = []
        for raw in raws:
            try:
                items.append(msgspec.json.decode(raw, type=kind))
            except msgspec.ValidationError:
                items.append(raw)
        return items

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _reject(self, reason: str, raw: str) -> None:
        self.rows.reject(reason, raw, self.page.name, self._next())

    def _post(self, post: PostView, index: int) -> None:
        if post.reason is not None and post.reason not in MENTION_REASONS:
            return
        self.there.add(post.uri)
        created = post_time(post.record.createdAt, post.indexedAt, self.latest)
        if POST_COLLECTION not in post.uri or created is None:
            reason = "not a post" if POST_COLLECTION not in post.uri else "time out of range"
            self._reject(reason, raw_items(self.page)[index])
            return
        self.rows.posts.append(self._post_row(post, created))
        if self.page.kind != STREAM:  # an event names its author by DID alone
            self._author(post.author)

    def _feed_item(self, item: FeedItem, index: int) -> None:
        self._post(item.post, index)
        if item.reason is not None and item.reason.by is not None:
            self._repost(item.post, item.reason, item.reason.by, index)

    def _post_row(self, post: PostView, created: datetime) -> Row:
        record, author = post.record, post.author
        facets, embed = read_facets(record.facets), read_embed(record.embed)
        parent, root = read_references(record.reply) if record.reply else (None, None)
        post_type = "reply" if parent else "quote" if embed.quoted_uri else "original"
        # a quote that the quoted author withdrew keeps its kind, but no longer leads there
        quoted = None if embed.quoted_uri and is_withdrawn(post.embed) else embed.quoted_uri
        bridged = record.bridgyOriginalUrl if isinstance(record.bridgyOriginalUrl, str) else None
        links = once(facets.links + embed.links) if embed.links else facets.links
        row: Row = (
            post.uri, post.uri, _post_url(post.uri), author.did, _handle(author), author.displayName, record.text,
            read_lang(record.langs), created, self.observed, post_type, parent, parent and parent.split("/")[2], None,
            quoted, root, embed.media_types, post.likeCount, post.replyCount, post.repostCount, post.quoteCount,
            post.bookmarkCount, with_tags(facets.tags, record.tags), facets.mentions,
            links, bridged if is_link(bridged) else None,
            self.reason, self.page.name, self._next(),
        )  # fmt: skip
        return row

    def _event(self, event: Event, index: int) -> None:
        """A post as it was written, without counts; or what became of stored ones."""
        commit, at = event.commit, from_microseconds(event.time_us)
        uri = f"at://{event.did}/{commit.collection}/{commit.rkey}" if commit is not None else ""
        if at is None or (commit is not None and commit.record is None and commit.operation != "delete"):
            self._reject("not an event", raw_items(self.page)[index])
        elif commit is not None and commit.record is not None:
            self._post(PostView(uri, Profile(event.did), commit.record, indexedAt=f"{at.isoformat()}Z"), index)
        elif commit is not None:
            self._status(uri, at, "deleted", f"Jetstream: {commit.operation}")
        elif event.account is not None:
            status = _OF_ACCOUNT.get(event.account.status or "", "unknown")
            for held in self.page.request["held"].get(event.did, ()):
                self._status(held, at, status, f"Jetstream: account {event.account.status}")

    def _status(self, uri: str, at: datetime, status: str, evidence: str) -> None:
        self.rows.statuses.append((uri, at, status, evidence, self.page.name, self._next()))

    def _timeline_item(self, item: FeedItem, index: int) -> None:
        """Posts of others that the account passed on are what is popular: beside its own they would spoil every comparison."""
        if item.reason is not None and item.reason.by is not None:
            self._repost(item.post, item.reason, item.reason.by, index)
        else:
            self._post(item.post, index)

    def _repost(self, post: PostView, reason: RepostReason, by: Profile, index: int) -> None:
        created = post_time(reason.indexedAt, "", self.latest)
        if created is None:
            self._reject("time out of range", raw_items(self.page)[index])
            return
        row: Row = (
            reason.uri, reason.uri, None, by.did, _handle(by), by.displayName, None, None, created, self.observed,
            "repost", None, None, post.uri, None, None, (), None, None, None, None, None, (), (), (), None,
            self.reason, self.page.name, self._next(),
        )  # fmt: skip
        self.rows.posts.append(row)
        self._author(by)

    def _author(self, author: Profile) -> None:
        """The author block, once a page: it is the same on each of the author's posts there."""
        if author.did not in self.authors:
            self.authors.add(author.did)
            self.rows.accounts.append(self._account_row(author, with_post=True, number=self.number))

    def _profile(self, profile: Profile, _index: int) -> None:
        self.rows.accounts.append(self._account_row(profile, with_post=False, number=self._next()))

    def _account_row(self, one: Profile, *, with_post: bool, number: int) -> Row:
        verified = None if one.verification is None else one.verification.verifiedStatus == "valid"
        row: Row = (
            one.did, _handle(one), one.displayName, one.description, f"https://bsky.app/profile/{one.did}",
            one.followersCount, None if one.followersCount is None else "exact", one.followsCount, one.postsCount,
            verified, read_time(one.createdAt), self.observed, with_post, self.page.name, number,
        )  # fmt: skip
        return row

    def _statuses(self) -> None:
        """Which of the posts asked for are there. Absent is not yet deleted: blocks and take-downs look the same."""
        asked = [value for name, value in self.page.request["params"] if name == "uris"]
        for number, uri in enumerate(asked, 1):
            status, evidence = ("available", PRESENT) if uri in self.there else ("unknown", ABSENT)
            self.rows.statuses.append((uri, self.observed, status, evidence, self.page.name, number))


def _capture_reason(page: Page) -> str | None:
    """Why the posts of a page were fetched; a refresh says nothing new about that."""
    if page.kind in ("feed", TIMELINE):
        return "timeline"
    if page.kind == OWN_FEED:
        return "owned"
    return None if page.rule == REFRESH else "mention"


def _address(raw: str) -> str:
    """The `uri` of an item that could not be read as a whole, else ''."""
    item = msgspec.json.decode(raw)
    uri = item.get("uri") if isinstance(item, dict) else None
    return uri if isinstance(uri, str) else ""


def _post_url(uri: str) -> str:
    _, _, did, _, key = uri.split("/", 4)
    return f"https://bsky.app/profile/{did}/post/{key}"


def _handle(profile: Profile) -> str | None:
    return None if profile.handle in ("", "handle.invalid") else profile.handle
