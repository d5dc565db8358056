"""From stored Threads pages to typed deliveries: pure, so a replay needs no network.

A found post tells its author by name alone and no counts; counts of own posts stand in pages of their own and are joined here.
Put here: which field becomes which column. Keep out: any request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources import threads_edges as edges
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.threads_records import NOTHING, Insights, Post, Posts, Profile, RawPosts, Ref

ABSENT: Final = "not shown by its id"
PRESENT: Final = "shown by its id"
_BLOCK_ROWS: Final = 5_000
_MEDIA: Final = {"IMAGE": "picture", "VIDEO": "video", "CAROUSEL_ALBUM": "picture", "AUDIO": "audio", "GIF": "gif"}
_LISTS: Final = frozenset({edges.SEARCH, edges.MENTIONS, edges.OWN, edges.OWN_REPLIES, edges.ANSWERS, edges.TIMELINE})
_REASONS: Final = {edges.OWN: "owned", edges.OWN_REPLIES: "owned", edges.TIMELINE: "timeline", edges.LOOK: None}
#: Insight → column. `replies` and `reposts` are what the other networks call comments and shares.
_COUNTS: Final = ("likes", "replies", "reposts", "quotes", "views")

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "account_id", "handle", "text", "created_at", "observed_at", "post_type", "reply_to_post_id",
        "repost_of_post_id", "quote_of_post_id", "thread_root_post_id", "media_types", "likes", "comments", "shares", "quotes",
        "views", "given_hashtags", "given_links", "capture_reason", "file", "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "verified", "observed_at",
        "with_post", "file", "row_number",
    ),
)  # fmt: skip


_list = msgspec.json.Decoder(Posts)
_raw_list = msgspec.json.Decoder(RawPosts)
_post = msgspec.json.Decoder(Post)
_profile = msgspec.json.Decoder(Profile)
_insights = msgspec.json.Decoder(Insights)


@dataclass
class _Known:
    """What other pages of a capture tell about the own account and its posts, and whether posts of others are shown by id."""

    username: str = ""
    followers: int | None = None
    counts: dict[str, dict[str, int | None]] = field(default_factory=dict)
    shows_others: bool = False

    def is_own(self, username: str | None) -> bool:
        return bool(self.username) and username is not None and username.lower() == self.username


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages, in their order. What cannot be read becomes a reject, the rest goes on."""
    listed = list(pages)
    rows, known = Rows("threads", NAMES), _known(listed)
    for page in listed:
        _PageReader(page, rows, known).read()
        if len(rows.posts) + len(rows.accounts) > _BLOCK_ROWS:
            rows.close_block()
    return rows.parsed()


def _known(pages: list[Page]) -> _Known:
    """Read before the posts: insights of the latest answer count, whatever order the pages come in."""
    known = _Known()
    for page in sorted(pages, key=lambda page: (page.received_at, page.name)):
        if page.kind == edges.INSIGHTS and (told := _told(page, _insights)) is not None:
            known.counts[_asked_id(page, -2)] = {one.name: one.count for one in told.data}
        elif page.kind == edges.FOLLOWERS and (told := _told(page, _insights)) is not None:
            known.followers = next((one.count for one in told.data if one.name == "followers_count"), None)
        elif page.kind == edges.ME and (told := _told(page, _profile)) is not None:
            known.username = told.username.lower()
    looks = (_told(page, _post) for page in pages if page.kind == edges.LOOK)
    known.shows_others = any(post is not None and not known.is_own(post.username) for post in looks)
    return known


def _told(page: Page, decoder: Any) -> Any:
    try:
        return decoder.decode(page.body)
    except msgspec.DecodeError:
        return None


def _asked_id(page: Page, position: int) -> str:
    """An id in the address that was asked."""
    return str(page.request["url"]).rstrip("/").split("/")[position]


class _PageReader:
    """Reads one page into rows."""

    def __init__(self, page: Page, rows: Rows, known: _Known) -> None:
        self.page, self.rows, self.known = page, rows, known
        self.observed = utc(page.received_at)
        self.authors: set[str] = set()
        self.number = 0  # of the row inside the page

    def read(self) -> None:
        kind = self.page.kind
        if kind in _LISTS:
            for post in self._listed():
                self._add(post)
        elif kind == edges.LOOK:
            self._look()
        elif kind in (edges.ME, edges.PROFILE):
            self._account()
        elif _told(self.page, _insights) is None:
            self._reject("not JSON of this endpoint", self.page.body)

    def _listed(self) -> list[Post]:
        try:
            return _list.decode(self.page.body).data
        except msgspec.DecodeError:
            return self._readable()

    def _readable(self) -> list[Post]:
        """The posts of a page that can be read; the others become rejects."""
        try:
            items = _raw_list.decode(self.page.body).data
        except msgspec.DecodeError:
            self._reject("not JSON of this endpoint", self.page.body)
            return []
        found = []
        for raw in items:
            try:
                found.append(_post.decode(raw))
            except msgspec.DecodeError:
                self._reject("not a post", bytes(raw).decode("utf-8", "replace"))
        return found

    def _look(self) -> None:
        """A known post, by its id. That it is not shown means something only for own posts, and where others are shown."""
        wanted, post = _asked_id(self.page, -1), _told(self.page, _post)
        if post is not None:
            self._add(post)
            self._status(wanted, "available", PRESENT)
        elif self.page.status == 404:
            author = (self.page.request.get("about") or {}).get("handle")
            if self.known.is_own(author) or self.known.shows_others:
                self._status(wanted, "unknown", ABSENT)
        else:
            self._reject("not a post", self.page.body)

    def _status(self, post_id: str, status: str, evidence: str) -> None:
        self.rows.statuses.append((post_id, self.observed, status, evidence, self.page.name, 1))

    def _add(self, one: Post) -> None:
        self.number += 1
        counts = self.known.counts.get(one.id, {})
        likes, comments, shares, quotes, views = (counts.get(name) for name in _COUNTS)
        link = one.link_attachment_url
        row: Row = (
            one.id, one.permalink, _id(one.owner), one.username, one.text, _moment(one.timestamp), self.observed,
            *_kind_of(one), _id(one.root_post), _media_of(one), likes, comments, shares, quotes, views,
            [one.topic_tag] if one.topic_tag else [], [link] if link else [], self._reason(one), self.page.name, self.number,
        )  # fmt: skip
        self.rows.posts.append(row)
        self._author(one)

    def _reason(self, one: Post) -> str | None:
        if self.page.kind == edges.ANSWERS and self.known.is_own(one.username):
            return "owned"
        return _REASONS.get(self.page.kind, "mention")

    def _author(self, one: Post) -> None:
        """The author block, once a page; of others there is no id."""
        if one.username is None or one.username in self.authors:
            return
        self.authors.add(one.username)
        row: Row = (
            _id(one.owner), one.username, None, None, _profile_url(one.username), None, None, one.is_verified,
            self.observed, True, self.page.name, self.number,
        )  # fmt: skip
        self.rows.accounts.append(row)

    def _account(self) -> None:
        one = _told(self.page, _profile)
        if one is None:
            self._reject("not a profile", self.page.body)
            return
        is_me = self.page.kind == edges.ME
        followers = self.known.followers if is_me else one.follower_count
        self.number += 1
        row: Row = (
            one.id if is_me else None, one.username, one.name or None, one.threads_biography or one.biography or None,
            _profile_url(one.username), followers, None if followers is None else "exact", one.is_verified, self.observed,
            False, self.page.name, self.number,
        )  # fmt: skip
        self.rows.accounts.append(row)

    def _reject(self, reason: str, raw: str) -> None:
        self.number += 1
        self.rows.reject(reason, raw, self.page.name, self.number)


def _kind_of(one: Post) -> tuple[str, str | None, str | None, str | None]:
    """post_type and what is answered, reposted, quoted. Of others' posts the kind is told, but not the post it points at."""
    replied, reposted, quoted = _id(one.replied_to), _id(one.reposted_post), _id(one.quoted_post)
    if one.media_type == "REPOST_FACADE" or reposted:
        return "repost", None, reposted, None
    if one.is_reply or replied:
        return "reply", replied, None, quoted
    return ("quote", None, None, quoted) if one.is_quote_post or quoted else ("original", None, None, None)


def _id(ref: Ref | None) -> str | None:
    return None if ref is None else ref.id


def _media_of(one: Post) -> list[str]:
    """What is attached, in the words all networks share. Of a carousel only that it holds pictures or videos is told."""
    kinds = [_MEDIA[one.media_type]] if one.media_type in _MEDIA else []
    kinds += ["gif"] if one.gif_url and "gif" not in kinds else []
    kinds += ["poll"] if one.poll_attachment is not NOTHING and bytes(one.poll_attachment) != b"null" else []
    return [*kinds, "link"] if one.link_attachment_url else kinds


def _moment(told: str | None) -> datetime | None:
    """`2023-10-17T05:42:03+0000` as UTC without zone; None where it is no time."""
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
        return utc(moment) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _profile_url(username: str) -> str:
    return f"https://www.threads.com/@{username}"
