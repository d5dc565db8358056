"""Publication: a snapshot folder built aside, then one symlink swapped. Readers of the old one keep it.

The DuckDB file is built anew with an old storage version, so that BI tools that bundle an older DuckDB open it; the
Parquet files are hard links to the lake's, which never change. Put here: that. Keep out: what may be published (catalogue).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from microinf_pipeline.catalog.model import Layer, Table
from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.storage.disk import writing
from microinf_pipeline.storage.engines.duckdb_engine import CONNECTION_CONFIG
from microinf_pipeline.storage.hashing import table_sha256
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.state import State, replace_file

DATABASE = "microinf.duckdb"
#: Opens in every DuckDB from 1.2 on.
STORAGE_VERSION = "v1.2.0"


@dataclass(frozen=True)
class Snapshot:
    """What was published."""

    path: Path
    number: int
    manifest: Mapping[str, Any]


def publish(
    home: Home, state: State, tables: Sequence[Table], *, as_of: datetime | None, version: str, texts: Mapping[str, str],
    core: str = "copy", keep: int = 3, memory_limit: str = "1GB",
) -> Snapshot:  # fmt: skip
    """Publish the accepted state: `texts` are further files by relative name (dictionary, report)."""
    number = next_number(home)
    aside = home.snapshots / f".building-{number}"
    shutil.rmtree(aside, ignore_errors=True)
    (aside / "tables").mkdir(parents=True)
    final = home.snapshots / str(number)
    for table in tables:
        _link(home.lake, state, table, aside / "tables" / table.name)
    with writing(aside / DATABASE):
        _database(home, state, tables, aside / DATABASE, final, core, memory_limit)
    manifest = _manifest(state, tables, number, as_of, version)
    replace_file(aside / "manifest.json", json.dumps(manifest, indent=1, default=str).encode())
    for name, text in texts.items():
        replace_file(aside / name, text.encode())
    aside.rename(final)
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


def _database(home: Home, state: State, tables: Sequence[Table], path: Path, final: Path, core: str, memory_limit: str) -> None:
    home.spill.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:", config=CONNECTION_CONFIG) as db:
        db.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET preserve_insertion_order = false")
        db.execute("SET memory_limit = $limit", {"limit": memory_limit})
        db.execute("SET temp_directory = $spill", {"spill": str(home.spill)})
        db.execute(f"ATTACH '{_escaped(path)}' AS published_file (STORAGE_VERSION '{STORAGE_VERSION}')")
        for table in tables:
            if table.layer is not Layer.CORE or core == "copy":
                _create(db, home.lake, state, table, view_of=None)
            elif core == "link":
                _create(db, home.lake, state, table, view_of=final / "tables" / table.name)
        db.execute("CHECKPOINT published_file")
        db.execute("DETACH published_file")
    if path.with_suffix(".duckdb.wal").exists():
        raise BrokenStateError("the published file was not closed cleanly", where=str(path), fix="run publish again")


def _create(db: duckdb.DuckDBPyConnection, lake: Path, state: State, table: Table, view_of: Path | None) -> None:
    name = f'published_file."{table.name}"'
    files = [lake / f.path for p in state.partitions(table.name).values() for f in p.files]
    columns = ", ".join(f'"{c.name}"' for c in table.published_columns)
    if view_of is not None and files:
        db.execute(
            f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet('{_escaped(view_of)}/*.parquet', union_by_name = true)"
        )
    else:
        declared = ", ".join(f'"{c.name}" {c.type}' for c in table.published_columns)
        db.execute(f"CREATE TABLE {name} ({declared})")
        if files:
            listed = ", ".join(f"'{_escaped(f)}'" for f in files)
            db.execute(
                f"INSERT INTO {name} BY NAME SELECT {_present(db, listed, table)}"
                f" FROM read_parquet([{listed}], union_by_name = true)"
            )
    kind = "VIEW" if view_of is not None and files else "TABLE"
    db.execute(f"COMMENT ON {kind} {name} IS '{_text(table.purpose)} One row per {', '.join(table.grain)}.'")
    for column in table.published_columns:
        db.execute(f"COMMENT ON COLUMN {name}.\"{column.name}\" IS '{_text(column.comment)}'")


def _present(db: duckdb.DuckDBPyConnection, listed: str, table: Table) -> str:
    rows = db.execute(f"DESCRIBE SELECT * FROM read_parquet([{listed}], union_by_name = true)").fetchall()
    there = {row[0] for row in rows}
    return ", ".join(f'"{c.name}"' for c in table.published_columns if c.name in there)


def _manifest(state: State, tables: Sequence[Table], number: int, as_of: datetime | None, version: str) -> dict[str, Any]:
    described = {}
    for table in tables:
        partitions = state.partitions(table.name)
        described[table.name] = {
            "rows": sum(p.rows for p in partitions.values()),
            "data_sha256": table_sha256({k: p.sha256 for k, p in partitions.items()}) if _is_promised(table) else None,
            "grain": list(table.grain),
            "partitions": len(partitions),
        }
    return {
        "snapshot": number, "as_of": as_of.isoformat() if as_of else None, "version": version,
        "nights": list(state.nights), "withheld_rows": 0, "tables": described,
    }  # fmt: skip


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


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _text(words: str) -> str:
    return words.replace("'", "''")
