"""From stored pages about Facebook to typed deliveries: pure, so a replay needs no network.

Authors are told of Pages, and of people only where they allowed it: else account and name stay unknown.
Put here: which field becomes which column. Keep out: any request.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.facebook_edges import ANSWERS, COMMENTS, OWN, POSTS, PROFILES, REFRESH, TAGGED, TIMELINES
from microinf_pipeline.sources.facebook_records import COMMENTS as COMMENT_LIST
from microinf_pipeline.sources.facebook_records import POSTS as POST_LIST
from microinf_pipeline.sources.facebook_records import Attachment, Comment, Post, Profile
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.graph_pages import NOT_JSON, GraphPage

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "account_id", "display_name", "text", "created_at", "observed_at", "post_type", "reply_to_post_id",
        "reply_to_account_id", "media_types", "likes", "comments", "shares", "given_mentions", "given_links",
        "capture_reason", "file", "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "verified", "category",
        "profile_links", "observed_at", "with_post", "file", "row_number",
    ),
)  # fmt: skip
_REASONS: Final = {TAGGED: "mention", POSTS: "owned", COMMENTS: "owned", TIMELINES: "timeline"}  # known posts have theirs
_MEDIA_TYPES: Final = {"photo": "picture", "album": "picture", "video": "video", "link": "link"}
_VERIFIED: Final = {"blue_verified": True, "gray_verified": True, "not_verified": False}
ABSENT: Final = "not there, hidden, or not for this token: the answer does not say which"
PRESENT: Final = "returned by its id"


def parse_pages(pages: Iterable[Page]) -> Parsed:
    """All deliveries of the pages, in their order. An item that cannot be read becomes a reject, the rest goes on."""
    rows = Rows("facebook", NAMES)
    for page in pages:
        reader = _PageReader(page, rows)
        read = {
            TAGGED: reader.posts, POSTS: reader.posts, TIMELINES: reader.posts, COMMENTS: reader.comments,
            REFRESH: reader.known, ANSWERS: reader.known, PROFILES: reader.profiles, OWN: reader.own,
        }.get(page.kind)  # fmt: skip
        if read is not None:
            read()
    return rows.parsed()


class _PageReader(GraphPage):
    """Reads one page into rows."""

    def posts(self) -> None:
        """A list of posts: that tag the Page (which the text need not name), or of one Page."""
        is_tagged, account = self.page.kind == TAGGED, self.about.get("account")
        named = [one for one in (account, self.about.get("username")) if one] if is_tagged else []
        for number, one in self.listed(POST_LIST, "not a post"):
            self.rows.posts.append(self._post(one, number, None if is_tagged else account, named))

    def comments(self) -> None:
        """Comments on a post of the Page; an answer tells the comment it answers."""
        post, account = self.about.get("post"), self.about.get("account")
        for number, one in self.listed(COMMENT_LIST, "not a comment"):
            self.rows.posts.append(self._comment(one, number, post, account))

    def known(self) -> None:
        """Posts or comments by their ids; one that is not in the answer is not there for us."""
        there = set[str]()
        for number, (key, raw) in enumerate(self._by_id(), 1):
            there.add(key)
            if self.page.kind == REFRESH and (post := self.one(Post, "not a post", raw, number)) is not None:
                self.rows.posts.append(self._post(post, number, None, []))
            elif self.page.kind == ANSWERS and (answer := self.one(Comment, "not a comment", raw, number)) is not None:
                self.rows.posts.append(self._comment(answer, number, None, None))
        for number, key in enumerate(self._asked(), 1):
            status, evidence = ("available", PRESENT) if key in there else ("unknown", ABSENT)
            self.rows.statuses.append((key, self.observed, status, evidence, self.page.name, number))

    def profiles(self) -> None:
        for number, (_, raw) in enumerate(self._by_id(), 1):
            self._account(raw, number)

    def own(self) -> None:
        self._account(self.raw, 1)

    def _account(self, raw: bytes, number: int) -> None:
        one = self.one(Profile, "not a Page", raw, number)
        if one is not None:
            self.rows.accounts.append(self._profile(one, number))

    def _post(self, one: Post, number: int, account: str | None, named: list[str]) -> Row:
        author = one.author.id if one.author else None
        attachments = one.attachments.data if one.attachments else ()
        reactions = one.reactions.summary.total_count if one.reactions and one.reactions.summary else None
        comments = one.comments.summary.total_count if one.comments and one.comments.summary else None
        return (
            one.id, one.permalink_url, author or account, one.author.name if one.author else None, one.message,
            _moment(one.created_time), self.observed, "original", None, None, _media_types(attachments), reactions, comments,
            _shares(one, reactions), (*named, *_tags(one.message_tags)) or None, _links(attachments),
            _REASONS.get(self.page.kind), self.page.name, number,
        )  # fmt: skip

    def _comment(self, one: Comment, number: int, post: str | None, account: str | None) -> Row:
        answered = one.parent.id if one.parent and one.parent.id else None
        return (
            one.id, one.permalink_url, one.author.id if one.author else None, one.author.name if one.author else None,
            one.message, _moment(one.created_time), self.observed, "reply", answered or post, None if answered else account,
            None, one.like_count, one.comment_count, None, _tags(one.message_tags) or None, None, _REASONS.get(self.page.kind),
            self.page.name, number,
        )  # fmt: skip

    def _profile(self, one: Profile, number: int) -> Row:
        precision = None if one.followers_count is None else "exact"
        return (
            one.id, one.username, one.name, one.about, one.link, one.followers_count, precision,
            _VERIFIED.get(one.verification_status or ""), one.category, one.website, self.observed, False, self.page.name,
            number,
        )  # fmt: skip

    def _by_id(self) -> list[tuple[str, bytes]]:
        """What an answer by ids holds of those that were asked for; nothing where it tells that there is none."""
        if self.page.status >= 400:
            return []
        found = self.one(dict[str, msgspec.Raw], NOT_JSON, self.raw) or {}
        return [(key, bytes(raw)) for key, raw in found.items()]

    def _asked(self) -> list[str]:
        params = self.page.request["params"]
        return [key for name, value in params if name == "ids" for key in value.split(",")]


def _shares(one: Post, reactions: int | None) -> int | None:
    """The network leaves `shares` out at zero (its documentation); where no count came at all, it is unknown."""
    if one.shares is not None:
        return one.shares.count
    return None if reactions is None else 0


def _tags(raw: msgspec.Raw) -> list[str]:
    """Ids of whom a text names. A list; older answers hold an object of lists by offset."""
    if bytes(raw) == b"[]":
        return []
    found = msgspec.json.decode(raw)
    lists = found.values() if isinstance(found, dict) else [found]
    tags = [tag for some in lists if isinstance(some, list) for tag in some if isinstance(tag, dict)]
    return list(dict.fromkeys(tag["id"] for tag in tags if isinstance(tag.get("id"), str)))


def _media_types(attachments: tuple[Attachment, ...]) -> tuple[str, ...] | None:
    if not attachments:
        return None
    kinds = [kind for one in attachments if (kind := _MEDIA_TYPES.get(one.media_type or ""))]
    return tuple(dict.fromkeys(kinds)) or None


def _links(attachments: tuple[Attachment, ...]) -> tuple[str, ...] | None:
    return tuple([one.unshimmed_url for one in attachments if one.media_type == "link" and one.unshimmed_url]) or None


def _moment(told: datetime | None) -> datetime | None:
    try:
        return None if told is None else utc(told)
    except OverflowError:
        return None
