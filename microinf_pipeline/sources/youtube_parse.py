"""From stored YouTube pages to typed deliveries: pure, so a replay needs no network.

Pages of a search only name candidates (their texts are escaped and cut), so videos come from `videos.list` alone.
Put here: which field becomes which column. Keep out: any request.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from microinf_pipeline.catalog.capture import TIMELINES, Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc

REFRESH: Final = "refresh"  # rule of a page that looks again at stored videos
ABSENT: Final = "absent from videos.list"
PRESENT: Final = "returned by videos.list"
#: Subscribers are rounded down to three significant figures, so counts below a thousand are exact.
_EXACT_BELOW: Final = 1000

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "account_id", "display_name", "title", "text", "lang", "created_at", "observed_at", "post_type",
        "media_types", "likes", "comments", "views", "is_paid_label", "capture_reason", "file", "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "post_count",
        "country", "created_at", "observed_at", "with_post", "file", "row_number",
    ),
)  # fmt: skip


class _Snippet(Struct):
    publishedAt: datetime  # noqa: N815
    channelId: str = ""  # noqa: N815
    title: str | None = None
    description: str | None = None
    channelTitle: str | None = None  # noqa: N815
    defaultLanguage: str | None = None  # noqa: N815
    defaultAudioLanguage: str | None = None  # noqa: N815
    customUrl: str | None = None  # noqa: N815
    country: str | None = None


class _Statistics(Struct):
    """Counts are numbers as text; one that is hidden or switched off is absent."""

    viewCount: str | None = None  # noqa: N815
    likeCount: str | None = None  # noqa: N815
    commentCount: str | None = None  # noqa: N815
    subscriberCount: str | None = None  # noqa: N815
    hiddenSubscriberCount: bool = False  # noqa: N815
    videoCount: str | None = None  # noqa: N815


class _Paid(Struct):
    hasPaidProductPlacement: bool | None = None  # noqa: N815


class _Item(Struct):
    """A video or a channel."""

    id: str
    snippet: _Snippet
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)
    paidProductPlacementDetails: _Paid | None = None  # noqa: N815


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages, in their order. An item that cannot be read becomes a reject, the rest goes on."""
    rows = Rows("youtube", NAMES)
    for page in pages:
        if page.kind in ("videos", "channels"):
            _PageReader(page, rows).read()
    return rows.parsed()


class _PageReader:
    """Reads one page into rows."""

    def __init__(self, page: Page, rows: Rows) -> None:
        self.page, self.rows = page, rows
        self.observed = utc(page.received_at)
        self.reason = None if page.rule == REFRESH else "timeline" if page.rule == TIMELINES else "mention"
        self.there: set[str] = set()

    def read(self) -> None:
        for number, raw in enumerate(self._raw_items(), 1):
            self._read_item(raw, number)
        if self.page.kind == "videos":
            self._statuses()

    def _raw_items(self) -> list[msgspec.Raw]:
        try:
            body = msgspec.json.decode(self.page.body, type=dict[str, msgspec.Raw])
            return msgspec.json.decode(body.get("items", b"[]"), type=list[msgspec.Raw])
        except msgspec.DecodeError:
            self.rows.reject("not JSON of this endpoint", self.page.body, self.page.name, 1)
            return []

    def _read_item(self, raw: msgspec.Raw, number: int) -> None:
        is_video = self.page.kind == "videos"
        try:
            item = msgspec.json.decode(raw, type=_Item)
        except msgspec.ValidationError:
            self.there.add(_id_of(raw))
            reason = "not a video" if is_video else "not a channel"
            self.rows.reject(reason, bytes(raw).decode("utf-8", "replace"), self.page.name, number)
            return
        self.there.add(item.id)
        if is_video:
            self.rows.posts.append(self._video(item, number))
        else:
            self.rows.accounts.append(self._channel(item, number))

    def _video(self, item: _Item, number: int) -> Row:
        said, counts = item.snippet, item.statistics
        paid = item.paidProductPlacementDetails
        row: Row = (
            item.id, f"https://www.youtube.com/watch?v={item.id}", said.channelId or None, said.channelTitle, said.title,
            said.description, _language(said), utc(said.publishedAt), self.observed, "original", ["video"],
            _count(counts.likeCount), _count(counts.commentCount), _count(counts.viewCount),
            paid.hasPaidProductPlacement if paid else None, self.reason, self.page.name, number,
        )  # fmt: skip
        return row

    def _channel(self, item: _Item, number: int) -> Row:
        said, counts = item.snippet, item.statistics
        followers = None if counts.hiddenSubscriberCount else _count(counts.subscriberCount)
        handle = said.customUrl.lstrip("@").lower() if said.customUrl else None
        row: Row = (
            item.id, handle, said.title, said.description, f"https://www.youtube.com/channel/{item.id}", followers,
            _precision(followers, hidden=counts.hiddenSubscriberCount), _count(counts.videoCount), said.country,
            utc(said.publishedAt), self.observed, False, self.page.name, number,
        )  # fmt: skip
        return row

    def _statuses(self) -> None:
        """Which of the videos asked for are there. Absent is deleted or private: the answer does not say which."""
        asked = [value for name, value in self.page.request["params"] if name == "id"]
        for number, video in enumerate((one for ids in asked for one in ids.split(",")), 1):
            status, evidence = ("available", PRESENT) if video in self.there else ("unknown", ABSENT)
            self.rows.statuses.append((video, self.observed, status, evidence, self.page.name, number))


def _count(told: str | None) -> int | None:
    return int(told) if told is not None and told.isdecimal() else None


def _precision(followers: int | None, *, hidden: bool) -> str | None:
    if hidden:
        return "hidden"
    if followers is None:
        return None
    return "exact" if followers < _EXACT_BELOW else "rounded"


def _language(said: _Snippet) -> str | None:
    """What the creator set, of the speech before the text; two letters."""
    told = said.defaultAudioLanguage or said.defaultLanguage
    code = (told or "").partition("-")[0].lower()
    return code if len(code) == 2 and code.isalpha() else None


def _id_of(raw: msgspec.Raw) -> str:
    """The id of an item that could not be read as a whole, else ''."""
    item = msgspec.json.decode(raw)
    found = item.get("id") if isinstance(item, dict) else None
    return found if isinstance(found, str) else ""
