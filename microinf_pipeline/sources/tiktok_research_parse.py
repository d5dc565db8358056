"""From stored pages of the Research API to typed deliveries: pure, so a replay needs no network.

A video names its author by handle alone; accounts have no id here. Put here: which field becomes which column. Keep out:
any request.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import Struct

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.tiktok_fields import address_of, at_second, paid_by_tag
from microinf_pipeline.sources.tiktok_looks import Looks
from microinf_pipeline.sources.tiktok_research_api import error_of
from microinf_pipeline.sources.tiktok_research_queries import OWNED, REFRESH, SEARCH, TIMELINE

ABSENT: Final = "absent from video/query"
PRESENT: Final = "returned by video/query"
#: Kind of a page of videos → why they were captured; a second look says nothing of it.
REASONS: Final = {SEARCH: "mention", OWNED: "owned", TIMELINE: "timeline", REFRESH: None}

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "handle", "text", "created_at", "observed_at", "post_type", "media_types", "likes", "comments",
        "shares", "saves", "views", "is_paid_label", "given_hashtags", "given_mentions", "capture_reason", "file",
        "row_number",
    ),
    accounts=(
        "handle", "display_name", "bio", "url", "followers", "followers_precision", "following", "post_count", "verified",
        "observed_at", "country", "profile_links", "with_post", "file", "row_number",
    ),
)  # fmt: skip


class _Video(Struct):
    """Counts that a request did not name, or that TikTok does not tell, are absent. Older answers say `video_id`."""

    create_time: int
    id: int | str | None = None
    video_id: int | str | None = None
    username: str | None = None
    video_description: str | None = None
    region_code: str | None = None
    like_count: int | None = None
    comment_count: int | None = None
    share_count: int | None = None
    view_count: int | None = None
    favorites_count: int | None = None
    hashtag_names: list[str] | None = None
    video_mention_list: list[str] | None = None
    video_tag: Any = None


class _Videos(Struct):
    videos: list[msgspec.Raw]


class _VideoPage(Struct):
    data: _Videos


class _End(Struct):
    has_more: bool | None = None


class _EndPage(Struct):
    data: _End


class _TypedVideos(Struct):
    videos: list[_Video]


class _TypedPage(Struct):
    data: _TypedVideos


class _User(Struct):
    display_name: str | None = None
    bio_description: str | None = None
    bio_url: str | None = None
    is_verified: bool | None = None
    follower_count: int | None = None
    following_count: int | None = None
    video_count: int | None = None


class _UserPage(Struct):
    data: _User


_TYPED: Final = msgspec.json.Decoder(_TypedPage)


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages, in their order. An item that cannot be read becomes a reject, the rest goes on."""
    rows, looks = Rows("tiktok", NAMES), Looks(PRESENT, ABSENT)
    for page in pages:
        if page.kind in REASONS:
            _VideoReader(page, rows, looks).read()
        elif page.kind == "user":
            _read_user(page, rows)
    looks.write(rows)
    return rows.parsed()


class _VideoReader:
    """Reads one page of videos into rows."""

    def __init__(self, page: Page, rows: Rows, looks: Looks) -> None:
        self.page, self.rows, self.looks = page, rows, looks
        self.observed = utc(page.received_at)
        self.there: set[str] = set()

    def read(self) -> None:
        authors: dict[str, str | None] = {}
        for number, video in self._videos():
            post_id = str(video.id or video.video_id or "")
            if not post_id.isdecimal():
                self._reject("no id", msgspec.json.encode(video), number)
                continue
            self.there.add(post_id)
            self.rows.posts.append(self._post(video, post_id, number))
            if video.username:
                authors.setdefault(video.username.lower(), video.region_code)
        self._authors(authors)
        if self.page.kind == REFRESH:
            self._look()

    def _videos(self) -> Iterable[tuple[int, _Video]]:
        """Numbered videos, read all at once; one by one where some cannot be read, so that only those are lost."""
        try:
            return list(enumerate(_TYPED.decode(self.page.body).data.videos, 1))
        except msgspec.DecodeError:
            return self._one_by_one()

    def _one_by_one(self) -> Iterable[tuple[int, _Video]]:
        try:
            raw_videos = msgspec.json.decode(self.page.body, type=_VideoPage).data.videos
        except msgspec.DecodeError:
            self._reject("not JSON of this endpoint", self.page.body.encode(), 1)
            return
        for number, raw in enumerate(raw_videos, 1):
            try:
                yield number, msgspec.json.decode(raw, type=_Video)
            except msgspec.DecodeError:
                self._reject("not a video", bytes(raw), number)

    def _reject(self, reason: str, raw: bytes, number: int) -> None:
        self.rows.reject(reason, raw.decode("utf-8", "replace"), self.page.name, number)

    def _post(self, video: _Video, post_id: str, number: int) -> Row:
        handle = video.username.lower() if video.username else None
        row: Row = (
            post_id, address_of(handle, post_id), handle, video.video_description, at_second(video.create_time),
            self.observed, "original", ["video"], video.like_count, video.comment_count, video.share_count,
            video.favorites_count, video.view_count, paid_by_tag(video.video_tag) if video.video_tag else None,
            video.hashtag_names or None, video.video_mention_list or None, REASONS[self.page.kind], self.page.name, number,
        )  # fmt: skip
        return row

    def _authors(self, authors: dict[str, str | None]) -> None:
        """What videos tell of their authors besides the handle: where they registered."""
        for number, (handle, region) in enumerate(authors.items(), 1):
            if region is not None and len(region) == 2:
                row: Row = (
                    handle, None, None, None, None, None, None, None, None, self.observed, region.upper(), None, True,
                    self.page.name, number,
                )  # fmt: skip
                self.rows.accounts.append(row)

    def _look(self) -> None:
        query = self.page.request.get("body", {}).get("query", {})
        asked = [value for one in query.get("and", ()) if one["field_name"] == "video_id" for value in one["field_values"]]
        self.looks.add(self.page, asked, self.there, is_last=self._is_last())

    def _is_last(self) -> bool:
        try:
            return msgspec.json.decode(self.page.body, type=_EndPage).data.has_more is False
        except msgspec.DecodeError:
            return False


def _read_user(page: Page, rows: Rows) -> None:
    """One account. The answer does not repeat whose it is: the request says so. Nobody of that name is no row."""
    try:
        refused = page.status == 404 or error_of(msgspec.json.decode(page.body))[0] == "invalid_params"
        user = _User() if refused else msgspec.json.decode(page.body, type=_UserPage).data
    except msgspec.DecodeError:
        rows.reject("not JSON of this endpoint", page.body, page.name, 1)
        return
    handle = page.request.get("body", {}).get("username")
    if refused or not handle:
        if not refused:
            rows.reject("no name in the request", page.body, page.name, 1)
        return
    row: Row = (
        handle, user.display_name, user.bio_description, f"https://www.tiktok.com/@{handle}", user.follower_count,
        None if user.follower_count is None else "exact", user.following_count, user.video_count, user.is_verified,
        utc(page.received_at), None, user.bio_url or "", False, page.name, 1,
    )  # fmt: skip
    rows.accounts.append(row)
