"""The questions of one night on Threads, in the order in which they matter when calls run out.

Put here: the course, and what each question counts as. Keep out: plan and set-up (`threads.py`), addresses and fields
(`threads_edges.py`), what answers mean (`threads_parse.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import (
    TIMELINE_POSTS,
    TIMELINES,
    CaptureTask,
    KnownPost,
    Page,
    PageStore,
    QueryOutcome,
    Quota,
)
from microinf_pipeline.errors import FixConfigurationError, ItemGoneError
from microinf_pipeline.sources import threads_edges as edges
from microinf_pipeline.sources.graph_api import GraphAccess, GraphApi
from microinf_pipeline.sources.graph_errors import GraphRefusedError, PermissionMissingError
from microinf_pipeline.sources.graph_paging import Edge, Params, body_of, cursor_of, data_of, until_expired
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.outcomes import all_of, outcome_of, together

_Question = Coroutine[Any, Any, QueryOutcome]
#: A word that somebody has written lately, for certain.
_COMMON_WORD: Final = "the"
_OWN_ONLY: Final = (
    "the search shows only posts of the own account: the app lacks advanced access to threads_keyword_search (App Review)"
)
#: Look-ups that are refused before, without one that is answered, the permission is taken for missing.
_ENOUGH_REFUSALS: Final = 5


#: What is counted apart, by its path.
_COUNTED: Final = {edges.SEARCH_PATH: edges.SEARCHES, edges.PROFILE_PATH: edges.LOOK_UPS}


class ThreadsApi(GraphApi):
    """Meta's Graph API, which here counts searches and profile look-ups."""

    def __init__(self, client: HttpClient, access: GraphAccess, store: PageStore, quota: Quota) -> None:
        super().__init__(client, access, store)
        self._quota = quota

    def _paid_by(self, path: str) -> Callable[[], None] | None:
        """Each try counts; raises `BudgetSpentError` before one that its quota has no room for. Whom a look-up is about is not
        noted: names of people belong into no file of counts."""
        unit = _COUNTED.get(path)
        return None if unit is None else lambda: self._quota.spend(unit)


class ThreadsNight:
    """The state of one run of `capture`."""

    def __init__(self, task: CaptureTask, api: ThreadsApi, username: str, concurrency: int) -> None:
        self.task, self.api, self.username = task, api, username.lower().lstrip("@")
        self.span = edges.Span(task.since, task.until).params(clock.now())
        self.slots = asyncio.Semaphore(concurrency)
        self.authors: dict[str, None] = {}  # names met tonight, in order
        self.shows_others = False
        self.own: dict[str, tuple[str, bool]] = {}  # own posts of the window → brand, whether they have replies
        self.answered, self.refused = 0, 0  # profile look-ups

    async def run(self) -> list[QueryOutcome]:
        """Raises `TokenRefusedError`, or `FixConfigurationError` where the token is another account's."""
        outcomes = [await self._me()]
        outcomes += await self._searched()
        ours = [brand for brand in self.task.brands if edges.is_own(edges.names_of(brand), self.username)]
        owned = [(brand.brand_id, name.lstrip("@")) for brand in self.task.brands for name in brand.owned]
        listed = [edges.mentions(brand.brand_id, self.username, self.span) for brand in ours]
        listed += [one for brand_id, name in owned for one in edges.own_posts(brand_id, name, self.username, self.span)]
        outcomes += await together(self._listed(edge, is_optional=True) for edge in listed)
        outcomes += await together([*self._answers(), *self._looks(), *self._timelines()])
        return outcomes + await together(self._profiles())

    async def _me(self) -> QueryOutcome:
        """The own account and its followers; every night, since a token says not whose it is."""
        page = await self.api.once(edges.ME, "me", [("fields", edges.ME_FIELDS)], rule=edges.ME)
        told = str(body_of(page).get("username") or "")
        if told.lower() != self.username:
            raise FixConfigurationError(
                f"the token belongs to @{told}, not to @{self.username}", where=str(page.request["url"]),
                fix="give username: as the account is called now, or a token of that account",
            )  # fmt: skip
        status, gap = await outcome_of(_optional(self._followers()))
        return QueryOutcome(None, edges.ME, 1, None, status, gap)

    async def _followers(self) -> str | None:
        await self.api.once(edges.FOLLOWERS, "me/threads_insights", [("metric", "followers_count")], rule=edges.FOLLOWERS)
        return None

    async def _searched(self) -> list[QueryOutcome]:
        """Without advanced access a search is answered, but looks at the own posts alone: a common word tells."""
        asked = [one for brand in self.task.brands for one in edges.searches_of(brand, self.username, self.span)]
        outcomes = await together(self._listed(edge) for edge in asked)
        if self.shows_others or not any(one.status == "complete" for one in outcomes):
            return outcomes
        status, gap = await outcome_of(self._is_blind())
        if status == "complete":
            return outcomes
        return [
            QueryOutcome(one.brand_id, one.rule, one.captured, None, status if one.status == "complete" else one.status, gap)
            for one in outcomes
        ]

    async def _is_blind(self) -> str | None:
        answer = await self.api.get(
            edges.SEARCH_PATH, [("q", _COMMON_WORD), ("search_type", "RECENT"), ("fields", "id,username"), ("limit", "25")]
        )
        body = answer.json()
        shown = body.get("data") if isinstance(body, dict) else None
        names = {str(one.get("username")).lower() for one in shown or () if isinstance(one, dict)}
        return None if names - {self.username} else _OWN_ONLY

    async def _listed(self, edge: Edge, *, is_optional: bool = False) -> QueryOutcome:
        found: set[str] = set()
        walk = self._walk(edge, found)
        status, gap = await outcome_of(_optional(walk) if is_optional else walk)
        return QueryOutcome(edge.brand_id, str(edge.rule), len(found), None, status, gap)

    async def _walk(self, edge: Edge, found: set[str]) -> str | None:
        """The pages of a list back to the window's start. Returns the reason of a gap."""
        start = self.task.since

        def next_cursor(page: Page) -> str | None:  # lists give cursors alone, and end with an empty page
            posts = data_of(page)
            at = _time_of(posts[-1]) if posts else None
            is_over = not posts or (at is not None and at < start)
            return None if is_over else cursor_of(body_of(page).get("paging"), has_links=False)

        gap = None
        try:
            async for step in until_expired(self.api.walk(edge, next_cursor)):
                gap = step.gap_reason
                self._met(edge, data_of(step.page), found)
        except ItemGoneError as error:
            return error.what
        return gap

    def _met(self, edge: Edge, posts: list[dict[str, Any]], found: set[str]) -> None:
        for post in posts:
            at, name = _time_of(post), str(post.get("username") or "").lower()
            if at is not None and self.task.since <= at < self.task.until:
                found.add(str(post.get("id")))
                if edge.kind in (edges.OWN, edges.OWN_REPLIES) and name == self.username:
                    self.own[str(post.get("id"))] = str(edge.brand_id), post.get("has_replies") is True
            if name and name != self.username:
                self.authors[name] = None
                self.shows_others |= edge.kind == edges.SEARCH

    def _answers(self) -> list[_Question]:
        """Replies below own posts, and the counts of these: only their author is told them."""
        below = [edges.answers(brand, post, self.username) for post, (brand, has_replies) in self.own.items() if has_replies]
        brands = list(dict.fromkeys(str(edge.brand_id) for edge in below))
        calls: list[_Question] = [
            self._together_listed([edge for edge in below if edge.brand_id == brand], brand) for brand in brands
        ]
        counted = [self._insights(post) for post in self.own]
        return [*calls, self._batched(f"counts of @{self.username}", counted)] if counted else calls

    async def _together_listed(self, listed: Sequence[Edge], brand_id: str) -> QueryOutcome:
        """Many lists that are one question."""
        found = await together(self._listed(edge, is_optional=True) for edge in listed)
        worst = next((one for one in found if one.status != "complete"), found[0])
        captured = sum(one.captured for one in found)
        return QueryOutcome(brand_id, worst.rule, captured, None, worst.status, worst.gap_reason)

    def _looks(self) -> list[_Question]:
        """Known posts by their id; own ones with their counts."""
        known = [post for post in self.task.refresh_posts if post.network == "threads" and post.post_id.isdecimal()]
        mine = [post for post in known if edges.is_own((post.handle or "",), self.username) and post.post_id not in self.own]
        calls = [*(self._look(post) for post in known), *(self._insights(post.post_id) for post in mine)]
        return [self._batched(edges.REFRESH, calls)] if calls else []

    async def _look(self, post: KnownPost) -> int:
        about = {"handle": post.handle} if post.handle else None
        page = await self.api.once(
            edges.LOOK, post.post_id, [("fields", edges.POST_FIELDS)], rule=edges.REFRESH, about=about, keep_absent=True
        )
        return int(page.status == 200)

    async def _insights(self, post_id: str) -> int:
        await self.api.once(edges.INSIGHTS, f"{post_id}/insights", [("metric", edges.METRICS)], rule=edges.INSIGHTS)
        return 1

    def _timelines(self) -> list[_Question]:
        names = [self.task.handles[one] for one in self.task.timelines if one in self.task.handles]
        return [self._batched(TIMELINES, [self._timeline(name) for name in dict.fromkeys(names)])] if names else []

    async def _timeline(self, name: str) -> int:
        edge = edges.timeline(name)
        page = await self._tried(edge.kind, edge.path, edge.asked(TIMELINE_POSTS, []), TIMELINES)
        return len(data_of(page)) if page is not None else 0

    def _profiles(self) -> list[_Question]:
        """Those that are due before tonight's authors."""
        due = [self.task.handles[one].lower() for one in self.task.refresh_accounts if one in self.task.handles]
        names = [one for one in dict.fromkeys([*due, *self.authors]) if one != self.username]
        return [self._batched(edges.PROFILES, [self._profile(name) for name in names])] if names else []

    async def _profile(self, name: str) -> int:
        params = [("username", name), ("fields", edges.PROFILE_FIELDS)]
        return int(await self._tried(edges.PROFILE, edges.PROFILE_PATH, params, edges.PROFILES) is not None)

    async def _tried(self, kind: str, path: str, params: Params, rule: str) -> Page | None:
        """A look at a person: None for one who is not shown (too few followers, too young, private, gone)."""
        async with self.slots:
            if self.refused >= _ENOUGH_REFUSALS and not self.answered:
                raise PermissionMissingError(
                    "no look at a profile was answered", where=path,
                    fix="let Meta's App Review grant threads_profile_discovery, and make a new token",
                )  # fmt: skip
            try:
                page = await self.api.once(kind, path, params, rule=rule)
            except (ItemGoneError, GraphRefusedError):
                return None
            except PermissionMissingError:
                self.refused += 1
                return None
            self.answered += 1
            return page

    async def _batched(self, rule: str, calls: Iterable[Any]) -> QueryOutcome:
        counts: list[int] = []
        status, gap = await outcome_of(_optional(_none(all_of(calls, counts))))
        return QueryOutcome(None, rule, sum(counts), None, status, gap)


async def _none(walk: Awaitable[None]) -> str | None:
    await walk
    return None


async def _optional(walk: Awaitable[str | None]) -> str | None:
    """A question beyond the search, which an app may lack the permission for: then it is a gap and no failure."""
    try:
        return await walk
    except PermissionMissingError as error:
        return error.on_one_line


def _time_of(post: dict[str, Any]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(post.get("timestamp")))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
