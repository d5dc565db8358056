"""What a network source is asked to do, and what it hands back. Protocols only: the HTTP lives in `sources`.

A capture writes *raw pages* (what the server said) and closes with a manifest. Parsing is a second, pure step over
stored pages, so that `replay` needs no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol

import polars as pl


@dataclass(frozen=True)
class BrandTerms:
    """What to look for on behalf of one brand (from `brands:`), already merged with its campaigns' hashtags."""

    brand_id: str
    hashtags: tuple[str, ...] = ()  # without '#'
    keywords: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()  # the brand's own handles on this source's network
    domains: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()  # accounts of the brand on this network, whose posts and replies are wanted


#: Posts of a timeline, newest first: enough for a rate of the account (K9), and about a month of it.
TIMELINE_POSTS: Final = 30
#: The question for all timelines of a night, as outcomes and plans name it.
TIMELINES: Final = "timelines"


@dataclass(frozen=True)
class KnownPost:
    """A stored post whose metrics or availability are due for another look."""

    network: str
    post_id: str
    url: str | None = None
    handle: str | None = None  # of its author: some networks show others' posts by author alone
    origin: str | None = None  # the road it last came by: that another road does not show it says little
    post_type: str | None = None  # some networks show replies in other ways than posts


@dataclass(frozen=True)
class CaptureTask:
    """One night's work for one network source."""

    night: date
    since: datetime  # start of the window, inclusive (already includes the overlap)
    until: datetime  # end of the window, exclusive
    brands: tuple[BrandTerms, ...]
    refresh_posts: tuple[KnownPost, ...] = ()
    refresh_accounts: tuple[str, ...] = ()  # account ids due for a profile look-up
    timelines: tuple[str, ...] = ()  # account ids whose last `TIMELINE_POSTS` posts are wanted (capture_reason timeline)
    handles: Mapping[str, str] = field(default_factory=dict)  # account id → handle last seen, of all these accounts
    counted: frozenset[str] = frozenset()  # handles whose followers are known well enough, where a profile costs a request of its own
    held_posts: tuple[str, ...] = ()  # ids of all stored posts, for a network that can be asked which of them must go


@dataclass(frozen=True)
class Page:
    """One response as received, with its request (no secrets)."""

    name: str  # unique in the capture and stable: '<endpoint>-<query no>-<page no>'
    kind: str  # which parse applies: 'search', 'notifications', 'profiles', 'posts', 'tag', …
    brand_id: str | None
    rule: str | None  # the query that asked: '#acme', 'acme', '@acme', 'refresh'
    request: Mapping[str, Any]  # method, url without secrets, params
    status: int
    received_at: datetime
    body: str  # the response body as text, or a replacement-decoded one


@dataclass(frozen=True)
class QueryOutcome:
    """How one query (brand × rule) went."""

    brand_id: str | None
    rule: str
    captured: int  # posts seen
    expected: int | None = None  # the source's own stated total, when it states one
    status: str = "complete"  # complete | short | failed | budget_spent
    gap_reason: str | None = None


@dataclass(frozen=True)
class PlannedCalls:
    """Requests one question of a night will take, told before the first. `is_least`: what is found may need more."""

    rule: str
    calls: int
    brand_id: str | None = None
    is_least: bool = False
    will_not: str | None = None  # why the question will go unanswered, where that is known beforehand
    spends: tuple[tuple[str, int], ...] = ()  # (unit, amount) of the network's own quotas, for all its calls together


#: Posts a night usually brings, by (brand_id, rule): how many pages an answer will have.
Usual = Mapping[tuple[str | None, str], int]


@dataclass(frozen=True)
class CaptureResult:
    """What a capture leaves besides its pages."""

    queries: tuple[QueryOutcome, ...]
    requests: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Parsed:
    """Typed deliveries of some pages. Frames follow `catalog.observed`, plus `file` and `row_number`."""

    posts: pl.DataFrame
    accounts: pl.DataFrame
    statuses: pl.DataFrame
    rejects: pl.DataFrame


class PageStore(Protocol):
    """Where a capture keeps its pages; survives a kill, so a resumed capture skips what is there."""

    def has(self, name: str) -> bool: ...
    def load(self, name: str) -> Page: ...
    def save(self, page: Page) -> None: ...


@dataclass(frozen=True)
class QuotaState:
    """What is left of one quota, and when more comes back."""

    unit: str
    amount: int
    left: int
    resets_at: datetime


class Quota(Protocol):
    """What a source may still spend of the units its network counts, across runs, in the network's own days.

    `spend` comes before the request and raises BudgetSpentError where it does not fit; a `key` spent before within the
    window is free, which `is_paid` tells beforehand. `exhausted` is told when the network says so. `left` is None for a
    unit nothing bounds.
    """

    def left(self, unit: str, /) -> int | None: ...
    def spend(self, unit: str, amount: int = 1, key: str | None = None, /) -> None: ...
    def is_paid(self, unit: str, key: str, /) -> bool: ...
    def exhausted(self, unit: str, /) -> None: ...
    def states(self) -> tuple[QuotaState, ...]: ...


class Unbounded:
    """The `Quota` of a network that counts requests only, and says so in its answers."""

    def left(self, _unit: str) -> int | None:
        return None

    def spend(self, _unit: str, _amount: int = 1, _key: str | None = None) -> None:
        """Nothing bounds it."""

    def is_paid(self, _unit: str, _key: str) -> bool:
        return True

    def exhausted(self, _unit: str) -> None:
        """Nothing bounds it."""

    def states(self) -> tuple[QuotaState, ...]:
        return ()


class NetworkSource(Protocol):
    """A network: `capture` talks to it (async, thin), `parse` reads stored pages, `plan` counts requests (both pure)."""

    @property
    def name(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def quota(self) -> Quota: ...

    def plan(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]: ...

    async def capture(self, task: CaptureTask, store: PageStore) -> CaptureResult: ...

    def parse(self, pages: Iterable[Page]) -> Parsed: ...
