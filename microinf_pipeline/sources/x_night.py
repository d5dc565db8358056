"""A night on X: its questions in the order of their worth, and how each went.

Put here: that order, and what goes unasked. Keep out: one question's pages (`x_walk.py`), requests (`x_api.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import TIMELINE_POSTS, BrandTerms, CaptureTask, PageStore, QueryOutcome
from microinf_pipeline.sources.outcomes import outcome_of
from microinf_pipeline.sources.paging import batches
from microinf_pipeline.sources.x_api import BATCH_SIZE, XApi
from microinf_pipeline.sources.x_compliance import COMPLIANCE, ComplianceJob, to_look_at
from microinf_pipeline.sources.x_fields import id_in_address, said_of, time_of_id
from microinf_pipeline.sources.x_pages import MENTIONS, OWNED, PROFILES, SEARCH, TIMELINE, glance_at_posts, glance_at_users
from microinf_pipeline.sources.x_queries import HANDLE, OUT_OF_REACH, Query, Search, brand_queries, quotes_of
from microinf_pipeline.sources.x_walk import LESS_THAN_TOLD, SETTLED, Seen, Walk, Window

REFRESH: Final = "refresh"
NEWER: Final = "newer versions"
NAMES: Final = "names"
TIMELINES: Final = "timelines"
#: The network lists so many of an account's mentions, and so many of its posts.
MOST_MENTIONS: Final = 800
MOST_POSTS: Final = 3200
_SMALLEST_TIMELINE_PAGE: Final = 5


def mentions_rule(handle: str) -> str:
    """The rule by which an account's mentions come."""
    return f"@{handle} mentions"


def own_rule(handle: str) -> str:
    """The rule by which posts of an owned account come."""
    return f"@{handle} posts"


def quotes_rule(handle: str) -> str:
    """The rule by which quotes of an owned account's posts come."""
    return f"quotes of @{handle} posts"


class XNight:
    """Asks one night's questions. Nothing but `FixConfigurationError` and a broken store raises."""

    def __init__(self, task: CaptureTask, api: XApi, store: PageStore, search: Search, job: ComplianceJob) -> None:
        self.task, self.api, self.store, self.search, self.job = task, api, store, search, job
        self.window = Window(task.since, min(task.until, clock.now() - SETTLED))
        self.seen = Seen()
        self.accounts: dict[str, str] = {}  # handle in lower case → account id
        self.names: tuple[str, str | None] = ("complete", None)  # how the look-up of handles went
        self.outcomes: list[QueryOutcome] = []

    async def run(self) -> list[QueryOutcome]:
        """How every question went. Raises `FixConfigurationError` when the app may not ask at all."""
        await self._resolve()
        for brand in self.task.brands:
            await self._brand(brand)
        for brand in self.task.brands:
            for handle in handles_of(brand.owned):
                await self._own(brand.brand_id, handle)
        await self._refresh()
        await self._profiles()
        await self._timelines()
        await self._compliance()
        await self._newer()
        if self.api.refusal is not None:
            raise self.api.refusal
        return self.outcomes

    def _note(self, brand_id: str | None, rule: str, captured: int, status: str, gap: str | None) -> None:
        self.outcomes.append(QueryOutcome(brand_id, rule, captured, None, status, gap))

    async def _resolve(self) -> None:
        """Account ids of the brands' handles: timelines are asked for by id."""
        wanted = {name.lower() for brand in self.task.brands for name in handles_of((*brand.handles, *brand.owned))}

        async def ask() -> str | None:
            for some in batches(wanted, BATCH_SIZE):
                page = await self.api.users("usernames", some, NAMES)
                self.accounts.update((user.username.lower(), user.id) for user in glance_at_users(page).data or ())
            return None

        if wanted:
            self.names = await outcome_of(ask())
            self._note(None, NAMES, len(self.accounts), *self.names)

    async def _brand(self, brand: BrandTerms) -> None:
        queries, impossible = brand_queries(brand, self.search.longest)
        for query in queries:
            await self._search(query, query.rule, [query.rule])
        for handle in handles_of(brand.handles):
            walk = Walk("/2/users/{}/mentions", MENTIONS, brand.brand_id, mentions_rule(handle))
            await self._timeline(walk, handle, MOST_MENTIONS)
        for term in impossible:
            self._note(term.brand_id, term.rule, 0, "complete", f"not asked: {term.why}")

    async def _search(self, query: Query, rule: str, texts: list[str]) -> None:
        """A question in one or more queries, as far back as the search reaches."""
        earliest = self.search.earliest(clock.now())
        if self.window.until <= earliest:
            self._note(query.brand_id, rule, 0, "short", OUT_OF_REACH)
            return
        window = Window(max(self.window.since, earliest), self.window.until)
        walks = [
            Walk(self.search.path, SEARCH, query.brand_id, rule, (("query", text),), "next_token", self.search.page_size)
            for text in texts
        ]

        async def ask() -> str | None:
            gaps = [await walk.through(self.api, self.store, self.seen, window) for walk in walks]
            return next((gap for gap in gaps if gap), None)

        status, gap = await outcome_of(ask())
        if status == "complete" and window.since > self.window.since:  # what is out of reach stays so: no reason to ask again
            gap = f"recent search reaches back to {window.since:%Y-%m-%d %H:%M} UTC only"
        self._note(query.brand_id, rule, len({post for walk in walks for post in walk.found}), status, gap)

    async def _timeline(self, walk: Walk, handle: str, most: int) -> None:
        """One list of an account: its mentions, or its posts."""
        walk.smallest_page = _SMALLEST_TIMELINE_PAGE
        account = self.accounts.get(handle.lower())
        if account is None:
            status, gap = self.names
            if status == "complete":
                status, gap = "short", f"there is no account @{handle}: it was renamed, suspended or deleted"
            self._note(walk.brand_id, walk.rule, 0, status, gap)
            return
        walk.path = walk.path.format(account)
        status, gap = await outcome_of(walk.through(self.api, self.store, self.seen, self.window))
        if status == "complete" and len(walk.found) >= most:
            gap = f"the network lists the latest {most:,} only"
        self._note(walk.brand_id, walk.rule, len(walk.found), status, gap)

    async def _own(self, brand_id: str, handle: str) -> None:
        """What an owned account posted, replies among it, and who quoted that: a search sees a quote's own words only."""
        walk = Walk("/2/users/{}/tweets", OWNED, brand_id, own_rule(handle))
        await self._timeline(walk, handle, MOST_POSTS)
        quoted = [one.id for one in walk.found.values() if one.public_metrics and one.public_metrics.quote_count]
        if quoted:
            queries = quotes_of(quoted, self.search.longest)
            await self._search(Query(brand_id, queries[0]), quotes_rule(handle), queries)

    async def _refresh(self) -> None:
        """Stored posts again, by their newest known version; what came tonight needs no second look."""
        asked: dict[str, str] = {}
        for post in self.task.refresh_posts:
            newest = id_in_address(post.url) or post.post_id
            if post.network == "x" and time_of_id(newest) is not None and newest not in self.seen.posts:
                asked[newest] = post.post_id
        await self._looked_up(asked, REFRESH)

    async def _newer(self) -> None:
        """Newest versions of posts of which an older one came: that one says what no longer stands."""
        await self._looked_up(self.seen.not_seen, NEWER)

    async def _looked_up(self, asked: dict[str, str], rule: str) -> None:
        found, untold = 0, 0

        async def ask() -> str | None:
            nonlocal found, untold
            for some in batches(asked, BATCH_SIZE):
                told = glance_at_posts(await self.api.look_up({one: asked[one] for one in some}, rule))
                self.seen.note(told)
                found += len(told.data or ())
                untold += len({*some} - said_of(told))
            return f"of {untold} posts nothing was told" if untold > 0 else None

        if asked:
            status, gap = await outcome_of(ask())
            self._note(None, rule, found, status, gap)

    async def _profiles(self) -> None:
        """Accounts due for a look, and tonight's authors; most of those came with their posts."""
        wanted = {one for one in self.task.refresh_accounts if one.isdecimal()} | self.seen.authors
        due = wanted - self.seen.users
        found, untold = 0, 0

        async def ask() -> str | None:
            nonlocal found, untold
            for some in batches(due, BATCH_SIZE):
                told = glance_at_users(await self.api.users("ids", some, PROFILES))
                found += len(told.data or ())
                untold += len({*some} - said_of(told))
            return f"of {untold} accounts nothing was told" if untold > 0 else None

        if due:
            status, gap = await outcome_of(ask())
            self._note(None, PROFILES, found, status, gap)

    async def _timelines(self) -> None:
        """The last posts of accounts, without reposts. One that cannot be read is no gap of the night."""
        walks = [
            Walk(f"/2/users/{account}/tweets", TIMELINE, None, TIMELINES, (("exclude", "retweets"),))
            for account in sorted(set(self.task.timelines))
            if account.isdecimal()
        ]

        async def ask() -> str | None:
            for walk in walks:
                await walk.newest(self.api, self.store, self.seen, TIMELINE_POSTS)
            return LESS_THAN_TOLD if any(walk.is_cut for walk in walks) else None

        if walks:
            status, gap = await outcome_of(ask())
            closed = sum(walk.refusal is not None for walk in walks)
            if status == "complete" and closed:
                gap = f"{closed} of {len(walks)} accounts cannot be read: protected, suspended or gone"
            self._note(None, TIMELINES, sum(len(walk.found) for walk in walks), status, gap)

    async def _compliance(self) -> None:
        """Which of all stored posts must go. What fails here is told, and fails no night."""
        told: list[str] = []

        async def ask() -> str | None:
            page = await self.job.results(self.task.held_posts)
            if page is not None:
                told.extend(page.body.splitlines())
                self.seen.newer.update((one, one) for one in to_look_at(page))
                return None
            return "the job is still at work: a later night fetches what it tells"

        if self.task.held_posts:
            status, gap = await outcome_of(ask())
            status = {"short": "complete", "failed": "short"}.get(status, status)
            self._note(None, COMPLIANCE, len(told), status, gap)


def handles_of(names: Iterable[str]) -> list[str]:
    """Those that can be handles on X, each once."""
    return [name for name in dict.fromkeys(names) if HANDLE.fullmatch(name)]
