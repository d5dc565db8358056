"""From stored, reduced pages of LinkedIn to typed deliveries: pure, so a replay needs no network.

Counts stand on pages of their own and are joined to posts by URN. Put here: which field becomes which column. Keep out: any
request, and what was left out before a page was stored (`linkedin_members.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.linkedin_members import organization_of
from microinf_pipeline.sources.linkedin_text import plain

#: Kinds of pages.
OWN, MENTIONS, MENTION, REFRESH, STATISTICS, METADATA, ORGANIZATIONS, SIZE = (
    "own", "mentions", "mention", "refresh", "statistics", "metadata", "organizations", "size",
)  # fmt: skip
REASONS: Final = {OWN: "owned", MENTION: "mention", REFRESH: None}
_MEDIA: Final = {
    "image": "picture", "multiImage": "picture", "carousel": "picture", "video": "video", "article": "link", "poll": "poll",
}  # fmt: skip
#: Status of a look-up by id → what is known of the post, and by which words.
_GONE: Final = {404: "deleted", 410: "deleted", 403: "protected"}

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "account_id", "handle", "display_name", "text", "created_at", "edited_at", "observed_at",
        "post_type", "repost_of_post_id", "quote_of_post_id", "media_types", "likes", "comments", "shares", "impressions",
        "reach_measured", "given_hashtags", "given_mentions", "capture_reason", "file", "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "url", "followers", "followers_precision", "account_type", "observed_at",
        "with_post", "file", "row_number",
    ),
)  # fmt: skip


class _State(Struct):
    isEditedByAuthor: bool = False  # noqa: N815


class _Reshared(Struct):
    parent: str | None = None


class _Post(Struct):
    """A reduced post."""

    id: str
    author: str
    createdAt: int | None = None  # noqa: N815
    publishedAt: int | None = None  # noqa: N815
    lastModifiedAt: int | None = None  # noqa: N815
    lifecycleStateInfo: _State | None = None  # noqa: N815
    reshareContext: _Reshared | None = None  # noqa: N815
    commentary: str | None = None
    is_empty: bool = False
    hashtags: list[str] = []
    organizations: list[str] = []
    media: list[str] = []


class _Statistics(Struct):
    likeCount: int | None = None  # noqa: N815
    commentCount: int | None = None  # noqa: N815
    shareCount: int | None = None  # noqa: N815
    impressionCount: int | None = None  # noqa: N815
    uniqueImpressionsCount: int | None = None  # noqa: N815


class _Counted(Struct):
    totalShareStatistics: _Statistics  # noqa: N815
    share: str | None = None
    ugcPost: str | None = None  # noqa: N815


class _Count(Struct):
    count: int


class _Metadata(Struct):
    reactionSummaries: dict[str, _Count] | None = None  # noqa: N815
    commentSummary: _Count | None = None  # noqa: N815


class _Organization(Struct):
    localizedName: str | None = None  # noqa: N815
    vanityName: str | None = None  # noqa: N815


#: What nothing was told of.
_NO_STATISTICS: Final = _Statistics()
_NO_METADATA: Final = _Metadata()
_NO_ORGANIZATION: Final = _Organization()
_EPOCH: Final = datetime.fromisoformat("1970-01-01")


@dataclass
class _Known:
    """What other pages tell of posts and organisations."""

    statistics: dict[str, _Statistics] = field(default_factory=dict)
    metadata: dict[str, _Metadata] = field(default_factory=dict)
    names: dict[str, _Organization] = field(default_factory=dict)


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages. An item that cannot be read becomes a reject, the rest goes on."""
    rows, known = Rows("linkedin", NAMES), _Known()
    kept = sorted(pages, key=lambda page: (page.received_at, page.name))  # counts seen last are those that hold
    for page in kept:
        _learn(page, rows, known)
    for page in kept:
        if page.kind in REASONS:
            _PostReader(page, rows, known).read()
        elif page.kind in (ORGANIZATIONS, SIZE):
            _accounts(page, rows, known)
    return rows.parsed()


def _learn(page: Page, rows: Rows, known: _Known) -> None:
    body = _body(page)
    if page.kind == STATISTICS:
        for number, item in enumerate(body.get("elements", ()), 1):
            counted = _read(item, _Counted, page, number, rows)
            if counted is not None and (urn := counted.share or counted.ugcPost):
                known.statistics[urn] = counted.totalShareStatistics
    elif page.kind == METADATA:
        for number, (urn, item) in enumerate(_by_id(page, body), 1):
            told = _read(item, _Metadata, page, number, rows)
            if told is not None:
                known.metadata[urn] = told
    elif page.kind == ORGANIZATIONS:
        for number, (key, item) in enumerate(body.get("results", {}).items(), 1):
            named = _read(item, _Organization, page, number, rows)
            if named is not None:
                known.names[key] = named


def _body(page: Page) -> dict[str, Any]:
    """Pages were reduced by us before they were stored: they are JSON objects."""
    body: dict[str, Any] = msgspec.json.decode(page.body)
    return body


def _by_id(page: Page, body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Answers by the ids they were asked for; a look-up of one is the thing itself."""
    if "results" in body:
        yield from body["results"].items()
    elif body:
        yield from ((one, body) for one in page.request.get("ids", ())[:1])


def _read(item: Any, kind: type[Any], page: Page, number: int, rows: Rows) -> Any:
    try:
        return msgspec.convert(item, kind)
    except msgspec.ValidationError:
        rows.reject(f"not of '{page.kind}'", msgspec.json.encode(item).decode(), page.name, number)
        return None


class _PostReader:
    """Reads one page of posts into rows."""

    def __init__(self, page: Page, rows: Rows, known: _Known) -> None:
        self.page, self.rows, self.known = page, rows, known
        self.observed = utc(page.received_at)
        self.there: set[str] = set()

    def read(self) -> None:
        body = _body(self.page)
        items = body["elements"] if "elements" in body else [item for _, item in _by_id(self.page, body)]
        for number, item in enumerate(items, 1):
            post = _read(item, _Post, self.page, number, self.rows)
            if post is not None:
                self.there.add(post.id)
                self.rows.posts.append(self._post(post, number))
        if self.page.kind == REFRESH:
            self._statuses(body)

    def _post(self, post: _Post, number: int) -> Row:
        author = organization_of(post.author)
        named = self.known.names.get(author or "", _NO_ORGANIZATION)
        parent = post.reshareContext.parent if post.reshareContext else None
        kind = "original" if parent is None else "repost" if post.is_empty else "quote"
        is_edited = post.lifecycleStateInfo is not None and post.lifecycleStateInfo.isEditedByAuthor
        row: Row = (
            post.id, f"https://www.linkedin.com/feed/update/{post.id}/", author, named.vanityName, named.localizedName,
            None if post.commentary is None else plain(post.commentary), _at(post.publishedAt or post.createdAt),
            _at(post.lastModifiedAt) if is_edited else None, self.observed, kind, parent if kind == "repost" else None,
            parent if kind == "quote" else None, tuple([_MEDIA[one] for one in post.media if one in _MEDIA]) or None,
            *self._counts(post.id), post.hashtags or None, self._mentions(post), REASONS[self.page.kind], self.page.name,
            number,
        )  # fmt: skip
        return row

    def _counts(self, urn: str) -> tuple[int | None, ...]:
        """Likes (all reactions), comments, shares, impressions, reach: reactions as the post's own page tells them."""
        told = self.known.metadata.get(urn, _NO_METADATA)
        sums = self.known.statistics.get(urn, _NO_STATISTICS)
        reactions = None if told.reactionSummaries is None else sum(one.count for one in told.reactionSummaries.values())
        comments = told.commentSummary.count if told.commentSummary else sums.commentCount
        likes = sums.likeCount if reactions is None else reactions
        return likes, comments, sums.shareCount, sums.impressionCount, sums.uniqueImpressionsCount

    def _mentions(self, post: _Post) -> list[str] | None:
        """Organisations named in the text, and the one that was told of the mention."""
        told = self.page.request.get("mentions")
        if not post.organizations:
            return [told] if told else None
        return list(dict.fromkeys([*post.organizations, *([told] if told else [])])) or None

    def _statuses(self, body: Mapping[str, Any]) -> None:
        """What became of the posts asked for, by the status LinkedIn gives each."""
        for number, urn in enumerate(self.page.request.get("ids", ()), 1):
            code = body.get("statuses", {}).get(urn, self.page.status)
            gone = _GONE.get(code, "unknown")
            evidence = f"HTTP {code} of posts" if gone != "unknown" else "absent from posts"
            status = ("available", "returned by posts") if urn in self.there else (gone, evidence)
            self.rows.statuses.append((urn, self.observed, *status, self.page.name, number))


def _accounts(page: Page, rows: Rows, known: _Known) -> None:
    body, observed = _body(page), utc(page.received_at)
    followers = body.get("firstDegreeSize")
    if not isinstance(followers, int) or isinstance(followers, bool):
        followers = None
    keys = (
        page.request.get("ids", ())[:1] if page.kind == SIZE else [key for key in body.get("results", {}) if key in known.names]
    )
    for number, key in enumerate(keys, 1):
        named = known.names.get(key, _NO_ORGANIZATION)
        row: Row = (
            key, named.vanityName, named.localizedName, f"https://www.linkedin.com/company/{key}/", followers,
            None if followers is None else "exact", "brand", observed, False, page.name, number,
        )  # fmt: skip
        rows.accounts.append(row)


def _at(millis: int | None) -> datetime | None:
    if millis is None or not 0 <= millis < 1 << 43:
        return None
    return _EPOCH + timedelta(milliseconds=millis)
