"""Through the pages of one question to X, and what a night has seen on all of them.

Put here: windows, cursors, and when a walk ends. Keep out: which questions are asked (`x.py`), requests (`x_api.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from microinf_pipeline.catalog.capture import Page, PageStore
from microinf_pipeline.errors import ItemGoneError
from microinf_pipeline.sources.answers import AnswerRefusedError
from microinf_pipeline.sources.paging import page_prefix, walk_pages
from microinf_pipeline.sources.x_api import PAGE_SIZE, SMALLEST_PAGE, XApi
from microinf_pipeline.sources.x_fields import versions_of
from microinf_pipeline.sources.x_pages import glance_at_posts
from microinf_pipeline.sources.x_problems import is_of_resource, names_parameter
from microinf_pipeline.sources.x_records import Post, PostsPage

#: The end of a window must lie so far back.
SETTLED: Final = timedelta(seconds=30)
REPEATED: Final = "a page came again"
LESS_THAN_TOLD: Final = "an answer holds fewer posts than it says"


@dataclass(frozen=True)
class Window:
    """What is asked for, start inclusive, end exclusive."""

    since: datetime
    until: datetime


@dataclass
class Seen:
    """What has been delivered tonight, by whatever question."""

    posts: set[str] = field(default_factory=set)  # ids as delivered: of versions
    users: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)  # of posts; some come without their account
    newer: dict[str, str] = field(default_factory=dict)  # id of the newest version → key of the post

    def note(self, page: PostsPage) -> None:
        included = page.includes
        for post in (*(page.data or ()), *(included.tweets or ()), *(included.posts or ())):
            versions = versions_of(post)
            self.posts.add(post.id)
            if post.author_id:
                self.authors.add(post.author_id)
            if versions[-1] != post.id:
                self.newer[versions[-1]] = versions[0]
        self.users.update(user.id for user in included.users or ())

    @property
    def not_seen(self) -> dict[str, str]:
        """Newest versions of which only older ones came."""
        return {newest: key for newest, key in self.newer.items() if newest not in self.posts}


@dataclass
class Walk:
    """One question in pages. `found`: its answers by id; `refusal`: what is said of an account that cannot be read."""

    path: str
    kind: str
    brand_id: str | None
    rule: str
    params: tuple[tuple[str, str], ...] = ()
    token: str = "pagination_token"
    page_size: int = PAGE_SIZE
    smallest_page: int = SMALLEST_PAGE
    found: dict[str, Post] = field(default_factory=dict)
    refusal: str | None = None
    is_cut: bool = False  # some page held less than it told

    async def through(self, api: XApi, store: PageStore, seen: Seen, window: Window) -> str | None:
        """Fetch and store all pages. Returns the reason of a gap. Raises what `XApi.posts` raises."""
        gap, repeated = None, False

        def next_cursor(page: Page) -> str | None:
            nonlocal repeated
            known = len(self.found)
            told = self._noted(page, seen)
            repeated = bool(told.data) and len(self.found) == known
            return None if repeated else told.meta.next_token

        async def fetch(name: str, cursor: str | None) -> Page:
            return await self._fetched(api, name, cursor, window)

        try:
            async for step in walk_pages(fetch, next_cursor, store=store, prefix=self._prefix):
                gap = step.gap_reason
        except (ItemGoneError, AnswerRefusedError) as error:
            self._refused(error)
        return REPEATED if repeated else LESS_THAN_TOLD if self.is_cut else self.refusal or gap

    async def newest(self, api: XApi, store: PageStore, seen: Seen, posts: int) -> None:
        """The first page alone, whatever the time of its posts."""
        name = f"{self._prefix}-0001"
        if not store.has(name):
            self.page_size = posts
            try:
                store.save(await self._page(api, name, []))
            except (ItemGoneError, AnswerRefusedError) as error:
                self._refused(error)
                return
        self._noted(store.load(name), seen)

    def _refused(self, error: ItemGoneError | AnswerRefusedError) -> None:
        """An account that is gone or closed refuses its own list alone; raises whatever else is refused."""
        closed = isinstance(error, ItemGoneError) or is_of_resource(error.body)
        if not (closed and self.path.startswith("/2/users/")):
            raise error
        self.refusal = error.what

    @property
    def _prefix(self) -> str:
        return page_prefix(self.kind, self.brand_id, self.rule, self.path, *(value for _, value in self.params))

    def _noted(self, page: Page, seen: Seen) -> PostsPage:
        told = glance_at_posts(page)
        seen.note(told)
        self.found.update((post.id, post) for post in told.data or ())
        self.is_cut |= told.meta.result_count is not None and told.meta.result_count > len(told.data or ())
        if not told.data:
            self.refusal = next((error.title for error in told.errors or () if error.resource_type == "user"), None)
        return told

    async def _fetched(self, api: XApi, name: str, cursor: str | None, window: Window) -> Page:
        begin, end = ("start_time", _z(window.since)), ("end_time", _z(window.until))
        if cursor is None:
            return await self._page(api, name, [begin, end])
        try:
            return await self._page(api, name, [begin, end, (self.token, cursor)])
        except AnswerRefusedError as error:
            if error.status != 400 or not self.found or not names_parameter(error.body, self.token):
                raise
        # the cursor has expired; posts come newest first, so the rest lies below the last one seen
        return await self._page(api, name, [begin, ("until_id", min(self.found, key=int))])

    async def _page(self, api: XApi, name: str, where: list[tuple[str, str]]) -> Page:
        return await api.posts(
            self.path, [*self.params, *where], name, self.kind, self.brand_id, self.rule, most=self.page_size,
            least=self.smallest_page,
        )  # fmt: skip


def _z(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
