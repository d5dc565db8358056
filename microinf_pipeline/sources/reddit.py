"""Reddit as a network source: searches, listings and the inbox, known posts again, profiles; every page is stored first.

Put here: the course of a capture. Keep out: tokens (`reddit_session.py`), questions (`reddit_questions.py`), columns
(`reddit_parse.py`), retries and rates (`http.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from microinf_pipeline.catalog.capture import (
    TIMELINE_POSTS,
    TIMELINES,
    CaptureResult,
    CaptureTask,
    Page,
    PageStore,
    Parsed,
    PlannedCalls,
    QueryOutcome,
    Quota,
    Unbounded,
    Usual,
)
from microinf_pipeline.errors import ItemGoneError
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.outcomes import all_of, outcome_of, together
from microinf_pipeline.sources.paging import batches, page_prefix, walk_pages
from microinf_pipeline.sources.reddit_parse import ABOUT, POSTS, REFRESH, TIMELINE, USERS, parse_pages
from microinf_pipeline.sources.reddit_questions import (
    BATCH_SIZE,
    LOOK_UPS,
    PAGE_SIZE,
    PROFILES,
    Question,
    Reach,
    account_ids,
    glance,
    names_in,
    names_of,
    planned,
    questions_of,
)
from microinf_pipeline.sources.reddit_session import RedditAccess, RedditSession, connect
from microinf_pipeline.sources.sessions import SessionStore

#: Lists end after ten pages of a hundred; pages may be shorter than asked for.
_MOST_PAGES: Final = 20
#: The scope that the inbox needs.
_INBOX: Final = "privatemessages"

Connect = Callable[[], HttpClient]


class Reddit:
    """A `NetworkSource` over the Data API."""

    network: Final = "reddit"

    def __init__(
        self, name: str, access: RedditAccess, sessions: SessionStore, *, origin: str = "reddit_api",
        reach: Reach | None = None, quota: Quota | None = None, connect_with: Connect | None = None,
    ) -> None:  # fmt: skip
        self.name, self.origin = name, origin
        self._access, self._sessions, self._reach = access, sessions, reach or Reach()
        self._connect = connect_with or (lambda: connect(access))
        self.quota: Quota = quota or Unbounded()

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """See `reddit_questions.planned`."""
        return planned(task, usual, self._reach)

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult:
        """Ask everything the task wants; pages already stored are not asked for again.

        A question that fails is an outcome, not an error. Raises `RedditRefusedError`, `RetryLaterError` or
        `BudgetSpentError` when not even a token was to be had.
        """
        async with self._connect() as client:
            session = RedditSession(client, self._access, self._sessions)
            await session.open()
            outcomes = await _Capture(task, store, session, self._reach, self.quota).run()
        return CaptureResult(tuple(outcomes), client.requests, client.bytes)

    def parse(self, pages: Iterable[Page]) -> Parsed:
        """Deliveries of stored pages, see `reddit_parse`."""
        return parse_pages(pages)


class _Capture:
    """The state of one run of `capture`."""

    def __init__(self, task: CaptureTask, store: PageStore, session: RedditSession, reach: Reach, quota: Quota) -> None:
        self.task, self.store, self.session, self.reach, self.quota = task, store, session, reach, quota
        self.names = dict(task.handles)  # account id → name, which never changes here; whom the night meets is added
        self.authors: set[str] = set()

    async def run(self) -> list[QueryOutcome]:
        """In the order in which questions matter when requests run out."""
        outcomes = await together(self._listed(one) for one in questions_of(self.task, self.reach))
        for questions in (self._refresh, self._named, self._timelines, self._profiles):
            outcomes += await together(questions())
        return outcomes

    async def _listed(self, question: Question) -> QueryOutcome:
        found: set[str] = set()
        why = question.too_long
        if question.kind == "mentions" and not self.session.allows(_INBOX):
            why = f"the token lacks the scope {_INBOX}: authorise the app again with it"
        status, gap = ("short", why) if why else await outcome_of(self._walk(question, found))
        return QueryOutcome(question.brand_id, question.rule, len(found), None, status, gap)

    async def _walk(self, question: Question, found: set[str]) -> str | None:
        """The pages of a listing back to the window's start. Returns the reason of a gap."""
        start, seen, reached = self.task.since.timestamp(), list[str](), False

        def next_cursor(page: Page) -> str | None:
            nonlocal reached
            things = glance(page).things
            # the last, not any: a profile shows its pinned posts first, however old
            reached = bool(things) and things[-1].created_utc < start
            return None if reached else glance(page).data.after

        async def fetch(name: str, cursor: str | None) -> Page:
            page = await self._page(question, name, cursor)
            before = [one for one in seen if one != cursor]
            if cursor is None or glance(page).things or not before:
                return page
            return await self._page(question, name, before[-1])  # what the cursor names may be gone: the one before leads on

        gap, prefix = None, page_prefix(question.kind, question.brand_id, question.rule, question.path)
        try:
            steps = walk_pages(fetch, next_cursor, store=self.store, prefix=prefix, max_pages=_MOST_PAGES, ids_of=names_of)
            async for step in steps:
                gap, looked = step.gap_reason, glance(step.page)
                seen += [one.name for one in looked.things]
                found |= looked.within(self.task.since, self.task.until)
                self._met(looked.authors)
        except ItemGoneError as error:
            return f"{question.path}: {error.what}"
        # Reddit ends its lists in silence: the end of a long one proves nothing
        silent = not reached and len(set(seen)) >= question.ends_at
        return gap or (f"the list ended after {len(set(seen))} things, before the window's start" if silent else None)

    async def _page(self, question: Question, name: str, cursor: str | None) -> Page:
        turned = [] if cursor is None else [("after", cursor)]
        params = [*question.params, ("limit", str(PAGE_SIZE)), *turned]
        answer = await self.session.get(question.path, params)
        return answer.page(name, question.kind, brand_id=question.brand_id, rule=question.rule)

    def _met(self, authors: dict[str, str]) -> None:
        self.names |= authors
        self.authors |= authors.keys()

    def _refresh(self) -> list[Coroutine[Any, Any, QueryOutcome]]:
        """Another look at stored posts: by the hundred, what is gone or closed is left out of the answer."""
        known = [post.post_id for post in self.task.refresh_posts if post.network == Reddit.network]
        todo = batches((one for one in known if one.startswith(("t1_", "t3_"))), BATCH_SIZE)
        return [self._batched(REFRESH, [self._posts(ids) for ids in todo])] if todo else []

    def _named(self) -> list[Coroutine[Any, Any, QueryOutcome]]:
        """Names of accounts that are due and known by id alone: everything about an account is asked for by name."""
        wanted = {*account_ids(self.task.refresh_accounts), *account_ids(self.task.timelines)} - self.names.keys()
        todo = batches(wanted, BATCH_SIZE)
        return [self._batched("names of accounts", [self._users(ids) for ids in todo])] if todo else []

    def _timelines(self) -> list[Coroutine[Any, Any, QueryOutcome]]:
        names = [self.names[one] for one in self.task.timelines if one in self.names]
        calls = [self._timeline(name) for name in dict.fromkeys(names)]
        return [self._batched(TIMELINES, calls)] if calls else []

    def _profiles(self) -> list[Coroutine[Any, Any, QueryOutcome]]:
        """Those that are due before tonight's authors: the latter come again when they are due themselves."""
        ids = [*self.task.refresh_accounts, *sorted(self.authors)]
        names = list(dict.fromkeys(self.names[one] for one in ids if one in self.names))
        return [self._batched(PROFILES, [self._profile(name) for name in names])] if names else []

    async def _batched(self, rule: str, calls: list[Coroutine[Any, Any, int]]) -> QueryOutcome:
        counts: list[int] = []
        status, gap = await outcome_of(_none(all_of(calls, counts)))
        return QueryOutcome(None, rule, sum(counts), None, status, gap)

    async def _posts(self, ids: list[str]) -> int:
        return len(glance(await self._once("/api/info", [("id", ",".join(ids))], POSTS, REFRESH)).things)

    async def _users(self, ids: list[str]) -> int:
        try:
            page = await self._once("/api/user_data_by_account_ids", [("ids", ",".join(ids))], USERS, USERS)
        except ItemGoneError:  # none of the ids leads anywhere any more
            return 0
        self.names |= names_in(page)
        return len(names_in(page))

    async def _timeline(self, name: str) -> int:
        params = [("sort", "new"), ("limit", str(TIMELINE_POSTS))]
        try:
            page = await self._once(f"/user/{name}/submitted", params, TIMELINE, TIMELINE)  # rates rest on no comments
        except ItemGoneError:
            return 0
        return len(glance(page).things)

    async def _profile(self, name: str) -> int:
        try:
            await self._once(f"/user/{name}/about", [], ABOUT, PROFILES, LOOK_UPS)
        except ItemGoneError:
            return 0
        return 1

    async def _once(self, path: str, params: list[tuple[str, str]], kind: str, rule: str, spends: str | None = None) -> Page:
        """An answer of one page, stored under a name made of what was asked; what it spends is noted without anybody's name."""
        name = page_prefix(kind, rule, path, *(value for _, value in params))
        if self.store.has(name):
            return self.store.load(name)
        if spends is not None:
            self.quota.spend(spends)
        page = (await self.session.get(path, params)).page(name, kind, rule=rule)
        self.store.save(page)
        return page


async def _none(walk: Any) -> None:
    await walk
