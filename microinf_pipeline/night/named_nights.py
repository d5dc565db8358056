"""Which nights the rows of a raw file name, remembered beside it: a night need not read a file without rows of it.

A pure function of the file and of its source's configuration, so it may be deleted at any time. Put here: that memory.
Keep out: reading files (`observing`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

import microinf_pipeline
from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.storage.state import replace_file


class _Stored(msgspec.Struct):
    configuration: str
    files: dict[str, list[date]] = {}


class NamedNights:
    """The memory of one source. Raises BrokenStateError when what is stored cannot be read."""

    def __init__(self, path: Path, spec: FileSourceSpec) -> None:
        self._path = path
        described = f"{microinf_pipeline.__version__} {spec!r}"
        self._stored = _Stored(hashlib.sha256(described.encode()).hexdigest())
        before = _read(path) if path.exists() else None
        if before is not None and before.configuration == self._stored.configuration:
            self._stored = before

    def has_none_of(self, file: str, night: date) -> bool:
        """Whether no row of the kept file is of the night. A file that names no night has rows of every one."""
        known = self._stored.files.get(file, [])
        return bool(known) and night not in known

    def remember(self, file: str, nights: Iterable[date]) -> None:
        """Store the nights a kept file names."""
        found = sorted(nights)
        if self._stored.files.get(file) != found:
            self._stored.files[file] = found
            replace_file(self._path, msgspec.json.encode(self._stored, order="sorted"))


def _read(path: Path) -> _Stored:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Stored)
    except msgspec.DecodeError as error:
        raise BrokenStateError("remembered nights cannot be read", where=str(path), fix="delete the file") from error
