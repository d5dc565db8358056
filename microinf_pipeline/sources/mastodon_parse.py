"""From stored pages of the Mastodon API to typed deliveries: pure, so a replay needs no network.

Put here: which field becomes which column. Keep out: shapes (`mastodon_records.py`), what needs all rows together
(`mastodon_union.py`) and any request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec import Raw

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.mastodon_api import OWN, TIMELINE
from microinf_pipeline.sources.mastodon_records import (
    PUBLIC,
    Account,
    Notification,
    Status,
    audience_of,
    bridged_from,
    counts_of,
    hides,
    html_of,
    language_code,
    links_of,
    media_types,
    quoted_by,
    read_time,
    without_private,
)
from microinf_pipeline.sources.mastodon_union import LocalIds, united

#: Before it there was no fediverse; such dates come from broken servers. A clock may be a day ahead of ours.
EARLIEST: Final = datetime.fromisoformat("2008-01-01")
AHEAD: Final = timedelta(hours=24)

REFRESH: Final = "refresh"
NOT_PUBLIC: Final = "not public"
POST_GONE: Final = "mention without its post"
_GONE: Final = (404, 410)
_REASONS: Final = {OWN: "owned", TIMELINE: "timeline"}  # of pages that no question about a brand brought
_BLOCK_ROWS: Final = 20_000

NAMES: Final = RowNames(
    posts=(
        "post_id", "protocol_uri", "url", "account_id", "handle", "display_name", "text", "lang", "created_at",
        "edited_at", "observed_at", "post_type", "reply_to_account_id", "repost_of_post_id", "quote_of_post_id",
        "media_types", "likes", "comments", "shares", "quotes", "followers", "followers_precision", "given_hashtags",
        "given_mentions", "given_links", "bridged_from_uri", "capture_reason", "file", "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "following",
        "post_count", "account_type", "profile_links", "checked_links", "created_at", "observed_at", "with_post",
        "file", "row_number",
    ),
)  # fmt: skip

_statuses = msgspec.json.Decoder(list[Status])
_notifications = msgspec.json.Decoder(list[Notification])
_accounts = msgspec.json.Decoder(list[Account])
_raw_list = msgspec.json.Decoder(list[Raw])
_raw_page = msgspec.json.Decoder(dict[str, Raw])

#: Page kind → decoder of its items and their type. Pages of other kinds hold no deliveries.
_KINDS: Final[dict[str, tuple[Any, Any]]] = {
    **dict.fromkeys(("tag", "search", "resolve", "statuses", "status", OWN, TIMELINE), (_statuses, Status)),
    "notifications": (_notifications, Notification),
    **dict.fromkeys(("accounts", "account"), (_accounts, Account)),
}


#: What decides how an account reads: the server's domain, and whether it shows counts of followers.
_Server = tuple[str, bool]


class _Person(NamedTuple):
    """An account as one server shows it, read once: the same people come on page after page."""

    account: Account
    account_id: str
    handle: str
    followers: int | None
    precision: str | None
    cells: Row  # the first of its row in `NAMES.accounts`


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages: one row for each post and account, whatever the number of instances that showed it.

    `post_id` is the ActivityPub uri, `account_id` the qualified handle in lower case: both are the same on all servers.
    """
    rows, local, known = Rows("mastodon", NAMES), LocalIds(), defaultdict[_Server, dict[str, _Person]](dict)
    for page in pages:
        if page.kind in _KINDS:
            _PageReader(page, rows, local, known).read()
        if len(rows.posts) + len(rows.accounts) > _BLOCK_ROWS:
            rows.close_block()
    return united(rows.parsed(), local)


def items_of(page: Page) -> bytes:
    """The JSON list inside the page, whatever the kind wraps around it. Raises `msgspec.DecodeError`, `KeyError`."""
    if page.kind in ("search", "resolve"):
        return bytes(_raw_page.decode(page.body)["statuses"])
    return f"[{page.body}]".encode() if page.kind in ("status", "account") else page.body.encode()


class _PageReader:
    """Reads one page into rows."""

    def __init__(self, page: Page, rows: Rows, local: LocalIds, known: dict[_Server, dict[str, _Person]]) -> None:
        self.page, self.rows, self.local = page, rows, local
        self.host = urlsplit(str(page.request["url"])).netloc
        self.domain = str(page.request.get("domain") or self.host)
        self.shows_followers = bool(page.request.get("shows_follower_counts", True))
        self.known = known[self.domain, self.shows_followers]
        self.observed = utc(page.received_at)
        self.latest = self.observed + AHEAD
        self.reason = None if page.rule == REFRESH else _REASONS.get(page.kind, "mention")
        self.authors: set[str] = set()
        self.uris: set[str] = set()
        self.refused = False  # whether a row of the page was
        self.number = 0  # of the row inside the page
        local.add_page(page.name, self.host)

    def read(self) -> None:
        if self.page.status not in _GONE:
            for index, item in enumerate(self._items()):
                if isinstance(item, Status):
                    self._status(item, index)
                elif isinstance(item, Account):
                    self.rows.accounts.append((*self._person(item).cells, self.observed, False, self.page.name, self._next()))
                elif isinstance(item, Notification):
                    self._notification(item, index)
                else:
                    self._reject_raw(item)
        if "asked" in self.page.request:
            self._look_ups(self.page.request["asked"])

    def _items(self) -> list[Any]:
        """The typed items; one that does not fit its type as its raw text."""
        decoder, kind = _KINDS[self.page.kind]
        try:
            content = items_of(self.page)
        except (msgspec.DecodeError, KeyError):
            self._reject("not JSON of this endpoint", self.page.body)
            return []
        try:
            return list(decoder.decode(content))
        except msgspec.DecodeError:
            return self._items_one_by_one(content, kind)

    def _items_one_by_one(self, content: bytes, kind: Any) -> list[Any]:
        try:
            raws = _raw_list.decode(content)
        except msgspec.DecodeError:
            self._reject("not JSON of this endpoint", self.page.body)
            return []
        items: list[Any] = []
        for raw in raws:
            try:
                items.append(msgspec.json.decode(raw, type=kind))
            except msgspec.ValidationError:
                items.append(bytes(raw).decode())
        return items

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _reject(self, reason: str, raw: str) -> None:
        self.refused = True
        self.rows.reject(reason, raw, self.page.name, self._next())

    def _reject_item(self, reason: str, index: int) -> None:
        self._reject(reason, without_private(bytes(_raw_list.decode(items_of(self.page))[index]).decode()))

    def _reject_raw(self, raw: str) -> None:
        """A row that does not fit: often a status that was not public and so was cut before it was stored."""
        safe = without_private(raw)
        misfit = "not an account" if self.page.kind.startswith("account") else "not a status"
        self._reject(NOT_PUBLIC if hides(msgspec.json.decode(safe)) else misfit, safe)

    def _notification(self, item: Notification, index: int) -> None:
        """Only mentions are asked for; a server that ignores the filter sends others, which are no posts about anyone."""
        if item.type == "mention" and item.status is not None:
            self._status(item.status, index)
        elif item.type == "mention":
            self._reject_item(POST_GONE, index)

    def _status(self, status: Status, index: int) -> None:
        inner = status.reblog
        if status.visibility not in PUBLIC or (inner is not None and inner.visibility not in PUBLIC):
            self._reject_item(NOT_PUBLIC, index)
            return
        created = self._created(status)
        inner_created = None if inner is None else self._created(inner)
        if created is None or (inner is not None and inner_created is None):
            self._reject_item("time out of range", index)
            return
        if inner is not None and inner_created is not None:
            self._post(inner, inner_created)
        self._post(status, created)

    def _created(self, status: Status) -> datetime | None:
        created = read_time(status.created_at)
        return created if created is not None and EARLIEST <= created <= self.latest else None

    def _post(self, status: Status, created: datetime) -> None:
        number, author, acct = self._next(), self._person(status.account), status.account.acct
        self.rows.posts.append(self._post_row(status, author, created, number))
        self.uris.add(status.uri)
        self.local.add_post(self.host, status.id, status.uri)
        if acct not in self.authors:
            self.authors.add(acct)
            self.local.add_account(self.host, status.account.id, author.account_id)
            self.rows.accounts.append((*author.cells, self.observed, True, self.page.name, number))

    def _post_row(self, status: Status, author: _Person, created: datetime, number: int) -> Row:
        repost = status.reblog.uri if status.reblog is not None else None
        quoted, is_quote = quoted_by(status)
        kind = "repost" if repost else "reply" if status.in_reply_to_id else "quote" if is_quote else "original"
        if status.in_reply_to_id or status.quote is not None:
            self.local.add_reference(self.page.name, number, self.host, status)
        return (
            status.uri, status.uri, status.url, author.account_id, author.handle, status.account.display_name,
            None if repost else html_of(status), language_code(status.language), created,
            read_time(status.edited_at), self.observed, kind, self._answered(status), repost, quoted,
            media_types(status), *counts_of(status), author.followers, author.precision,
            tuple([tag.name.lstrip("#") for tag in status.tags]),
            tuple([self._handle(one.acct) for one in status.mentions]) if status.mentions else (),
            (status.card.url,) if status.card is not None and status.card.url else (), bridged_from(status.uri),
            self.reason, self.page.name, number,
        )  # fmt: skip

    def _answered(self, status: Status) -> str | None:
        """The account that is answered, when the status itself tells who that is; local ids mean nothing elsewhere."""
        wanted = status.in_reply_to_account_id
        if wanted is None:
            return None
        named = next((one.acct for one in status.mentions if one.id == wanted), None)
        own = status.account.acct if wanted == status.account.id else None
        return self._handle(named or own or "").lower() or None

    def _handle(self, acct: str) -> str:
        """user@domain: a server leaves its own domain out."""
        return f"{acct}@{self.domain}" if acct and "@" not in acct else acct

    def _person(self, one: Account) -> _Person:
        person = self.known.get(one.acct)
        if person is None or person.account != one:
            person = self.known[one.acct] = self._read_person(one)
        return person

    def _read_person(self, one: Account) -> _Person:
        handle, kind, audience = self._handle(one.acct), "bot" if one.bot else None, audience_of(one, self.shows_followers)
        cells = (
            handle.lower(), handle, one.display_name, one.note, one.url, *audience, kind, *links_of(one),
            read_time(one.created_at),
        )  # fmt: skip
        return _Person(one, handle.lower(), handle, audience.followers, audience.precision, cells)

    def _look_ups(self, asked: dict[str, str]) -> None:
        """Which of the posts asked for (what was asked → uri) are still there. Absent may be hidden from us, 404 is gone."""
        answer = f"HTTP {self.page.status}"
        missing = ("deleted", answer) if self.page.status in _GONE else ("unknown", f"absent from {self.page.kind}, {answer}")
        if self.refused and self.page.status not in _GONE:
            missing = ("unknown", f"not readable in {self.page.kind}, {answer}")
        for number, uri in enumerate(asked.values(), 1):
            status, evidence = ("available", answer) if uri in self.uris else missing
            self.rows.statuses.append((uri, self.observed, status, evidence, self.page.name, number))
