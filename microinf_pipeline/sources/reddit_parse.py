"""From stored Reddit pages to typed deliveries: pure, so a replay needs no network.

Put here: which field becomes which column. Keep out: reading of single fields (`reddit_text.py`) and any request.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Raw

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.reddit_records import (
    AboutAnswer,
    Account,
    Comment,
    CommentThing,
    Link,
    LinkThing,
    Listing,
    Named,
    Thing,
    asked_ids,
)
from microinf_pipeline.sources.reddit_text import DELETED, fate_of, links_of, media_of, plain_text, plain_title, tagged

REFRESH: Final = "refresh"  # rule of a page that looks again at stored posts
POSTS, OWN, TIMELINE, USERS, ABOUT = "info", "own", "timeline", "users", "about"  # kinds of pages besides listings
ABSENT: Final = "absent from api/info"
PRESENT: Final = "returned by api/info"
#: Read well, but not ours to keep: the content is gone upstream.
GONE_UPSTREAM: Final = "deleted or removed upstream"
SUSPENDED: Final = "suspended account"
_REASONS: Final = {OWN: "owned", TIMELINE: "timeline", POSTS: None}
_BLOCK_ROWS: Final = 5_000
_SITE: Final = "https://www.reddit.com"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "account_id", "handle", "title", "text", "created_at", "edited_at", "observed_at", "post_type",
        "reply_to_post_id", "repost_of_post_id", "quote_of_post_id", "thread_root_post_id", "media_types", "likes",
        "comments", "is_paid_label", "given_mentions", "given_links", "capture_reason", "file", "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "created_at",
        "observed_at", "with_post", "file", "row_number",
    ),
)  # fmt: skip

_listing = msgspec.json.Decoder(Listing)
_thing = msgspec.json.Decoder(Thing)
_users = msgspec.json.Decoder(dict[str, Named])
_about = msgspec.json.Decoder(AboutAnswer)


class _RawListing(msgspec.Struct):
    data: dict[str, Raw]


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages, in their order. A thing that cannot be read becomes a reject, the rest goes on."""
    rows = Rows("reddit", NAMES)
    for page in pages:
        _PageReader(page, rows).read()
        if len(rows.posts) + len(rows.accounts) > _BLOCK_ROWS:
            rows.close_block()
    return rows.parsed()


class _PageReader:
    """Reads one page into rows."""

    def __init__(self, page: Page, rows: Rows) -> None:
        self.page, self.rows = page, rows
        self.observed = utc(page.received_at)
        self.reason = _REASONS.get(page.kind, "mention")
        self.is_raw = any(name == "raw_json" and value == "1" for name, value in page.request["params"])
        self.authors: set[str] = set()
        self.fates: dict[str, tuple[str, str]] = {}  # fullname → status and evidence, of all on the page
        self.number = 0  # of the row inside the page

    def read(self) -> None:
        if self.page.kind in (USERS, ABOUT):
            self._profiles()
            return
        for thing in self._things():
            if isinstance(thing, LinkThing):
                self._submission(thing.data)
            elif isinstance(thing, CommentThing):
                self._post(thing.data, self._comment)
        self._statuses()

    def _things(self) -> list[Any]:
        try:
            return list(_listing.decode(self.page.body).data.children)
        except msgspec.DecodeError:
            return self._readable()

    def _readable(self) -> list[Any]:
        """The things of a page that can be read; the others become rejects."""
        try:
            whole = msgspec.json.decode(self.page.body, type=_RawListing)
            children = msgspec.json.decode(whole.data.get("children", b"?"), type=list[Raw])
        except msgspec.DecodeError:
            self._reject("not JSON of this endpoint", self.page.body)
            return []
        return [thing for raw in children if (thing := self._one(raw)) is not None]

    def _one(self, raw: Raw) -> Any:
        try:
            return _thing.decode(raw)
        except msgspec.DecodeError:
            text = bytes(raw).decode("utf-8", "replace")
            self.fates[_fullname(raw)] = ("available", PRESENT)
            self._reject("not a post", text)
            return None

    def _submission(self, link: Link) -> None:
        self._post(link, self._link)
        if self.reason is not None:  # a look at a stored post brings no other one
            for original in (link.crosspost_parent_list or ())[:1]:
                self._post(original, self._link)

    def _post(self, thing: Any, row_of: Any) -> None:
        fate = fate_of(thing)
        self.fates.setdefault(thing.name, fate or ("available", PRESENT))
        if fate is not None:
            self._reject(GONE_UPSTREAM, thing.name)
            return
        self.number += 1
        self.rows.posts.append(row_of(thing))
        self._author(thing)

    def _link(self, one: Link) -> Row:
        text, title = plain_text(one.selftext, unescaped=self.is_raw), plain_title(one.title, unescaped=self.is_raw)
        address = None if one.is_self or one.crosspost_parent else one.url_overridden_by_dest or one.url
        shared = self._shared(one)
        return (
            one.name, _address(one.permalink) or f"{_SITE}/comments/{one.name[3:]}", one.author_fullname, _handle(one.author),
            title, text, _moment(one.created_utc), _edited(one.edited), self.observed, *shared, None, media_of(one),
            _likes(one.score, one.hide_score), one.num_comments, one.promoted, tagged(text),
            links_of(text, plain_title(address, unescaped=self.is_raw)), self.reason, self.page.name, self.number,
        )  # fmt: skip

    def _shared(self, one: Link) -> tuple[str, None, str | None, str | None]:
        """post_type and what is answered, reposted, quoted: a crosspost under a title of its own says something about its
        original, one under the same title only passes it on.
        """
        if one.crosspost_parent is None:
            return "original", None, None, None
        original = one.crosspost_parent_list[0].title if one.crosspost_parent_list else None
        if original is not None and _folded(original) == _folded(one.title):
            return "repost", None, one.crosspost_parent, None
        return "quote", None, None, one.crosspost_parent

    def _comment(self, one: Comment) -> Row:
        text = plain_text(one.body, unescaped=self.is_raw)
        root = one.link_id or _root_of(one.context)
        url = _address(one.permalink or one.context) or (root and f"{_SITE}/comments/{root[3:]}/_/{one.name[3:]}")
        return (
            one.name, url, one.author_fullname, _handle(one.author), None, text, _moment(one.created_utc),
            _edited(one.edited), self.observed, "reply", one.parent_id, None, None, root, [],
            _likes(one.score, one.score_hidden), None, None, tagged(text), links_of(text, None), self.reason,
            self.page.name, self.number,
        )  # fmt: skip

    def _author(self, thing: Link | Comment) -> None:
        """The author block, once a page: the only place where a name and its id stand together."""
        account, handle = thing.author_fullname, _handle(thing.author)
        if account is not None and account not in self.authors:
            self.authors.add(account)
            row: Row = (
                account, handle, None, None, _profile_url(handle), None, None, None, self.observed, True, self.page.name,
                self.number,
            )  # fmt: skip
            self.rows.accounts.append(row)

    def _profiles(self) -> None:
        try:
            if self.page.kind == USERS:
                for key, named in _users.decode(self.page.body).items():
                    self._profile(key, Account(named.name, created_utc=named.created_utc))
            else:
                account = _about.decode(self.page.body).data
                self._profile(f"t2_{account.id}", account)
        except msgspec.DecodeError:
            self._reject("not a profile", self.page.body)

    def _profile(self, key: str, one: Account) -> None:
        if one.is_suspended:
            self._reject(SUSPENDED, one.name)
            return
        self.number += 1
        told = one.subreddit
        followers, precision = _audience(told.subscribers) if told else (None, None)
        row: Row = (
            key, one.name, (told and told.title) or None, (told and plain_text(told.public_description)) or None,
            _profile_url(one.name), followers, precision, _moment(one.created_utc), self.observed, False, self.page.name,
            self.number,
        )  # fmt: skip
        self.rows.accounts.append(row)

    def _statuses(self) -> None:
        """Of a look at known posts, what became of each; of other pages only what is gone."""
        looked = dict.fromkeys(asked_ids(self.page, "id"), ("unknown", ABSENT)) if self.page.kind == POSTS else {}
        gone = {name: fate for name, fate in self.fates.items() if name and (name in looked or fate[0] != "available")}
        for number, (name, (status, evidence)) in enumerate((looked | gone).items(), 1):
            self.rows.statuses.append((name, self.observed, status, evidence, self.page.name, number))

    def _reject(self, reason: str, raw: str) -> None:
        self.number += 1
        self.rows.reject(reason, raw, self.page.name, self.number)


def _handle(author: str | None) -> str | None:
    return None if author in (None, "", DELETED) else author


def _profile_url(handle: str | None) -> str | None:
    return f"{_SITE}/user/{handle}" if handle else None


def _address(path: str | None) -> str | None:
    """The address of a path of the site, without the part that says how it is to be shown."""
    return f"{_SITE}{path.partition('?')[0]}" if path and path.startswith("/") else None


def _root_of(context: str | None) -> str | None:
    """The submission in the path of an inbox item: /r/<sub>/comments/<id>/…"""
    parts = (context or "").split("/")
    return f"t3_{parts[4]}" if len(parts) > 4 and parts[3] == "comments" else None


def _moment(seconds: float | None) -> datetime | None:
    """Seconds since 1970 as a moment in UTC without zone; None for one that no calendar holds."""
    if seconds is None:
        return None
    try:
        return _EPOCH + timedelta(0, seconds)
    except OverflowError:
        return None


def _edited(told: bool | float | None) -> datetime | None:
    """False: never; true: long ago, without a time."""
    return None if isinstance(told, bool) else _moment(told)


def _likes(score: int | None, is_hidden: bool | None) -> int | None:
    """Upvotes less downvotes. Below zero it counts no likes; hidden ones are shown as 1."""
    return None if is_hidden or score is None or score < 0 else score


def _audience(subscribers: int | None) -> tuple[int | None, str | None]:
    """Followers of a profile. Zero is also what is told where they are hidden, so it is no count."""
    if subscribers is None:
        return None, None
    return (subscribers, "exact") if subscribers > 0 else (None, "hidden")


def _folded(title: str | None) -> str:
    return " ".join((title or "").casefold().split())


def _fullname(raw: Raw) -> str:
    """The name of a thing that could not be read as a whole, else ''."""
    thing = msgspec.json.decode(raw)
    data = thing.get("data") if isinstance(thing, dict) else None
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""
