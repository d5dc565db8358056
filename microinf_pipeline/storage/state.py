"""The pointer: which files of the lake count. A state is a value; a night proposes a new one and swaps it in whole.

Files of the lake are written once and never overwritten. `CURRENT.json` names those that count; every reader goes
through it. Replacing that one file promotes all tables of a night together, or none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from microinf_pipeline.errors import BrokenStateError, RebuildFirstError
from microinf_pipeline.storage.disk import writing

FORMAT = 1
_NAME = "CURRENT.json"


class LakeFile(msgspec.Struct, frozen=True):
    """One Parquet file: path relative to the lake, its rows and bytes, and which column set it was written with."""

    path: str
    rows: int
    bytes: int
    schema: str


class Partition(msgspec.Struct, frozen=True):
    """The files of one partition and the hash over its published rows ('' for tables that are not published)."""

    files: tuple[LakeFile, ...]
    rows: int
    sha256: str = ""


class TableState(msgspec.Struct, frozen=True):
    """Partitions of a table, and the code and configuration they were made with."""

    partitions: dict[str, Partition] = {}
    code: str = ""
    config: str = ""


class NightRecord(msgspec.Struct, frozen=True):
    """What is remembered of an accepted night."""

    run: str
    finished_at: str
    version: str
    engine: str
    rows: int
    verdicts: tuple[dict[str, str], ...] = ()


class State(msgspec.Struct, frozen=True):
    """Everything that counts at one moment."""

    format: int = FORMAT
    tables: dict[str, TableState] = {}
    schemas: dict[str, tuple[str, ...]] = {}
    nights: dict[str, NightRecord] = {}

    def table(self, name: str) -> TableState:
        return self.tables.get(name, TableState())

    def partitions(self, name: str) -> dict[str, Partition]:
        return self.table(name).partitions

    def files(self) -> set[str]:
        """Every file of the lake that counts, relative to it."""
        return {f.path for t in self.tables.values() for p in t.partitions.values() for f in p.files}

    def with_partitions(self, name: str, changed: Mapping[str, Partition | None]) -> State:
        """The same state with some partitions of one table replaced (None = dropped)."""
        table = self.table(name)
        kept = {k: p for k, p in table.partitions.items() if k not in changed}
        kept |= {k: p for k, p in changed.items() if p is not None and p.rows > 0}
        table = msgspec.structs.replace(table, partitions=dict(sorted(kept.items())))
        return msgspec.structs.replace(self, tables={**self.tables, name: table})

    def with_hashes(self, name: str, code: str, config: str) -> State:
        table = msgspec.structs.replace(self.table(name), code=code, config=config)
        return msgspec.structs.replace(self, tables={**self.tables, name: table})

    def with_schemas(self, schemas: Mapping[str, tuple[str, ...]]) -> State:
        return msgspec.structs.replace(self, schemas={**self.schemas, **schemas})

    def with_night(self, night: str, record: NightRecord) -> State:
        return msgspec.structs.replace(self, nights=dict(sorted({**self.nights, night: record}.items())))


def load(lake: Path, *, older: bool = False) -> State:
    """The accepted state; an empty one for a new lake. `older`: also one of an older format, as its rebuild needs it.

    Raises RebuildFirstError for an older format, BrokenStateError for a newer or unreadable one.
    """
    path = lake / _NAME
    if not path.exists():
        return State()
    try:
        state = msgspec.json.decode(path.read_bytes(), type=State)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BrokenStateError(
            "the lake's pointer cannot be read", where=str(path), fix="restore it from a backup of the lake"
        ) from error
    if state.format > FORMAT:
        raise BrokenStateError(
            f"the lake has format {state.format}, this version knows {FORMAT}",
            where=str(path),
            fix="use the newer version that wrote it",
        )
    if state.format < FORMAT and not older:
        raise RebuildFirstError(f"the lake has the older format {state.format}", where=str(path), fix="microinf rebuild")
    return state


def promote(lake: Path, state: State, written: Iterable[str]) -> None:
    """Make `state` the accepted one, after its new files are safely on disk. One rename decides."""
    make_durable(lake, written)
    replace_file(lake / _NAME, msgspec.json.encode(msgspec.structs.replace(state, format=FORMAT)))


def make_durable(lake: Path, written: Iterable[str]) -> None:
    """Have files of the lake, and their names, on disk before anything refers to them."""
    folders = set()
    for relative in written:
        force(lake / relative)
        folders.add((lake / relative).parent)
    for folder in folders:
        force(folder)


def replace_file(path: Path, content: bytes, mode: int = 0o666, *, forced: bool = True) -> None:
    """Swap in a file's new content so that a reader, or a crash, sees the old or the new.

    `mode`: its rights, from the first byte on, less what the process's umask takes away; 0o600: its owner's alone. Not
    `forced` to disk, a crash of the machine may leave anything under its name, until `force` was called.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with writing(aside), open(aside, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as out:
        out.write(content)
        out.flush()
        if forced:
            os.fsync(out.fileno())
    aside.replace(path)
    if forced:
        force(path.parent)


def force(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
