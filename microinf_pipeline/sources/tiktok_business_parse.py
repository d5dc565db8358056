"""From stored pages of TikTok's API for Business to typed deliveries: pure, so a replay needs no network.

Lists of mentions leave out saves, lists of hashtags authors and views, comments their handles: what is not told is NULL.
Put here: which field becomes which column. Keep out: any request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.tiktok_business_answers import (
    Comment,
    Creator,
    CreatorPost,
    ItemPage,
    Items,
    Mention,
    OwnPost,
    OwnProfile,
    WholePage,
)
from microinf_pipeline.sources.tiktok_fields import address_of, at_second, handle_in, paid_by_status
from microinf_pipeline.sources.tiktok_looks import Looks

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


def parse_pages(pages: Iterable[Page], username: str) -> Parsed:
    """All deliveries of the pages, in their order; `username` is the business account's own. An item that cannot be read
    becomes a reject, the rest goes on.
    """
    rows, looks = Rows("tiktok", NAMES), Looks(PRESENT, ABSENT)
    for page in pages:
        _PageReader(page, rows, looks, username.lower()).read()
    looks.write(rows)
    return rows.parsed()


class _PageReader:
    """Reads one page into rows."""

    def __init__(self, page: Page, rows: Rows, looks: Looks, username: str) -> None:
        self.page, self.rows, self.looks, self.username = page, rows, looks, username
        self.observed = utc(page.received_at)
        self.there: set[str] = set()
        self.is_last = False

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
            self._look()

    def _items(self) -> list[msgspec.Raw]:
        try:
            data = msgspec.json.decode(self.page.body, type=ItemPage).data
        except msgspec.DecodeError:
            data = Items()
        self.is_last = (data.page_info.has_more if data.page_info else data.has_more) is False
        found = next((items for items in (data.videos, data.comments, data.posts) if items is not None), None)
        if found is None:
            self.rows.reject("not JSON of this endpoint", self.page.body, self.page.name, 1)
        return found or []

    def _mention(self, raw: msgspec.Raw, number: int) -> Row:
        one = msgspec.json.decode(raw, type=Mention)
        handle = one.creator_handle_name.lower() if one.creator_handle_name else handle_in(one.video_link)
        named = [self.username] if self.page.kind == MENTIONS else None
        return self._row(
            number, one.item_id, one.video_link or address_of(handle, one.item_id), handle, one.caption, one.create_time,
            (one.likes, one.comments, one.shares, None, one.views, one.reach), tags=one.matched_hashtags, mentions=named,
        )  # fmt: skip

    def _own(self, raw: msgspec.Raw, number: int) -> Row:
        one = msgspec.json.decode(raw, type=OwnPost)
        self.there.add(one.item_id)
        counts = (one.likes, one.comments, one.shares, one.favorites, one.video_views, one.reach)
        return self._row(
            number, one.item_id, one.share_url or address_of(self.username, one.item_id), self.username, one.caption,
            one.create_time, counts, media=_MEDIA.get(one.media_type or "VIDEO"),
            reason="owned" if self.page.kind == OWN else None,
        )  # fmt: skip

    def _of_creator(self, raw: msgspec.Raw, number: int) -> Row:
        one = msgspec.json.decode(raw, type=CreatorPost)
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
        one = msgspec.json.decode(raw, type=Comment)
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
            data = msgspec.json.decode(self.page.body, type=WholePage).data
            row = self._own_profile(data) if self.page.kind == PROFILE else self._creator(data)
        except msgspec.DecodeError:
            self.rows.reject("not JSON of this endpoint", self.page.body, self.page.name, 1)
            return
        self.rows.accounts.append(row)

    def _own_profile(self, data: msgspec.Raw) -> Row:
        one = msgspec.json.decode(data, type=OwnProfile)
        return self._profile(one.username, one.display_name, one.bio_description, one, one.is_verified)

    def _creator(self, data: msgspec.Raw) -> Row:
        one = msgspec.json.decode(data, type=Creator)
        return self._profile(one.handle_name, one.display_name, one.bio, one, None)

    def _profile(
        self, handle: str, name: str | None, bio: str | None, counts: OwnProfile | Creator, verified: bool | None
    ) -> Row:
        followers = counts.followers_count
        row: Row = (
            handle.lower(), name, bio, f"https://www.tiktok.com/@{handle.lower()}", followers,
            None if followers is None else "exact", counts.following_count, counts.videos_count, verified, self.observed,
            False, self.page.name, 1,
        )  # fmt: skip
        return row

    def _look(self) -> None:
        asked = dict(self.page.request.get("params", ()))
        filters = msgspec.json.decode(asked.get("filters", "{}"))
        ids = filters.get("video_ids", ()) or msgspec.json.decode(asked.get("video_ids", "[]"))
        self.looks.add(self.page, ids, self.there, is_last=self.is_last)
