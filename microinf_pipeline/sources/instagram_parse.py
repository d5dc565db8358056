"""From stored pages of the Instagram Graph API to typed deliveries: pure, so a replay needs no network.

Posts under a hashtag come without their author, and nothing else of the answer tells it: account and handle stay unknown.
Put here: which field becomes which column. Keep out: any request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.graph_pages import NOT_JSON, GraphPage
from microinf_pipeline.sources.instagram_edges import (
    COMMENT_MENTION,
    COMMENTS,
    DISCOVERY,
    MEDIA,
    MENTION,
    OWN,
    REACHES_BACK,
    RECENT,
    TAGGED,
    TIMELINES,
    TOP,
)
from microinf_pipeline.sources.instagram_records import (
    COMMENT_LIST,
    LISTS,
    MEDIA_LIST,
    Comment,
    Discovered,
    Listed,
    Media,
    Profile,
)

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "account_id", "handle", "text", "created_at", "observed_at", "post_type", "reply_to_post_id",
        "reply_to_account_id", "media_types", "likes", "comments", "views", "given_mentions", "capture_reason", "file",
        "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "following", "post_count",
        "profile_links", "observed_at", "with_post", "file", "row_number",
    ),
)  # fmt: skip
_MEDIA_TYPES: Final = {"IMAGE": "picture", "VIDEO": "video", "BROADCAST": "video"}
_ALBUM: Final = "CAROUSEL_ALBUM"


T = TypeVar("T")


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages, in their order. An item that cannot be read becomes a reject, the rest goes on."""
    rows = Rows("instagram", NAMES)
    for page in pages:
        reader = _PageReader(page, rows)
        read = {
            RECENT: reader.posts, TOP: reader.posts, TAGGED: reader.posts, MEDIA: reader.posts,
            COMMENTS: reader.comments, DISCOVERY: reader.discovered, OWN: reader.own,
            MENTION: reader.mention, COMMENT_MENTION: reader.comment_mention,
        }.get(page.kind)  # fmt: skip
        if read is not None:
            read()
    return rows.parsed()


class _PageReader(GraphPage):
    """Reads one page into rows."""

    def posts(self) -> None:
        """A list of posts: of a hashtag (nobody's), tagged (their author's name), own (the account's)."""
        is_own, is_tagged = self.page.kind == MEDIA, self.page.kind == TAGGED
        account = self.about.get("account") if is_own else None
        named = [self.about["username"]] if is_tagged and self.about.get("username") else None
        reason = "owned" if is_own else "mention"
        append = self.rows.posts.append
        for number, one in self.listed(MEDIA_LIST, "not a post"):
            append(self._post(one, number, account, one.username, reason, named))

    def comments(self) -> None:
        """Comments on a post of the account, each followed by the answers to it."""
        media, account = self.about.get("media"), self.about.get("account")
        rows = [
            row
            for _, one in self.listed(COMMENT_LIST, "not a comment")
            for row in ((one, media, account), *((answer, one.id, None) for answer in (one.replies or Listed[Comment]()).data))
        ]
        for number, (one, parent, parent_account) in enumerate(rows, 1):
            self.rows.posts.append(self._comment(one, number, parent, parent_account))

    def mention(self) -> None:
        one = self._nested("mentioned_media", Media, "not a post")
        if one is not None:
            named = [self.about["username"]] if self.about.get("username") else None
            self.rows.posts.append(self._post(one, 1, None, one.username, "mention", named))

    def comment_mention(self) -> None:
        one = self._nested("mentioned_comment", Comment, "not a comment")
        if one is not None:
            named = [self.about["username"]] if self.about.get("username") else None
            media = one.media.id if one.media else self.about.get("media")
            self.rows.posts.append(self._comment(one, 1, media, None, reason="mention", named=named))

    def own(self) -> None:
        """The profile of one of our accounts."""
        one = self.one(Profile, "not a profile", self.raw)
        if one is not None:
            self.rows.accounts.append(self._profile(one, 1))

    def discovered(self) -> None:
        """A professional account and its newest posts, as far as the rule wants them; or that there is none."""
        if self.page.status >= 400:
            self._gone("its author is not found among professional accounts")
            return
        found = self._nested("business_discovery", Discovered, "not a profile")
        profile = self._nested("business_discovery", Profile, "not a profile") if found else None
        if profile is not None:
            self.rows.accounts.append(self._profile(profile, 1))
        if found is not None:
            self._posts_of(profile, bytes(found.media))

    def _posts_of(self, profile: Profile | None, raw: bytes) -> None:
        """Of a timeline all, else those that are known."""
        account, handle = (profile.id, profile.username) if profile else (None, self.about.get("handle"))
        is_timeline, known = (self.page.rule or "").startswith(TIMELINES), set(self.about.get("known", ()))
        listed = list(self.listed(MEDIA_LIST, "not a post", raw))
        for number, one in listed:
            if is_timeline or one.id in known:
                reason = "timeline" if is_timeline else None
                self.rows.posts.append(self._post(one, number, account, handle, reason, None))
        medias = [one for _, one in listed]
        self._available(known, medias, reaches_back=self._reaches_back(medias, raw))

    def _available(self, known: set[str], listed: Sequence[Media], *, reaches_back: bool) -> None:
        """Known posts that are listed are there; of those no page showed, the last tells, where it reaches far enough back."""
        there = {one.id for one in listed}
        for number, post in enumerate(sorted(known), 1):
            if post in there:
                self._status(post, "available", "listed by its author", number)
            elif reaches_back:
                self._status(post, "unknown", "absent from its author's posts: deleted, archived or hidden", number)

    def _reaches_back(self, listed: Sequence[Media], raw: bytes) -> bool:
        """Whether a list holds every post of its author that can be due."""
        moments = [moment for one in listed if (moment := _moment(one.timestamp)) is not None]
        return not _goes_on(raw) or (bool(moments) and min(moments) < self.observed - REACHES_BACK)

    def _gone(self, evidence: str) -> None:
        for number, post in enumerate(sorted(self.about.get("known", ())), 1):
            self._status(post, "unknown", evidence, number)

    def _status(self, post: str, status: str, evidence: str, number: int) -> None:
        self.rows.statuses.append((post, self.observed, status, evidence, self.page.name, number))

    def _post(
        self, one: Media, number: int, account: str | None, handle: str | None, reason: str | None, named: list[str] | None
    ) -> Row:
        return (
            one.id, one.permalink, account, handle, one.caption, _moment(one.timestamp), self.observed, "original", None, None,
            _media_types(one), one.like_count, one.comments_count, one.view_count, named, reason, self.page.name, number,
        )  # fmt: skip

    def _comment(
        self, one: Comment, number: int, parent: str | None, parent_account: str | None, *, reason: str = "owned",
        named: list[str] | None = None,
    ) -> Row:  # fmt: skip
        """A comment has no address of its own: that of its post would make the two one."""
        is_ours = one.username is not None and one.username == self.about.get("username")
        return (
            one.id, None, self.about.get("account") if is_ours else None, one.username, one.text, _moment(one.timestamp),
            self.observed, "reply", parent, parent_account, None, one.like_count, None, None, named, reason,
            self.page.name, number,
        )  # fmt: skip

    def _profile(self, one: Profile, number: int) -> Row:
        url = f"https://www.instagram.com/{one.username}/" if one.username else None
        precision = None if one.followers_count is None else "exact"
        return (
            one.id, one.username, one.name, one.biography, url, one.followers_count, precision, one.follows_count,
            one.media_count, one.website, self.observed, False, self.page.name, number,
        )  # fmt: skip

    def _nested(self, key: str, kind: type[T], reason: str) -> T | None:
        """The one object under a key."""
        whole = self.one(dict[str, msgspec.Raw], NOT_JSON, self.raw)
        if whole is None:
            return None
        return self.one(kind, reason, bytes(whole.get(key, msgspec.Raw(b"null"))))


def _goes_on(raw: bytes) -> bool:
    """Whether a list has a page after this one; one that cannot be read may."""
    try:
        paging = LISTS[msgspec.Raw].decode(raw).paging
    except msgspec.DecodeError:
        return True
    return paging is not None and bool(paging.cursors.after)


def _media_types(one: Media) -> list[str] | None:
    """An album holds what its children are; without them that is unknown."""
    if one.media_type == _ALBUM:
        kinds = [_MEDIA_TYPES.get(child.media_type or "") for child in one.children.data] if one.children else []
        return list(dict.fromkeys(kind for kind in kinds if kind)) or None
    kind = _MEDIA_TYPES.get(one.media_type or "")
    return [kind] if kind else None


def _moment(told: datetime | int | None) -> datetime | None:
    """ISO text in recorded answers, unix seconds in one page of the documentation."""
    try:
        if isinstance(told, datetime):
            return utc(told)
        return None if told is None else utc(datetime.fromtimestamp(told, UTC))
    except (ValueError, OverflowError, OSError):
        return None
