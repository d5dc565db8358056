"""What is asked of Bluesky's search for one brand, and how a query's pages are read on the way.

Put here: the translation of brand terms into parameters, windows and names of pages. Keep out: requests and parsing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from microinf_pipeline.catalog.capture import TIMELINES, BrandTerms, CaptureTask, Page, PlannedCalls, Usual
from microinf_pipeline.errors import GiveUpError
from microinf_pipeline.sources.paging import pages_of

PAGE_SIZE: Final = 100
BATCH_SIZE: Final = 25  # of getPosts and getProfiles
#: The search back end ends at 10,000 hits (HTTP 400 beyond): a window with more is cut in halves.
MOST_HITS: Final = 9_900
SHORTEST_WINDOW: Final = timedelta(seconds=2)
#: A search of more hits is asked in parts side by side: pages of one come in turn, slower than the network allows.
SIDE_BY_SIDE: Final = 500
PARTS: Final = 4


@dataclass(frozen=True)
class Query:
    """One search: which brand asked by which rule, and the parameters besides window, page size and cursor."""

    brand_id: str
    rule: str
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Window:
    """A span of time, end exclusive. `path` tells which parts were taken ('' is the whole)."""

    since: datetime
    until: datetime
    path: str = ""

    @property
    def params(self) -> list[tuple[str, str]]:
        return [("since", iso_z(self.since)), ("until", iso_z(self.until))]

    @property
    def is_divisible(self) -> bool:
        return self.until - self.since >= SHORTEST_WINDOW

    def halves(self) -> tuple[Window, ...]:
        """The older and the newer half, see `parts`."""
        return self.parts(2)

    def parts(self, count: int) -> tuple[Window, ...]:
        """So many parts of one length, the oldest first, without gap or overlap."""
        step = (self.until - self.since) / count
        # as exact as `iso_z` says it
        cuts = [
            at.replace(microsecond=at.microsecond // 1000 * 1000) for n in range(1, count) for at in [self.since + step * n]
        ]
        ends = zip([self.since, *cuts], [*cuts, self.until], strict=True)
        return tuple(Window(since, until, f"{self.path}{'abcdefgh'[n]}") for n, (since, until) in enumerate(ends))


def brand_queries(brand: BrandTerms) -> list[Query]:
    """One query a term. The `tag` filter may be dropped by the back end, so `q` carries the hashtag, too.

    `q` is Lucene-like: a keyword of several words is put in quotes.
    """
    return [
        *(_query(brand, f"#{tag}", f"#{tag}", tag=tag) for tag in brand.hashtags),
        *(_query(brand, word, f'"{word}"' if " " in word else word) for word in brand.keywords),
        *(_query(brand, domain, domain, domain=domain) for domain in brand.domains),
        *(_query(brand, f"@{handle}", f"@{handle}", mentions=handle) for handle in brand.handles),
    ]


def _query(brand: BrandTerms, rule: str, q: str, **filters: str) -> Query:
    return Query(brand.brand_id, rule, (("q", q), *filters.items(), ("sort", "latest"), ("limit", str(PAGE_SIZE))))


def planned(task: CaptureTask, usual: Usual, own: str) -> tuple[PlannedCalls, ...]:
    """The requests of a night for the account `own`: a log-in, at least a page a term, then known posts and
    profiles by the batch.

    Profiles of authors nobody has seen yet come on top, so their number is the least.
    """
    searches = [query for brand in task.brands for query in brand_queries(brand)]
    told = [brand.brand_id for brand in task.brands if own.lower() in {handle.lower() for handle in brand.handles}]
    return (
        PlannedCalls("log-in", 1),
        *(PlannedCalls(q.rule, _search_pages(usual.get((q.brand_id, q.rule), 0)), q.brand_id, is_least=True) for q in searches),
        *(PlannedCalls(f"@{own} notifications", 1, brand_id, is_least=True) for brand_id in told),
        *(PlannedCalls(own_rule(name), 1, brand.brand_id, is_least=True) for brand in task.brands for name in brand.owned),
        PlannedCalls("refresh", math.ceil(len(task.refresh_posts) / BATCH_SIZE)),
        PlannedCalls(TIMELINES, len(task.timelines), is_least=True),
        PlannedCalls("profiles", math.ceil(len({*task.refresh_accounts, *task.timelines}) / BATCH_SIZE), is_least=True),
    )


def _search_pages(hits: int) -> int:
    """At least; the page that tells how many there are comes again in its part."""
    return pages_of(hits, PAGE_SIZE) + (1 if hits > SIDE_BY_SIDE else 0)


def own_rule(account: str) -> str:
    """The rule by which posts of an owned account come."""
    return f"@{account} posts"


def at_cursor(cursor: str | None) -> list[tuple[str, str]]:
    """The parameter that turns to a page; none for the first."""
    return [] if cursor is None else [("cursor", cursor)]


def iso_z(moment: datetime) -> str:
    """Full ISO with milliseconds and 'Z': one back end refuses other forms, the other ignores them silently."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Author(Struct):
    did: str


class _Item(Struct):
    uri: str
    author: _Author
    indexedAt: str = ""  # noqa: N815 - name of the lexicon
    reason: str | None = None


class _Reposted(Struct):
    indexedAt: str = ""  # noqa: N815 - name of the lexicon


class _Shown(Struct):
    post: _Item
    reason: _Reposted | None = None


class Glance(Struct):
    """What the walk needs to know of a page; the parser reads it properly later."""

    posts: list[_Item] = []
    notifications: list[_Item] = []
    profiles: list[_Author] = []
    feed: list[_Shown] = []
    cursor: str | None = None
    hitsTotal: int | None = None  # noqa: N815


_glance = msgspec.json.Decoder(Glance)


def glance(page: Page) -> Glance:
    """Cursor, addresses and authors of a page. Raises `GiveUpError` when the answer has another shape."""
    try:
        return _glance.decode(page.body)
    except msgspec.DecodeError as error:
        fix = "the network may have changed its answers: look at the stored page"
        raise GiveUpError(f"the answer is not as documented: {error}", where=page.name, fix=fix) from error


def uris_of(page: Page) -> list[str]:
    """Addresses of the posts of a page of a search."""
    return [item.uri for item in glance(page).posts]


def shown_at(page: Page) -> list[tuple[str, str]]:
    """Of a page of an account's feed: address of each post and when it appeared there; a repost appears when it was made."""
    return [(item.post.uri, (item.reason and item.reason.indexedAt) or item.post.indexedAt) for item in glance(page).feed]


def mentions_of(page: Page, reasons: Sequence[str]) -> list[str]:
    """Addresses of the posts behind the notifications of a page that have one of the reasons."""
    return [item.uri for item in glance(page).notifications if item.reason in reasons]
