"""From stored pages of TikTok's API for Business to typed deliveries: pure, so a replay needs no network.

Lists of mentions leave out saves, lists of hashtags authors and views, comments their handles: what is not told is NULL.
Put here: which field becomes which column. Keep out: any request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows
from microinf_pipeline.sources.tiktok_fields import address_of, at_second, handle_in, paid_by_status

T = TypeVar("T", bound=Struct)

#: Kinds of pages.
MENTIONS, HASHTAG, COMMENTS, OWN, REFRESH, PROFILE, CREATOR, TIMELINE, CREATOR_REFRESH = (
    "mentions", "hashtag", "comments", "own", "refresh", "profile", "creator", "timeline", "creator_refresh",
)  # fmt: skip
ABSENT: Final = "absent from video/list"
PRESENT: Final = "returned by TikTok"
_MEDIA: Final = {"VIDEO": ["video"], "PHOTO": ["picture"]}

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "handle", "display_name", "text", "created_at", "observed_at", "post_type", "reply_to_post_id",
        "thread_root_post_id", "media_types", "likes", "comments", "shares", "saves", "views", "reach_measured",
        "is_paid_label", "given_hashtags", "given_mentions", "capture_reason", "file", "row_number",
    ),
    accounts=(
        "handle", "display_name", "bio", "url", "followers", "followers_precision", "following", "post_count", "verified",
        "observed_at", "with_post", "file", "row_number",
    ),
)  # fmt: skip


class _Mention(Struct):
    """A post that names the account, or carries one of its hashtags."""

    item_id: str
    create_time: str | int
    video_link: str | None = None
    caption: str | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None
    reach: int | None = None
    creator_handle_name: str | None = None
    matched_hashtags: list[str] | None = None


class _Comment(Struct):
    item_id: str
    comment_id: str
    comment_create_time: str | int
    comment_text: str | None = None
    comment_likes: int | None = None
    commenter_display_name: str | None = None


class _OwnPost(Struct):
    item_id: str
    create_time: str | int
    share_url: str | None = None
    caption: str | None = None
    media_type: str | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    favorites: int | None = None
    video_views: int | None = None
    reach: int | None = None


class _CreatorPost(Struct):
    video_id: str
    create_time: str | int
    caption: str | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    favorites: int | None = None
    video_views: int | None = None
    caption_hashtags: list[str] | None = None
    mentioned_accounts: list[str] | None = None
    collaboration_status: str | None = None


class _OwnProfile(Struct):
    username: str
    display_name: str | None = None
    bio_description: str | None = None
    is_verified: bool | None = None
    followers_count: int | None = None
    following_count: int | None = None
    videos_count: int | None = None


class _Creator(Struct):
    handle_name: str
    display_name: str | None = None
    bio: str | None = None
    followers_count: int | None = None
    following_count: int | None = None
    videos_count: int | None = None


class _Items(Struct):
    """A list stands under one of these names."""

    videos: list[msgspec.Raw] | None = None
    comments: list[msgspec.Raw] | None = None
    posts: list[msgspec.Raw] | None = None


class _ItemPage(Struct):
    data: _Items


class _WholePage(Struct):
    data: msgspec.Raw


def parse_pages(pages: Iterable[Page], username: str) -> Parsed:
    """All deliveries of the pages, in their order; `username` is the business account's own. An item that cannot be read
    becomes a reject, the rest goes on.
    """
    rows = Rows("tiktok", NAMES)
    for page in pages:
        _PageReader(page, rows, username.lower()).read()
    return rows.parsed()


class _PageReader:
    """Reads one page into rows."""

    def __init__(self, page: Page, rows: Rows, username: str) -> None:
        self.page, self.rows, self.username = page, rows, username
        self.observed = page.received_at.astimezone(UTC).replace(tzinfo=None)
        self.there: set[str] = set()

    def read(self) -> None:
        if self.page.kind in (PROFILE, CREATOR):
            self._account()
            return
        readers: Mapping[str, Callable[[msgspec.Raw, int], Row]] = {
            MENTIONS: self._mention, HASHTAG: self._mention, COMMENTS: self._comment, OWN: self._own, REFRESH: self._own,
            TIMELINE: self._of_creator, CREATOR_REFRESH: self._of_creator,
        }  # fmt: skip
        reader = readers.get(self.page.kind)
        if reader is None:
            return
        for number, raw in enumerate(self._items(), 1):
            try:
                self.rows.posts.append(reader(raw, number))
            except msgspec.DecodeError:
                self.rows.reject(f"not of '{self.page.kind}'", bytes(raw).decode("utf-8", "replace"), self.page.name, number)
        if self.page.kind in (REFRESH, CREATOR_REFRESH):
            self._statuses()

    def _items(self) -> list[msgspec.Raw]:
        try:
            data = msgspec.json.decode(self.page.body, type=_ItemPage).data
        except msgspec.DecodeError:
            data = _Items()
        found = next((items for items in (data.videos, data.comments, data.posts) if items is not None), None)
        if found is None:
            self.rows.reject("not JSON of this endpoint", self.page.body, self.page.name, 1)
        return found or []

    def _mention(self, raw: msgspec.Raw, number: int) -> Row:
        one = msgspec.json.decode(raw, type=_Mention)
        handle = one.creator_handle_name.lower() if one.creator_handle_name else handle_in(one.video_link)
        named = [self.username] if self.page.kind == MENTIONS else None
        return self._row(
            number, one.item_id, one.video_link or address_of(handle, one.item_id), handle, one.caption, one.create_time,
            (one.likes, one.comments, one.shares, None, one.views, one.reach), tags=one.matched_hashtags, mentions=named,
        )  # fmt: skip

    def _own(self, raw: msgspec.Raw, number: int) -> Row:
        one = msgspec.json.decode(raw, type=_OwnPost)
        self.there.add(one.item_id)
        counts = (one.likes, one.comments, one.shares, one.favorites, one.video_views, one.reach)
        return self._row(
            number, one.item_id, one.share_url or address_of(self.username, one.item_id), self.username, one.caption,
            one.create_time, counts, media=_MEDIA.get(one.media_type or "VIDEO"),
            reason="owned" if self.page.kind == OWN else None,
        )  # fmt: skip

    def _of_creator(self, raw: msgspec.Raw, number: int) -> Row:
        one = msgspec.json.decode(raw, type=_CreatorPost)
        self.there.add(one.video_id)
        handle = dict(self.page.request.get("params", ())).get("handle_name")
        counts = (one.likes, one.comments, one.shares, one.favorites, one.video_views, None)
        return self._row(
            number, one.video_id, address_of(handle, one.video_id), handle, one.caption, one.create_time, counts,
            tags=one.caption_hashtags, mentions=one.mentioned_accounts, paid=paid_by_status(one.collaboration_status),
            reason="timeline" if self.page.kind == TIMELINE else None,
        )  # fmt: skip

    def _comment(self, raw: msgspec.Raw, number: int) -> Row:
        """A comment that names the account. Its author has a name, but no handle."""
        one = msgspec.json.decode(raw, type=_Comment)
        row: Row = (
            one.comment_id, None, None, one.commenter_display_name, one.comment_text, at_second(one.comment_create_time),
            self.observed, "reply", one.item_id, one.item_id, None, one.comment_likes, None, None, None, None, None, None,
            None, [self.username], "mention", self.page.name, number,
        )  # fmt: skip
        return row

    def _row(
        self, number: int, post_id: str, url: str, handle: str | None, text: str | None, created: Any,
        counts: tuple[int | None, ...], *, media: list[str] | None = None, tags: list[str] | None = None,
        mentions: list[str] | None = None, paid: bool | None = None, reason: str | None = "mention",
    ) -> Row:  # fmt: skip
        row: Row = (
            post_id, url, handle, None, text, at_second(created), self.observed, "original", None, None, media or ["video"],
            *counts, paid, tags or None, mentions or None, reason, self.page.name, number,
        )  # fmt: skip
        return row

    def _account(self) -> None:
        try:
            data = msgspec.json.decode(self.page.body, type=_WholePage).data
            row = self._own_profile(data) if self.page.kind == PROFILE else self._creator(data)
        except msgspec.DecodeError:
            self.rows.reject("not JSON of this endpoint", self.page.body, self.page.name, 1)
            return
        self.rows.accounts.append(row)

    def _own_profile(self, data: msgspec.Raw) -> Row:
        one = msgspec.json.decode(data, type=_OwnProfile)
        return self._profile(one.username, one.display_name, one.bio_description, one, one.is_verified)

    def _creator(self, data: msgspec.Raw) -> Row:
        one = msgspec.json.decode(data, type=_Creator)
        return self._profile(one.handle_name, one.display_name, one.bio, one, None)

    def _profile(
        self, handle: str, name: str | None, bio: str | None, counts: _OwnProfile | _Creator, verified: bool | None
    ) -> Row:
        followers = counts.followers_count
        row: Row = (
            handle.lower(), name, bio, f"https://www.tiktok.com/@{handle.lower()}", followers,
            None if followers is None else "exact", counts.following_count, counts.videos_count, verified, self.observed,
            False, self.page.name, 1,
        )  # fmt: skip
        return row

    def _statuses(self) -> None:
        """Which of the own posts asked for are there. Absent is deleted or private: the answer does not say which."""
        asked = dict(self.page.request.get("params", ()))
        filters = msgspec.json.decode(asked.get("filters", "{}"))
        ids = filters.get("video_ids", ()) or msgspec.json.decode(asked.get("video_ids", "[]"))
        for number, post_id in enumerate(ids, 1):
            status, evidence = ("available", PRESENT) if post_id in self.there else ("unknown", ABSENT)
            self.rows.statuses.append((post_id, self.observed, status, evidence, self.page.name, number))
