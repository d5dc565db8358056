"""What is known of a source's input files, so that a file that lies there unchanged is not read through again each night.

A file is the same when its size and both its times (of content and of inode) are. Put here: that memory. It may be
deleted at any time. Keep out: looking through a file (`sources.files.detect`), and which files are captured.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

import microinf_pipeline
from microinf_pipeline import clock
from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.sources.files.detect import SourceFile, inspect
from microinf_pipeline.storage.state import replace_file

#: A file this young may be written again within one tick of the file system's clock: it is looked through again.
_YOUNG: Final = timedelta(seconds=2)


class _Known(msgspec.Struct, frozen=True):
    size: int
    modified_ns: int
    changed_ns: int
    kind: str
    compression: str | None
    sha256: str
    whole: bool
    has_nul: bool


class _Stored(msgspec.Struct):
    version: str
    files: dict[str, _Known] = {}


class KnownFiles:
    """The memory of one source. Raises BrokenStateError when what is stored cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = _read(path) if path.exists() else {}
        self._now: dict[str, _Known] = {}

    def look(self, path: Path, name: str, source: str) -> SourceFile:
        """`inspect`, where the file is not known as it lies there. Raises FixConfigurationError as it does."""
        stat = path.stat()
        lies = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        known = self._before.get(str(path))
        if known is None or (known.size, known.modified_ns, known.changed_ns) != lies:
            seen = inspect(path, name, source)
            known = _Known(*lies, seen.kind, seen.compression, seen.sha256, seen.whole, seen.has_nul)
            if clock.now() - datetime.fromtimestamp(max(stat.st_mtime, stat.st_ctime), UTC) < _YOUNG:
                return seen
        self._now[str(path)] = known
        return SourceFile(path, name, known.kind, known.compression, known.sha256, known.whole, known.has_nul)

    def remember(self) -> None:
        """Store what was looked at since this memory was opened, and nothing else."""
        if self._now != self._before:
            stored = _Stored(microinf_pipeline.__version__, dict(sorted(self._now.items())))
            replace_file(self._path, msgspec.json.encode(stored))


def _read(path: Path) -> dict[str, _Known]:
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=_Stored)
    except msgspec.DecodeError as error:
        raise BrokenStateError("remembered input files cannot be read", where=str(path), fix="delete the file") from error
    return stored.files if stored.version == microinf_pipeline.__version__ else {}
