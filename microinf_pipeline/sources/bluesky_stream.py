"""Bluesky's Jetstream as a bounded look back: every post of the network since a moment, matched while it is read.

The stream is the complete road (search leaves out what moderation hides), but reaches 36 hours back only. It brings every
post, so what cannot be about a brand is not kept; rules for mentions decide about the rest afterwards. Put here: reading,
matching, pages that a killed read resumes from. Keep out: the socket (`websocket.py`), columns (`bluesky_parse.py`).
Source: README of bluesky-social/jetstream (v1, /subscribe), read in November 2026.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from msgspec import Raw, Struct

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureTask, Page, PageStore
from microinf_pipeline.errors import BudgetSpentError, RetryLaterError
from microinf_pipeline.sources.bluesky_fields import POST_COLLECTION
from microinf_pipeline.sources.bluesky_parse import STREAM
from microinf_pipeline.sources.websocket import messages

STREAM_RULE: Final = "jetstream"
#: How far back the server keeps events; it takes an older cursor without a word, and begins here.
LOOK_BACK: Final = timedelta(hours=36)
_COLLECTION: Final = POST_COLLECTION.strip("/")
_MICROSECONDS: Final = 1_000_000
#: Times of neighbouring events go back and forth, and cursors belong to one server: a resumed read begins a little earlier,
#: and one that has reached its end listens a little longer.
_REWIND, _SETTLE = 5 * _MICROSECONDS, 5 * _MICROSECONDS
#: A stream that falls silent so long before its end has not been read to it.
_QUIET_IS_SHORT: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class StreamLimits:
    """What one night may read: bytes, seconds; how much a page stands for; when silence ends a read."""

    max_bytes: int = 8_000_000_000
    max_seconds: float = 3600.0
    idle_seconds: float = 20.0
    page_messages: int = 100_000
    page_events: int = 2_000
    attempts: int = 4  # connections in a row that bring nothing


@dataclass(frozen=True)
class Stream:
    """A Jetstream server, as `wss://host`."""

    address: str
    limits: StreamLimits = StreamLimits()


class _Commit(Struct, gc=False):
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    rev: str = ""
    record: Raw = Raw(b"")


class _Account(Struct, gc=False):
    active: bool = True
    seq: int = 0


class _Event(Struct, gc=False):
    did: str
    time_us: int
    kind: str = ""
    commit: _Commit | None = None
    account: _Account | None = None


class _Kept(Struct):
    """Body of a page, as far as a resumed read needs it."""

    events: list[Raw]
    cursor: int
    bytes: int
    is_end: bool
    gap: str | None = None


_event = msgspec.json.Decoder(_Event)
_kept = msgspec.json.Decoder(_Kept)
_Key = tuple[str, ...]


class StreamRead:
    """One night's read into pages `stream-0001`, … `found` are the addresses of posts that may be about a brand."""

    def __init__(
        self, stream: Stream, task: CaptureTask, store: PageStore, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._address, self._limits = stream.address.rstrip("/"), stream.limits
        self._store, self._sleep = store, sleep
        self._needles = needles(task.brands)
        self._held: dict[str, list[str]] = defaultdict(list)
        for uri in task.held_posts:
            self._held[uri.split("/")[2]].append(uri)
        now = clock.now()
        self._from, self._end = max(task.since, now - LOOK_BACK), _us(min(task.until, now))
        self._late = self._from > clock.night_start(task.night)
        self._cursor = _us(self._from)
        self.found: set[str] = set()
        self.bytes = 0
        self._seen: set[_Key] = set()
        self._last = 0  # time of the event before
        self._page, self._is_end, self._gap = 0, False, None if not self._late else self._reach()
        self._open_page()

    def _reach(self) -> str:
        return f"the stream reaches back to {self._from:%Y-%m-%d %H:%M} UTC only"

    async def through(self) -> str | None:
        """Read to the end of the window; returns the reason of a gap. Raises `BudgetSpentError`, and `RetryLaterError`
        after as many connections as allowed that brought nothing new.
        """
        self._resume()
        if self._is_end:
            return self._gap
        try:
            async with asyncio.timeout(self._limits.max_seconds):
                await self._connections()
        except TimeoutError as error:
            raise BudgetSpentError(f"the stream was read for {self._limits.max_seconds:.0f} s", where=self._address) from error
        finally:
            self._save()
        return self._gap

    async def _connections(self) -> None:
        fruitless = 0
        while not self._is_end:
            before = self._cursor
            try:
                await self._listen()
            except RetryLaterError:
                fruitless = 0 if self._cursor > before else fruitless + 1
                if fruitless >= self._limits.attempts:
                    raise
                await self._sleep(2.0**fruitless)

    async def _listen(self) -> None:
        start = [("wantedCollections", _COLLECTION), ("cursor", str(self._cursor - _REWIND))]
        async with aclosing(messages(f"{self._address}/subscribe?{urlencode(start)}", self._limits.idle_seconds)) as stream:
            async for message in stream:
                self._take(message)
                if self._cursor >= self._end + _SETTLE:
                    self._is_end = True
                    return
        self._is_end = True  # nothing comes any more
        silent_since = _moment(self._cursor)
        if _moment(self._end) - silent_since > _QUIET_IS_SHORT:
            self._gap = f"the stream fell silent at {silent_since:%Y-%m-%d %H:%M} UTC"

    def _take(self, message: str) -> None:
        size = len(message)
        self.bytes += size
        self._messages += 1
        try:
            event = _event.decode(message)
        except msgspec.DecodeError:
            self._events.append(json.dumps(message))  # told as a row that could not be read
        else:
            self._at(event.time_us)
            if self._is_wanted(event):
                self._keep(event, message)
        if self.bytes >= self._limits.max_bytes:
            raise BudgetSpentError(f"the budget of {self._limits.max_bytes} bytes is used up", where=self._address)
        if self._messages >= self._limits.page_messages or len(self._events) >= self._limits.page_events:
            self._save()

    def _at(self, moment: int) -> None:
        """A moment is reached when two events in a row are that late: one alone may tell a wrong time."""
        self._cursor = max(self._cursor, min(self._last, moment, self._end + _SETTLE))
        if self._last == 0 and _moment(moment) - _moment(self._cursor) > _QUIET_IS_SHORT:
            self._gap = f"the stream begins at {_moment(moment):%Y-%m-%d %H:%M} UTC only"
        self._last = moment

    def _is_wanted(self, event: _Event) -> bool:
        if event.account is not None:
            return not event.account.active and event.did in self._held
        commit = event.commit
        if commit is None or commit.collection != _COLLECTION:
            return False
        if commit.operation == "delete":
            return _uri(event.did, commit) in self._held.get(event.did, ())
        words = bytes(commit.record).decode("utf-8", "replace").casefold()
        return any(needle in words for needle in self._needles)

    def _keep(self, event: _Event, message: str) -> None:
        key = _key(event)
        if key in self._seen:
            return
        self._seen.add(key)
        self._events.append(message)
        if event.account is not None:
            self._gone[event.did] = self._held[event.did]
        self._note(event)

    def _note(self, event: _Event) -> None:
        if event.commit is not None and event.commit.operation != "delete":
            self.found.add(_uri(event.did, event.commit))

    def _open_page(self) -> None:
        self._events: list[str] = []
        self._gone: dict[str, list[str]] = {}
        self._messages = 0

    def _save(self) -> None:
        """What was read since the last page, were it only how far; nothing where nothing was read."""
        if not self._messages and not self._is_end:
            return
        self._page += 1
        about = {"cursor": self._cursor, "bytes": self.bytes, "is_end": self._is_end, "gap": self._gap}
        body = f'{{"events":[{",".join(self._events)}],{json.dumps(about)[1:]}'
        request: dict[str, Any] = {"method": "GET", "url": f"{self._address}/subscribe", "params": [], "held": self._gone}
        self._store.save(Page(self._name(self._page), STREAM, None, STREAM_RULE, request, 101, clock.now(), body))
        self._open_page()

    def _resume(self) -> None:
        while self._store.has(self._name(self._page + 1)):
            self._page += 1
            self._last = 1
            kept = _kept.decode(self._store.load(self._name(self._page)).body)
            self._cursor, self.bytes, self._is_end, self._gap = kept.cursor, kept.bytes, kept.is_end, kept.gap
            for raw in kept.events:
                if bytes(raw).startswith(b"{"):
                    event = _event.decode(raw)
                    self._seen.add(_key(event))
                    self._note(event)

    def _name(self, number: int) -> str:
        return f"{STREAM}-{number:04d}"


def needles(brands: Iterable[BrandTerms]) -> tuple[str, ...]:
    """What the record of a post that is about one of the brands holds somewhere, folded, as JSON writes it."""
    words = [word for b in brands for word in (*b.hashtags, *b.keywords, *b.handles, *b.domains)]
    folded = {word.casefold() for word in words if word}
    return tuple(sorted({form for word in folded for form in (word, _escaped(word), json.dumps(word)[1:-1])}))


def _escaped(word: str) -> str:
    """As servers written in Go put it."""
    return word.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _uri(did: str, commit: _Commit) -> str:
    return f"at://{did}/{commit.collection}/{commit.rkey}"


def _key(event: _Event) -> _Key:
    """What makes an event itself: its time does not."""
    if event.account is not None:
        return (event.did, str(event.account.seq))
    one = event.commit or _Commit()
    return (event.did, one.collection, one.rkey, one.rev, one.operation)


def _us(moment: datetime) -> int:
    return int(moment.timestamp() * _MICROSECONDS)


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / _MICROSECONDS, UTC)
