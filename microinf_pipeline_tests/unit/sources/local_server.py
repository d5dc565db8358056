"""A real HTTP server on loopback, scripted by a function: the client under test talks over a real socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it came in. Header names are lower case."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What to answer. `truncated` promises more bytes than it sends, `reset` closes without a word; a body that is
    `endless` is repeated as long as somebody listens, one that is `slow` comes a byte at a time and never ends.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    truncated: bool = False
    reset: bool = False
    endless: bool = False
    slow: bool = False


Handler = Callable[[Request], Reply]


@dataclass
class LocalServer:
    """Where it listens, and everything it was asked."""

    base: str
    requests: list[Request] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2] or 0)


@asynccontextmanager
async def local_server(handler: Handler, port: int = 0, *, seconds: float = 0.0) -> AsyncIterator[LocalServer]:
    """Serve `handler` on 127.0.0.1, on a free port unless one is named; `seconds` pass before each answer."""
    here = LocalServer("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read(reader)
        due = asyncio.get_running_loop().time() + seconds
        here.requests.append(request)
        reply = handler(request)
        if seconds:
            await asyncio.sleep(due - asyncio.get_running_loop().time())
        if not reply.reset:
            writer.write(_written(reply))
            await writer.drain()
        if reply.slow or reply.endless:
            await _goes_on(reply, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    here.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield here


@contextmanager
def served(handler: Handler, *, seconds: float = 0.0) -> Iterator[str]:
    """Serve `handler` on a thread of its own, for code that is not async. Yields the address."""
    loop, ready, over, bases = asyncio.new_event_loop(), threading.Event(), asyncio.Event(), list[str]()

    async def serve() -> None:
        async with local_server(handler, seconds=seconds) as server:
            bases.append(server.base)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        ready.wait()
        yield bases[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


async def _goes_on(reply: Reply, writer: asyncio.StreamWriter) -> None:
    """More of a body without an end, until the client has had enough."""
    try:
        while not writer.is_closing():
            writer.write(b" " if reply.slow else reply.body)
            await writer.drain()
            await asyncio.sleep(0.02 if reply.slow else 0)
    except ConnectionError:
        return


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Request(method, parts.path, parse_qsl(parts.query, keep_blank_values=True), headers, body)


def _written(reply: Reply) -> bytes:
    length = len(reply.body) + (100 if reply.truncated else 0)
    headers = {
        "content-type": "application/json",
        "content-length": str(length),
        "connection": "close",
        **reply.headers,
    }
    if reply.slow or reply.endless:
        del headers["content-length"]
    lines = [f"HTTP/1.1 {reply.status} Scripted", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + reply.body


def in_turn(*replies: Reply) -> Handler:
    """Answer with each reply once; asking more often is an error of the test."""
    rest = iter(replies)
    return lambda _: next(rest)
