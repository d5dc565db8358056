"""A small Jetstream of invented events over a real websocket: replays from a cursor, then stays open; breaks on demand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from microinf_pipeline_tests.unit.sources.bluesky_pages import ANNA, record


def microseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def a_post(key: str, at: datetime, text: str = "I like AcmeCola", did: str = ANNA, **more: Any) -> dict[str, Any]:
    commit = {"rev": key, "operation": "create", "collection": "app.bsky.feed.post", "rkey": key, "cid": "bafy"}
    about = record(text, createdAt=at.isoformat().replace("+00:00", "Z"), **more)
    return {"did": did, "time_us": microseconds(at), "kind": "commit", "commit": commit | {"record": about}}


def a_delete(key: str, at: datetime, did: str = ANNA) -> dict[str, Any]:
    commit = {"rev": f"{key}-gone", "operation": "delete", "collection": "app.bsky.feed.post", "rkey": key}
    return {"did": did, "time_us": microseconds(at), "kind": "commit", "commit": commit}


def an_account(did: str, at: datetime, status: str | None) -> dict[str, Any]:
    state = {"active": status is None, "did": did, "seq": microseconds(at), "time": at.isoformat()}
    return {
        "did": did,
        "time_us": microseconds(at),
        "kind": "account",
        "account": state | ({"status": status} if status else {}),
    }


def others(start: datetime, until: datetime, every: timedelta) -> list[dict[str, Any]]:
    """Posts about nothing, as the network is full of them."""
    count = int((until - start) / every)
    return [a_post(f"other{n}", start + every * n, "Rain again", "did:plc:nobody") for n in range(count)]


@dataclass
class FakeJetstream:
    """`events` may also be texts that are sent as they are. `cuts`: after how many messages each connection breaks."""

    events: list[dict[str, Any] | str] = field(default_factory=list)
    keeps_since: datetime | None = None  # older events are gone, without a word
    cuts: list[int] = field(default_factory=list)
    refuses: HTTPStatus | None = None
    cursors: list[int] = field(default_factory=list)  # asked for, one a connection

    def check(self, _connection: ServerConnection, request: Request) -> Response | None:
        if self.refuses is None:
            return None
        return _connection.respond(self.refuses, "no")

    async def __call__(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        asked = parse_qs(urlsplit(socket.request.path).query)
        assert asked["wantedCollections"] == ["app.bsky.feed.post"]
        self.cursors.append(int(asked["cursor"][0]))
        first = max(self.cursors[-1], microseconds(self.keeps_since) if self.keeps_since else 0)
        most = self.cuts.pop(0) if self.cuts else None
        sent = [event for event in self.events if isinstance(event, str) or event["time_us"] >= first]
        for event in sent if most is None else sent[:most]:
            await socket.send(event if isinstance(event, str) else json.dumps(event, ensure_ascii=False))
        if most is None:
            await socket.wait_closed()
        else:
            socket.transport.abort()


@asynccontextmanager
async def jetstream(fake: FakeJetstream) -> AsyncIterator[str]:
    """Serve on a free port of 127.0.0.1; the address, as a setting has it."""
    async with serve(fake, "127.0.0.1", 0, process_request=fake.check) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}"


def by_time(events: Iterable[dict[str, Any]]) -> list[dict[str, Any] | str]:
    return [*sorted(events, key=lambda event: int(event["time_us"]))]
