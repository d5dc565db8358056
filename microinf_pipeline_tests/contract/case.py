"""What the contract asks of a network's case: a small stateful server of that network, and how to talk to it.

To add a network, write `contract/networks/<type>.py` with a class `CASE` that derives from `Case`; it is found by its
name, and every test of this folder runs over it. A case is one world: each test makes a fresh one, and nothing in it may
be random or read the clock. It needs (all of them are small, see `networks/youtube.py`):

1. `network`, `secrets` (tokens, keys, passwords as they go over the wire), `brand` (one question is best: a hashtag);
2. `handler(request)`: the server. Make it of your `fake_<network>.py`, with pages of `self.page_size` posts at most;
3. `source(base, connect_with)`: your source, asking at `base`, its HTTP client made by `connect_with(**what_yours_needs)`;
4. `fill(posts, authors)`: that many posts by that many people inside the window, and some just outside;
5. `like(post_id, likes)`, `uncount(post_id)`, `delete(post_id)`, `rename(account_id, handle)`: what happens to them; and
   `leave(account_id)` with `shows_timelines = True` once your source reads the last posts of candidates;
6. `revoke()` and `spend(after)`: the token is dead from now on; the network's own quota ends after so many more requests;
7. `rows_in(page)`: the ids a stored page shows, read without your parser, so that nothing can be lost between the two.

Where your network differs (a deleted post is `deleted` and not `unknown`, cursors have another name), override the fact.
Put here: that class. Keep out: the facts (`test_every_source.py`), the mischief (`hostile.py`).
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final

from microinf_pipeline.catalog.capture import BrandTerms, CaptureTask, KnownPost, NetworkSource, Page
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

NIGHT: Final = date(2026, 11, 19)
SINCE, UNTIL = datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
#: When every capture of the suite happens.
NOW: Final = datetime(2026, 11, 20, 3, tzinfo=UTC)
#: Posts a server shows at a time, however many are asked for.
PAGE: Final = 5

#: Makes the HTTP client of a source, with the limits of the test: takes `read_wait`, `is_transient` and the like.
ConnectWith = Callable[..., HttpClient]


@dataclass(frozen=True)
class Filled:
    """What a world was filled with: ids of posts in the window and beside it, and of their authors."""

    inside: tuple[str, ...]
    outside: tuple[str, ...]
    authors: tuple[str, ...]


class Case(ABC):
    """One network's world, see above."""

    network: ClassVar[str]
    secrets: ClassVar[tuple[str, ...]]
    brand: ClassVar[BrandTerms] = BrandTerms("acme", hashtags=("acme",))
    #: What a look at a post that was deleted may say.
    gone_is: ClassVar[frozenset[str]] = frozenset({"deleted", "unknown"})
    #: The count that `like` sets, by its column.
    metric: ClassVar[str] = "likes"
    #: Whether counts of others' posts are told at all.
    tells_counts: ClassVar[bool] = True
    #: Names of query parameters (and fields) that turn a page.
    cursors: ClassVar[tuple[str, ...]] = ("cursor",)
    #: The column that tells accounts apart: some networks show them by handle alone.
    accounts_by: ClassVar[str] = "account_id"
    #: The brand's own accounts, where a night reads their profiles, too.
    own: ClassVar[frozenset[str]] = frozenset()
    #: Whether a look at accounts tells their present handle.
    tells_handles: ClassVar[bool] = True
    #: Whether the source reads `CaptureTask.timelines`; then `leave` is needed.
    shows_timelines: ClassVar[bool] = False
    #: Whether timelines are walked page by page; else one page is asked for, as long as they are wanted.
    walks_timelines: ClassVar[bool] = True
    #: Posts its server shows at a time: few for facts, as many as the network does for measurements of speed.
    page_size: ClassVar[int] = PAGE

    @abstractmethod
    def handler(self, request: Request) -> Reply: ...
    @abstractmethod
    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource: ...
    @abstractmethod
    def fill(self, posts: int, authors: int) -> Filled: ...
    @abstractmethod
    def like(self, post_id: str, likes: int) -> None: ...
    @abstractmethod
    def uncount(self, post_id: str) -> None: ...
    @abstractmethod
    def delete(self, post_id: str) -> None: ...
    @abstractmethod
    def rename(self, account_id: str, handle: str) -> None: ...
    @abstractmethod
    def revoke(self) -> None: ...
    @abstractmethod
    def spend(self, after: int) -> None: ...
    @abstractmethod
    def rows_in(self, page: Page) -> list[Any]: ...

    def leave(self, account_id: str) -> None:
        """The account is gone, and every post of it."""
        raise NotImplementedError

    def task(
        self, *, posts: tuple[str, ...] = (), accounts: tuple[str, ...] = (), timelines: tuple[str, ...] = (), asks: bool = True
    ) -> CaptureTask:
        """A night's work: the brand's question (unless `asks` is false), known posts, accounts and timelines."""
        known = tuple(self.known(one) for one in posts)
        return CaptureTask(NIGHT, SINCE, UNTIL, (self.brand,) if asks else (), known, accounts, timelines)

    def known(self, post_id: str) -> KnownPost:
        """A stored post, with its address where the network needs it."""
        return KnownPost(self.network, post_id)

    def is_turned(self, request: Request) -> bool:
        """Whether the request is for a second or later page."""
        return any(name in self.cursors for name, _ in request.query)

    def with_cursor(self, reply: Reply, cursor: str) -> Reply:
        """The same page, its way to the next one renamed."""
        body = json.loads(reply.body)
        return Reply(reply.status, json.dumps(_renamed(body, self.cursors, cursor)).encode(), reply.headers)


def times(posts: int) -> Iterator[datetime]:
    """Times of so many posts, newest first, spread over the window."""
    step = (UNTIL - SINCE) / (posts + 1)
    return (UNTIL - step * (n + 1) for n in range(posts))


def outside() -> tuple[datetime, datetime]:
    """A time just after the window, and one before it."""
    return UNTIL, SINCE - timedelta(minutes=1)


def z(moment: datetime) -> str:
    """ISO with milliseconds and Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def items_at(page: Page, *path: str) -> list[Any]:
    """The list at a path of a page's body; `[None]`, a row that must be told as refused, where there is none."""
    try:
        found = json.loads(page.body)
    except (ValueError, RecursionError):
        return [None]
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, list) else [None]


def field_of(item: Any, *path: str) -> Any:
    """What stands at a path inside an item, else None."""
    for name in path:
        item = item.get(name) if isinstance(item, dict) else None
    return item


def _renamed(value: Any, names: tuple[str, ...], cursor: str) -> Any:
    if isinstance(value, list):
        return [_renamed(one, names, cursor) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: cursor if name in names and isinstance(one, str) else _renamed(one, names, cursor) for name, one in value.items()
    }
