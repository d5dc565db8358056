"""From stored pages of X to typed deliveries: pure, so a replay needs no network.

A post is keyed by the first version of its edit chain, and the newest version is what it says. Reposts carry a cut text
and their original's counts, so they deliver neither where the original came along.
Put here: which field becomes which column. Keep out: reading of single fields (`x_fields.py`), decoding (`x_pages.py`),
results of compliance jobs (`x_compliance.py`) and any request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.frames import Row, RowNames, Rows, utc
from microinf_pipeline.sources.x_compliance import COMPLIANCE, read_results
from microinf_pipeline.sources.x_fields import (
    availability,
    counts_of,
    followers_of,
    is_not_said,
    language_code,
    links_of,
    media_types,
    mentions_of,
    plain_text,
    posts_by,
    profile_links,
    read_time,
    tags_of,
    time_of_id,
    versions_of,
    video_views,
    whole_text,
    withheld_where,
    without_repost_mark,
)
from microinf_pipeline.sources.x_pages import (
    MENTIONS,
    OWNED,
    POSTS,
    PROFILES,
    SEARCH,
    TIMELINE,
    Misfits,
    posts_of,
    users_of,
)
from microinf_pipeline.sources.x_records import Entities, Media, Post, PostsPage, User

SUPERSEDED: Final = "an older version of an edited post"
PRESENT: Final = "returned by the look-up"
ABSENT: Final = "absent from the look-up, without an error"
_REASONS: Final = {SEARCH: "mention", MENTIONS: "mention", OWNED: "owned", TIMELINE: "timeline", POSTS: None}
_EARLIEST: Final = datetime.fromisoformat("2006-03-21")  # the first post
_AHEAD: Final = timedelta(hours=24)
_BLOCK_ROWS: Final = 20_000
_NO_COUNTS: Final[tuple[int | None, ...]] = (None,) * 7
#: What a post tells of its author: handle, name, followers and how exact these are.
_Author = tuple[str | None, str | None, int | None, str | None]
_NOBODY: Final[_Author] = (None, None, None, None)

NAMES: Final = RowNames(
    posts=(
        "post_id", "url", "account_id", "handle", "display_name", "text", "lang", "country", "created_at", "edited_at",
        "observed_at", "post_type", "reply_to_post_id", "reply_to_account_id", "repost_of_post_id", "quote_of_post_id",
        "thread_root_post_id", "media_types", "likes", "comments", "shares", "quotes", "saves", "impressions", "views",
        "followers", "followers_precision", "is_paid_label", "given_hashtags", "given_mentions", "given_links",
        "capture_reason", "file", "row_number",
    ),
    accounts=(
        "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "following",
        "post_count", "verified", "created_at", "observed_at", "profile_links", "with_post", "file", "row_number",
    ),
)  # fmt: skip


def parse_pages(pages: Iterable[Page], withheld_in: Collection[str] = ()) -> Parsed:
    """All deliveries of the pages, in their order. An item that cannot be read becomes a reject, the rest goes on.

    `withheld_in`: countries (ISO 3166 alpha-2) in which withholding makes a post `withheld`; none named: in any.
    """
    rows, watched = Rows("x", NAMES), frozenset(withheld_in)
    for page in pages:
        if page.kind == COMPLIANCE:
            read_results(page, rows)
        elif page.kind in _REASONS or page.kind == PROFILES:
            _PageReader(page, rows, watched).read()
        if len(rows.posts) + len(rows.accounts) > _BLOCK_ROWS:
            rows.close_block()
    return rows.parsed()


def _author(user: User) -> _Author:
    followers = followers_of(user)
    return user.username or None, user.name, followers, None if followers is None else "exact"


class _PageReader:
    """Reads one page into rows."""

    def __init__(self, page: Page, rows: Rows, watched: frozenset[str]) -> None:
        self.page, self.rows, self.watched = page, rows, watched
        self.observed = utc(page.received_at)
        self.latest = self.observed + _AHEAD
        self.reason = _REASONS.get(page.kind)  # another look says nothing new about why a post was fetched
        self.reason_of_referred = "timeline" if page.kind == TIMELINE else None
        self.number = 0  # of the row inside the page
        self.users: dict[str, User] = {}
        self.authors: dict[str | None, _Author] = {}
        self.closed: set[str] = set()  # accounts that are not shown to everybody
        self.media: dict[str, Media] = {}
        self.countries: dict[str, str | None] = {}
        self.known: dict[str, Post] = {}  # every post of the page by its id
        self.told: set[str] = set()  # post ids whose availability the page tells

    def read(self) -> None:
        misfits = Misfits()
        try:
            if self.page.kind == PROFILES:
                self._profiles(misfits)
            else:
                self._posts(posts_of(self.page.body, misfits))
        except msgspec.DecodeError:
            self._reject("not JSON of this endpoint", self.page.body)
        for reason, raw in misfits.items:
            self._reject(reason, raw)

    def _profiles(self, misfits: Misfits) -> None:
        for user in users_of(self.page.body, misfits).data or ():
            self._account(user, with_post=False)

    def _posts(self, page: PostsPage) -> None:
        included = page.includes
        self.users = {user.id: user for user in included.users or ()}
        self.authors = {user.id: _author(user) for user in self.users.values()}
        self.closed = {user.id for user in self.users.values() if user.protected or user.withheld}
        self.media = {one.media_key: one for one in included.media or ()}
        self.countries = {place.id: place.country_code for place in included.places or ()}
        referred = [*(included.posts or ()), *(included.tweets or ())]
        answers = {post.id: post for post in page.data or ()}
        self.known = {post.id: post for post in referred} | answers
        for post_id, post in self.known.items():
            self._post(post, self.reason if post_id in answers else self.reason_of_referred)
        for user in self.users.values():
            self._account(user, with_post=True)
        if self.page.kind == POSTS:
            self._looked_up(page)

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _reject(self, reason: str, raw: str) -> None:
        self.rows.reject(reason, raw, self.page.name, self._next())

    def _post(self, post: Post, reason: str | None) -> None:
        versions = versions_of(post)
        if versions[-1] != post.id:
            self._reject(SUPERSEDED, msgspec.json.encode(post).decode())
            return
        edited = time_of_id(post.id) if len(versions) > 1 else None
        created = time_of_id(versions[0]) if edited else read_time(post.created_at) or time_of_id(post.id)
        if created is None or not _EARLIEST <= created <= self.latest:
            self._reject("no time" if created is None else "time out of range", msgspec.json.encode(post).decode())
            return
        self.rows.posts.append(self._post_row(post, versions[0], created, edited, reason))
        if post.withheld is not None or post.author_id in self.closed:
            self._closed(versions[0], post)

    def _post_row(self, post: Post, post_id: str, created: datetime, edited: datetime | None, reason: str | None) -> Row:
        text, entities = whole_text(post)
        reply_to = reposted = quoted = None
        for reference in post.referenced_tweets or post.referenced_posts or ():
            if reference.type == "retweeted":
                reposted = reference.id
            elif reference.type == "quoted":
                quoted = reference.id
            elif reference.type == "replied_to":
                reply_to = reference.id
        kind = "repost" if reposted else "reply" if reply_to else "quote" if quoted else "original"
        if reposted is not None:
            text, entities = self._of_repost(reposted, text, entities)
        handle, name, followers, precision = self.authors.get(post.author_id, _NOBODY)
        root = post.conversation_id
        return (
            post_id, f"https://x.com/i/status/{post.id}", post.author_id, handle, name, plain_text(text, entities),
            language_code(post.lang),
            self.countries.get(post.geo.place_id) if post.geo and post.geo.place_id else None, created, edited,
            self.observed, kind, self._first(reply_to), post.in_reply_to_user_id, self._first(reposted),
            self._first(quoted), root if root not in (post_id, post.id) else None,
            media_types(post, self.media, entities),
            *(_NO_COUNTS if reposted else (*counts_of(post.public_metrics), video_views(post, self.media))),
            followers, precision, post.paid_partnership, tags_of(entities), mentions_of(entities), links_of(entities),
            reason, self.page.name, self._next(),
        )  # fmt: skip

    def _of_repost(self, original: str, text: str | None, entities: Entities | None) -> tuple[str | None, Entities | None]:
        """A repost says what its original says; where that did not come along, the cut text is all there is."""
        return (None, None) if original in self.known else (without_repost_mark(text), entities)

    def _first(self, post_id: str | None) -> str | None:
        """The key of a post referred to: its first version, where the page tells its chain."""
        known = self.known.get(post_id) if post_id else None
        return versions_of(known)[0] if known is not None else post_id

    def _account(self, user: User, *, with_post: bool) -> None:
        metrics, followers = user.public_metrics, followers_of(user)
        described = user.entities.description if user.entities else None
        self.rows.accounts.append(
            (
                user.id, user.username or None, user.name, plain_text(user.description, described),
                f"https://x.com/{user.username}" if user.username else None, followers,
                None if followers is None else "exact", metrics.following_count if metrics else None, posts_by(user),
                user.verified, read_time(user.created_at), self.observed, profile_links(user), with_post,
                self.page.name, self._next(),
            )
        )  # fmt: skip

    def _closed(self, post_id: str, post: Post) -> None:
        """A post that is shown to us, but not to everybody: by its author's will, or by law."""
        author = self.users.get(post.author_id) if post.author_id else None
        if author is not None and author.protected:
            self._status(post_id, "protected", "shown to followers only")
            return
        where = withheld_where(post.withheld or (author.withheld if author else None), self.watched)
        if where is not None:
            self._status(post_id, "withheld", where)

    def _status(self, post_id: str, status: str, evidence: str) -> None:
        self.told.add(post_id)
        self.rows.statuses.append((post_id, self.observed, status, evidence, self.page.name, len(self.told)))

    def _looked_up(self, page: PostsPage) -> None:
        """Which of the posts asked for (id asked for → key) are there, and what is said of the others."""
        asked: dict[str, str] = self.page.request["asked"]
        missing = {error.about: error for error in page.errors or () if error.resource_type in ("tweet", "post", None)}
        is_whole = not any(error.about is None and is_not_said(error) for error in page.errors or ())
        for post_id, key in asked.items():
            if key in self.told:
                continue
            if post_id in self.known:
                self._status(key, "available", PRESENT)
            elif post_id in missing and not is_not_said(missing[post_id]):
                self._status(key, *availability(missing[post_id]))
            elif post_id not in missing and is_whole:
                self._status(key, "unknown", ABSENT)
