"""Bytes of a file, decompressed while they are read, and what went wrong on the way.

Put here: opening, decompressing, decoding. Keep out: records and rows.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import zstandard

_CHUNK = 1 << 20


class Stream(io.RawIOBase):
    """The decompressed bytes of a file. `damage` is set when they end before the file says they should."""

    def __init__(self, path: Path, compression: str | None) -> None:
        super().__init__()
        self.damage: str | None = None
        self._file = path.open("rb")
        self._chunks = self._plain() if compression is None else self._inflated(_FRAMES[compression])
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def chunks(self) -> Iterator[bytes]:
        """What is left, in large pieces."""
        yield from self._chunks

    def close(self) -> None:
        self._file.close()
        super().close()

    def _plain(self) -> Iterator[bytes]:
        while data := self._file.read(_CHUNK):
            yield data

    def _inflated(self, new_frame: Callable[[], Any]) -> Iterator[bytes]:
        frame, started = new_frame(), False
        for data in self._plain():
            while data:
                try:
                    out = frame.decompress(data)
                except (zlib.error, zstandard.ZstdError):
                    self.damage = "file is damaged"
                    return
                if out:
                    yield out
                started = True
                data = b""
                if frame.eof:
                    # A file may be several frames one after the other, padded with zeros.
                    data, frame, started = frame.unused_data.lstrip(b"\0"), new_frame(), False
        if started:
            self.damage = "file ends early"


def open_text(path: Path, compression: str | None, encoding: str, newline: str) -> tuple[io.TextIOWrapper, Stream]:
    """The decoded lines of a file; bytes that are no text come out as lone surrogates (`is_text` tells)."""
    stream = Stream(path, compression)
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    buffered = io.BufferedReader(stream, _CHUNK)
    return io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline=newline), stream


def is_text(value: str) -> bool:
    """Whether a decoded line came from bytes of its encoding."""
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def readable(value: str) -> str:
    """A line with every undecodable byte shown as the replacement character."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _gzip_frame() -> Any:
    return zlib.decompressobj(wbits=31)


def _zstd_frame() -> Any:
    return zstandard.ZstdDecompressor().decompressobj()


_FRAMES: dict[str, Callable[[], Any]] = {"gz": _gzip_frame, "zst": _zstd_frame}
