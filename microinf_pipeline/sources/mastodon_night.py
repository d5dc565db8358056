"""One instance's share of a night: its questions in order, and the outcome of each.

Put here: the order of questions and what their failures mean. Keep out: several instances together (`mastodon.py`),
requests and cursors (`mastodon_api.py`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from microinf_pipeline.catalog.capture import TIMELINES, BrandTerms, CaptureTask, Page, QueryOutcome
from microinf_pipeline.errors import BudgetSpentError, GiveUpError, ItemGoneError, MicroinfError, RetryLaterError
from microinf_pipeline.sources.answers import AnswerRefusedError
from microinf_pipeline.sources.mastodon_api import (
    MENTIONS,
    OWN,
    TAGS_PER_CALL,
    InstanceApi,
    Query,
    created_at,
    items_in,
    own_query,
    own_rule,
    search_query,
    tag_query,
)
from microinf_pipeline.sources.mastodon_looks import SecondLooks
from microinf_pipeline.sources.mastodon_parse import REFRESH
from microinf_pipeline.sources.mastodon_questions import NO_TOKEN, owned_accounts, words_of

_FAILURES: Final = (RetryLaterError, GiveUpError, ItemGoneError, BudgetSpentError)
_NONE: Final[frozenset[str]] = frozenset()
_EMPTY_SEARCH: Final = "no search on this server found anything: it may have no full-text search, so this is not 'no mentions'"


class _Found(NamedTuple):
    """What later questions need of a post: whole posts of a large night would fill the memory."""

    local_id: str
    answers: str | None
    tags: frozenset[str]  # folded


class InstanceNight:
    """Asks one instance, one query after the other. `outcomes` says how each went."""

    def __init__(self, api: InstanceApi, task: CaptureTask) -> None:
        self.api, self.task = api, task
        self.outcomes: list[QueryOutcome] = []
        self.posts: set[str] = set()  # uris seen tonight
        self.posts_due: dict[str, str] = {}  # local id → uri
        self.addresses_due: list[str] = []  # uris to be looked up by address
        self.accounts_due: list[str] = []  # user@domain
        self.timelines_due: list[str] = []  # user@domain
        self._local_accounts: dict[str, str] = {}  # user@domain → local id
        self._joins_tags: bool | None = None  # whether `any[]` works; None: not known yet
        self._looks = SecondLooks(api, self._local_accounts)
        self._stopped: MicroinfError | None = None  # what makes further calls useless tonight

    async def look(self) -> None:
        """Hashtags, and with a token words and mentions."""
        try:
            await self.api.connect()
        except _FAILURES as error:
            self._stopped = error
        if not self.api.can.is_mastodon:
            self._joins_tags = False
        for brand in self.task.brands:
            await self._look_for_tags(brand)
        await self._look_for_words()
        for brand_id, account in owned_accounts(self.task, {self.api.can.domain, self.api.host}):
            await self._look_at_own(brand_id, account)
        if self.api.instance.token:
            await self._ask(MENTIONS)

    async def look_again(self) -> None:
        """Metrics and presence of known posts, profiles of known accounts."""
        looks = self._looks
        await self._step(f"{REFRESH} posts", lambda: looks.posts_by_id(self.posts_due), len(self.posts_due))
        await self._step(
            f"{REFRESH} posts by address", lambda: looks.posts_by_address(self.addresses_due), len(self.addresses_due)
        )
        await self._step(f"{REFRESH} accounts", lambda: looks.accounts(self.accounts_due), len(self.accounts_due))
        await self._step(TIMELINES, lambda: looks.timelines(self.timelines_due), len(self.timelines_due))

    async def _look_for_tags(self, brand: BrandTerms) -> None:
        tags = list({unicodedata.normalize("NFKC", tag).casefold(): tag for tag in brand.hashtags}.values())
        closed = self._closed_to_tags()
        while tags:
            size = 1 if self._joins_tags is False else TAGS_PER_CALL
            now, tags = tags[:size], tags[size:]
            if closed:
                self._note(Query(brand.brand_id, " ".join(f"#{tag}" for tag in now), "tag", ""), 0, "failed", closed)
                continue
            joined = await self._ask(tag_query(brand.brand_id, now))
            if len(now) > 1 and not self._joins_tags:
                await self._ask_one_by_one(brand.brand_id, now, joined)

    async def _ask_one_by_one(self, brand_id: str | None, tags: Sequence[str], joined: dict[str, _Found]) -> None:
        """Servers that do not know `any[]` ignore it in silence. A post without the first tag proves that it works."""
        if any(_folded(tags[0]) not in post.tags for post in joined.values()):
            self._joins_tags = True
            return
        for tag in tags[1:]:
            alone = await self._ask(tag_query(brand_id, [tag]))
            if alone.keys() - joined.keys():
                self._joins_tags = False

    async def _look_at_own(self, brand_id: str, account: str) -> None:
        """What an owned account posted, and the posts it answers: those are named by ids that mean nothing elsewhere."""
        name = account.rpartition("@")[0]
        try:
            self._raise_if_stopped()
            known_as = await self._looks.local_id(account)
        except _FAILURES as error:
            self._note(Query(brand_id, own_rule(account), OWN, ""), 0, *self._failed(error))
            return
        posts = (await self._ask(own_query(brand_id, account, known_as))).values()
        due = sorted({post.answers for post in posts if post.answers} - {post.local_id for post in posts})
        await self._step(f"{REFRESH} posts {name} answers", lambda: self._looks.answered_posts(name, due), len(due))

    def _closed_to_tags(self) -> str | None:
        """Why tag timelines answer nothing here, when the server says so itself: it would answer 200 and []."""
        access = {where: self.api.can.tag_access.get(where, "public") for where in ("local", "remote")}
        open_to_us = ("public", "authenticated") if self.api.instance.token else ("public",)
        shut = [f"{where} {how}" for where, how in access.items() if how not in open_to_us]
        return f"hashtag timelines of this server: {', '.join(shut)}" if len(shut) == len(access) else None

    async def _look_for_words(self) -> None:
        queries = [search_query(brand.brand_id, rule) for brand in self.task.brands for rule in words_of(brand)]
        if not self.api.instance.token:
            for query in queries:
                self._note(query, 0, "short", NO_TOKEN)
            return
        first = len(self.outcomes)
        found = [await self._ask(query) for query in queries]
        if not any(found):
            judged = [self._unproven(outcome) for outcome in self.outcomes[first:]]
            self.outcomes[first:] = judged

    def _unproven(self, outcome: QueryOutcome) -> QueryOutcome:
        if outcome.status != "complete":
            return outcome
        return QueryOutcome(outcome.brand_id, outcome.rule, outcome.captured, None, "short", _EMPTY_SEARCH)

    async def _ask(self, query: Query) -> dict[str, _Found]:
        """Walk through a query; its posts of the window by uri."""
        found: dict[str, _Found] = {}
        status, reason = "complete", None
        try:
            self._raise_if_stopped()
            async for walked in self.api.walk(query, self.task.since, self.task.until):
                found.update(self._posts_in(walked.page))
                if walked.gap_reason:
                    status, reason = "short", walked.gap_reason
        except _FAILURES as error:
            status, reason = self._failed(error)
        self._note(query, len(found), status, reason)
        return found

    def _posts_in(self, page: Page) -> dict[str, _Found]:
        found: dict[str, _Found] = {}
        for item in items_in(page):
            post = item.get("status", {}) if page.kind == "notifications" else item
            created, uri = created_at(item), post.get("uri") if isinstance(post, dict) else None
            if not isinstance(uri, str):
                continue
            self.posts.add(uri)
            self._remember_account(post.get("account"))
            if created is not None and self.task.since <= created < self.task.until:
                answers = post.get("in_reply_to_id")
                found[uri] = _Found(str(post.get("id")), answers if isinstance(answers, str) else None, _tags_of(post))
        return found

    def _remember_account(self, account: Any) -> None:
        if isinstance(account, dict) and isinstance(acct := account.get("acct"), str) and isinstance(account.get("id"), str):
            full = acct if "@" in acct else f"{acct}@{self.api.can.domain}"
            self._local_accounts[full.lower()] = account["id"]

    async def _step(self, rule: str, run: Any, due: int) -> None:
        """One kind of second look, with its outcome."""
        if not due:
            return
        status, reason = "complete", None
        self._looks.answered = 0
        try:
            self._raise_if_stopped()
            await run()
        except _FAILURES as error:
            status, reason = self._failed(error)
            if isinstance(error, AnswerRefusedError) and not self.api.instance.token:
                status, reason = "short", error.what  # it shows single posts to its own users only: no failure of tonight
        self._note(Query(None, rule, REFRESH, ""), self._looks.answered, status, reason)

    def _failed(self, error: MicroinfError) -> tuple[str, str]:
        """Status and reason of a query that failed. A refused token or a spent budget fails all that follow."""
        refused = isinstance(error, AnswerRefusedError) and error.status == 401 and self.api.instance.token
        if refused or isinstance(error, BudgetSpentError):
            self._stopped = error
        if isinstance(error, BudgetSpentError):
            return "budget_spent", error.what
        return "failed", error.on_one_line if isinstance(error, GiveUpError) else error.what

    def _raise_if_stopped(self) -> None:
        if self._stopped is not None:
            raise self._stopped

    def _note(self, query: Query, captured: int, status: str, reason: str | None) -> None:
        rule = f"{query.rule} on {self.api.host}"
        self.outcomes.append(QueryOutcome(query.brand_id, rule, captured, None, status, reason))


def _folded(tag: str) -> str:
    return unicodedata.normalize("NFKC", tag).casefold()


def _tags_of(item: dict[str, Any]) -> frozenset[str]:
    tags = item.get("tags")
    if not isinstance(tags, list):
        return _NONE
    return frozenset(_folded(str(tag.get("name"))) for tag in tags if isinstance(tag, dict))
