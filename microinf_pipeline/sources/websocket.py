"""The one websocket client: messages of a stream one after the other, failures as errors that say what to do next.

Put here: connecting, time-outs, sizes. Keep out: what a message means, and when a stream has been read to its end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, InvalidURI, WebSocketException

from microinf_pipeline.errors import GiveUpError, RetryLaterError
from microinf_pipeline.sources.answers import TRANSIENT_STATUSES
from microinf_pipeline.sources.redaction import safe_url

_OPEN_SECONDS: Final = 10.0
_CLOSE_SECONDS: Final = 1.0
_MOST_MESSAGE_BYTES: Final = 4 * 1024 * 1024

logging.getLogger("websockets").setLevel(logging.WARNING)  # it logs every frame


async def messages(url: str, idle_seconds: float) -> AsyncGenerator[str]:
    """Messages as they come, without end; the iterator ends when none came for so many seconds.

    Raises `RetryLaterError` where the connection fails or is cut, `GiveUpError` where the server refuses it.
    """
    where = safe_url(url)
    try:
        async with connect(
            url, open_timeout=_OPEN_SECONDS, close_timeout=_CLOSE_SECONDS, max_size=_MOST_MESSAGE_BYTES
        ) as socket:
            while (message := await _next(socket, idle_seconds)) is not None:
                yield message if isinstance(message, str) else message.decode("utf-8", "replace")
    except InvalidStatus as error:
        status = error.response.status_code
        if status in TRANSIENT_STATUSES:
            raise RetryLaterError(f"HTTP {status}", where=where) from error
        raise GiveUpError(f"HTTP {status} instead of a stream", where=where, fix="check the address") from error
    except InvalidURI as error:
        raise GiveUpError("this is no address of a stream", where=where, fix="give one that begins with wss://") from error
    except (WebSocketException, OSError, TimeoutError) as error:
        raise RetryLaterError(f"the stream was cut: {type(error).__name__}", where=where) from error


async def _next(socket: ClientConnection, idle_seconds: float) -> str | bytes | None:
    try:
        async with asyncio.timeout(idle_seconds):
            return await socket.recv()
    except TimeoutError:
        return None
