"""Publication: a snapshot folder built aside, then one symlink swapped. Readers of the old one keep it.

The Parquet files are hard links to the lake's, which never change. Put here: that. Keep out: what may be published
(catalogue) and the DuckDB file (`database_file`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from microinf_pipeline.catalog.model import Layer, Table
from microinf_pipeline.storage.database_file import DATABASE, FilePlan, write_database
from microinf_pipeline.storage.disk import writing
from microinf_pipeline.storage.hashing import table_sha256
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.state import State, replace_file


@dataclass(frozen=True)
class Snapshot:
    """What was published."""

    path: Path
    number: int
    manifest: Mapping[str, Any]


def publish(
    home: Home, state: State, tables: Sequence[Table], *, as_of: datetime | None, version: str, texts: Mapping[str, str],
    pages: Callable[[Path], Mapping[str, str]] = lambda _: {},
    withheld: Mapping[str, int] | None = None, core: str = "copy", keep: int = 3, memory_limit: str = "1GB", anew: bool = False,
    identity: str = "full",
) -> Snapshot:  # fmt: skip
    """Publish a state: the accepted one, without the rows that are `withheld` (per table, how many). `texts` are further
    files by relative name (dictionary); `pages` makes those that are read from the published file, given the snapshot's
    folder (report): they show what is published and nothing else.

    `anew`: the DuckDB file from nothing (after erasure: blocks a copy has freed may still hold what was deleted).
    `identity`: full or pseudonymous; a file of the other kind is no start, for the same reason.
    """
    number = next_number(home)
    aside = home.snapshots / f".building-{number}"
    shutil.rmtree(aside, ignore_errors=True)
    (aside / "tables").mkdir(parents=True)
    final = home.snapshots / str(number)
    anew = anew or _published_identity(home) != identity
    before = None if anew or not home.published.exists() else home.published.resolve()
    for table in tables:
        _link(home.lake, state, table, aside / "tables" / table.name)
    with writing(aside / DATABASE):
        write_database(FilePlan(aside, final, before, home.lake, state, tables, core), home.spill, memory_limit)
    manifest = _manifest(state, tables, number, as_of, version, withheld or {}) | {"identity": identity}
    replace_file(aside / "manifest.json", json.dumps(manifest, indent=1, default=str).encode())
    for name, text in texts.items():
        replace_file(aside / name, text.encode())
    aside.rename(final)
    for name, text in pages(final).items():
        replace_file(final / name, text.encode())
    _swap(home.published, final)
    _forget_old(home.snapshots, keep, number)
    return Snapshot(final, number, manifest)


def next_number(home: Home) -> int:
    """The number the next snapshot gets."""
    return max(_numbers(home.snapshots), default=0) + 1


def _numbers(folder: Path) -> list[int]:
    return [int(p.name) for p in folder.glob("*") if p.name.isdigit()] if folder.exists() else []


def _link(lake: Path, state: State, table: Table, folder: Path) -> None:
    folder.mkdir()
    for key, partition in state.partitions(table.name).items():
        for position, file in enumerate(partition.files):
            os.link(lake / file.path, folder / f"{key.replace('/', '-')}-{position}.parquet")


def _published_identity(home: Home) -> str | None:
    manifest = home.published / "manifest.json"
    return json.loads(manifest.read_bytes()).get("identity", "full") if manifest.exists() else None


def _manifest(
    state: State, tables: Sequence[Table], number: int, as_of: datetime | None, version: str, withheld: Mapping[str, int]
) -> dict[str, Any]:
    described = {}
    for table in tables:
        partitions = state.partitions(table.name)
        described[table.name] = {
            "rows": sum(p.rows for p in partitions.values()),
            "data_sha256": table_sha256({k: p.sha256 for k, p in partitions.items()}) if _is_promised(table) else None,
            "grain": list(table.grain),
            "partitions": len(partitions),
            "withheld_rows": withheld.get(table.name, 0),
        }
    return {
        "snapshot": number, "as_of": as_of.isoformat() if as_of else None, "version": version,
        "nights": list(state.nights), "runs_until": _runs_until(state), "withheld_rows": sum(withheld.values()),
        "tables": described,
    }  # fmt: skip


def _runs_until(state: State) -> str | None:
    """When the last of the nights it knows had ended, in UTC as meta_runs tells it."""
    ended = [datetime.fromisoformat(record.finished_at).replace(tzinfo=None) for record in state.nights.values()]
    return max(ended).isoformat() if ended else None


def _is_promised(table: Table) -> bool:
    return table.layer is not Layer.META and any(not c.run_time for c in table.published_columns)


def _swap(link: Path, target: Path) -> None:
    aside = link.with_name(f".{link.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target.relative_to(link.parent))
    aside.replace(link)


def _forget_old(folder: Path, keep: int, newest: int) -> None:
    for number in sorted(_numbers(folder)):
        if number <= newest - keep:
            shutil.rmtree(folder / str(number))
    for left in folder.glob(".building-*"):
        shutil.rmtree(left)
