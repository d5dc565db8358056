"""Requests to X's API v2: one after the other, in the vocabulary the server understands, within the budget of reads.

Put here: addresses, page and batch sizes, and what is done about a refusal. Keep out: which questions a night asks
(`x.py`), what a refusal means (`x_problems.py`), what a read costs (`x_reads.py`), meaning of the answers (`x_parse.py`).
Source: OpenAPI 2.166 and 2.167; docs.x.com, rate limits (2026-08-22).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from microinf_pipeline.catalog.capture import Page, PageStore
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.answers import AnswerRefusedError, HttpResponse
from microinf_pipeline.sources.http import HttpLimits
from microinf_pipeline.sources.paging import page_prefix
from microinf_pipeline.sources.x_pages import POSTS, PROFILES, glance_at_posts
from microinf_pipeline.sources.x_problems import explained, is_spent
from microinf_pipeline.sources.x_reads import POST_READS, USER_READS, Reads
from microinf_pipeline.sources.x_session import XSession
from microinf_pipeline.sources.x_vocabulary import Wanted, first_choice, second_choice

BATCH_SIZE: Final = 100  # ids and names of a look-up
PAGE_SIZE: Final = 100
SMALLEST_PAGE: Final = 10  # of a search; 5 of a timeline
#: 450 searches in 15 minutes and app; the network tells when to go on, which may take those 15 minutes.
LIMITS: Final = HttpLimits(rate=(4.0, 1.0), concurrency=1, max_wait_seconds=930.0)
#: The full archive answers once a second.
ARCHIVE_LIMITS: Final = replace(LIMITS, rate=(1.0, 1.0))

Params = Sequence[tuple[str, str]]


class XApi:
    """Asks, and hands every answer over as a page. Raises what `XSession` and `HttpClient` raise, `BudgetSpentError` when
    budget, cap or credit are used up, and `FixConfigurationError` when the app may not ask at all.
    """

    def __init__(
        self, session: XSession, store: PageStore, reads: Reads, wanted: Wanted, *, where: str
    ) -> None:  # fmt: skip
        self._session, self._store, self._reads, self._where = session, store, reads, where
        self._wanted, self._words, self._is_settled = wanted, first_choice(wanted), wanted != "auto"
        self.refusal: FixConfigurationError | None = None  # what a person must mend before anything is asked again
        self._turn = asyncio.Lock()  # what an answer costs is known afterwards, so one is asked at a time

    async def posts(
        self, path: str, params: Params, name: str, kind: str, brand_id: str | None, rule: str, *,
        most: int = PAGE_SIZE, least: int = SMALLEST_PAGE,
    ) -> Page:  # fmt: skip
        """One page of posts, of at most `most`; not stored yet."""
        async with self._turn:
            size = ("max_results", str(self._reads.fitting(POST_READS, most, least)))
            self._reads.fitting(USER_READS, 1, 1)
            return await self._posts(path, [*params, size], name, kind, brand_id, rule)

    async def look_up(self, asked: Mapping[str, str], rule: str) -> Page:
        """At most a hundred posts by id (id to ask for → key of the post), stored under a name made of the ids."""
        name = page_prefix(POSTS, rule, *sorted(asked))
        if self._store.has(name):
            return self._store.load(name)
        async with self._turn:
            self._reads.require(POST_READS, len(asked))
            params = [("ids", ",".join(sorted(asked)))]
            page = await self._posts("/2/tweets", params, name, POSTS, None, rule)
        page = replace(page, request={**page.request, "asked": dict(asked)})
        self._store.save(page)
        return page

    async def users(self, by: str, values: Sequence[str], rule: str) -> Page:
        """At most a hundred accounts, `by` "ids" or "usernames", stored under a name made of what was asked."""
        name = page_prefix(PROFILES, rule, by, *values)
        if self._store.has(name):
            return self._store.load(name)
        path = "/2/users" if by == "ids" else "/2/users/by"
        async with self._turn:
            self._reads.require(USER_READS, len(values))
            answer = await self._ask(path, [(by, ",".join(values)), *self._words.of_users])
            page = answer.page(name, PROFILES, rule=rule)
            self._reads.charge(page)
        self._store.save(page)
        return page

    async def _posts(
        self, path: str, params: Params, name: str, kind: str, brand_id: str | None, rule: str
    ) -> Page:  # fmt: skip
        page = await self._in_words(path, params, name, kind, brand_id, rule)
        if not self._is_settled and (posts := glance_at_posts(page).data):
            self._is_settled = True
            other = second_choice(self._wanted, self._words)
            if other is not None and not any(one.created_at for one in posts):  # fields asked for in vain
                self._words = other
                page = await self._in_words(path, params, name, kind, brand_id, rule)
        return page

    async def _in_words(
        self, path: str, params: Params, name: str, kind: str, brand_id: str | None, rule: str
    ) -> Page:  # fmt: skip
        """Asked in one vocabulary; in the other, when the server does not know the words of the first."""
        try:
            answer = await self._ask(path, [*params, *self._words.of_posts])
        except AnswerRefusedError as error:
            other = second_choice(self._wanted, self._words)
            if error.status != 400 or other is None or not self._words.is_refused_by(error.body):
                raise
            self._words, self._is_settled = other, True
            answer = await self._ask(path, [*params, *self._words.of_posts])
        page = answer.page(name, kind, brand_id=brand_id, rule=rule)
        self._reads.charge(page)
        return page

    async def _ask(self, path: str, params: Params) -> HttpResponse:
        """One GET. What refuses the app as a whole refuses every further question without asking it."""
        if self.refusal is not None:
            raise self.refusal
        try:
            return await self._answered(path, params)
        except FixConfigurationError as error:
            self.refusal = error
            raise

    async def _answered(self, path: str, params: Params) -> HttpResponse:
        try:
            return await self._session.get(path, params)
        except AnswerRefusedError as error:
            if is_spent(error.status, error.body):
                self._reads.spent()
            told = explained(error, path, where=self._where)
            if told is error:
                raise
            raise told from error

    async def send(self, path: str, body: Any) -> HttpResponse:
        """One POST, which costs no reads."""
        return await self._session.request("POST", path, json_body=body)

    async def get(self, path: str) -> HttpResponse:
        """One GET that costs no reads."""
        return await self._session.get(path)
