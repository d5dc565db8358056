"""The published DuckDB file: every published table with its comments, in a storage version that older readers open.

A file that differs little from the last one is a copy of it, with the partitions replaced whose files changed: a night
then costs what it brought. Put here: writing that file. Keep out: snapshots and which tables are published.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from microinf_pipeline.catalog.model import Column, Layer, Table
from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.storage.engines.duckdb_engine import CONNECTION_CONFIG
from microinf_pipeline.storage.partitions import first_day
from microinf_pipeline.storage.state import State

DATABASE = "microinf.duckdb"
#: Opens in every DuckDB from 1.2 on.
STORAGE_VERSION = "v1.2.0"

_FILE = "published_file"
#: Above this share of changed rows a file of its own is smaller, and no dearer.
_ANEW_FROM = 0.5


@dataclass(frozen=True)
class FilePlan:
    """What a published file is made of. `folder` holds `tables/`, links to the lake; so does `previous`, if there is one."""

    folder: Path
    final: Path  # where the folder will lie: views name it
    previous: Path | None
    lake: Path
    state: State
    tables: Sequence[Table]
    core: str

    def changed(self, table: Table) -> set[str]:
        """Partitions whose files are others than in the previous snapshot."""
        now, before = (_links(at / "tables" / table.name) for at in (self.folder, self.previous or Path("/nowhere")))
        return {name.rpartition("-")[0] for name in now.keys() | before.keys() if now.get(name) != before.get(name)}

    def differs_little(self) -> bool:
        """Whether the previous file is a good start."""
        if self.previous is None or self.core != "copy" or not (self.previous / DATABASE).exists():
            return False
        rows = {(t.name, key): p.rows for t in self.tables for key, p in self.state.partitions(t.name).items()}
        changed = sum(rows.get((t.name, key), 0) for t in self.tables for key in self.changed(t))
        return changed < _ANEW_FROM * sum(rows.values())


def _links(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.glob("*.parquet")}


def write_database(plan: FilePlan, spill: Path, memory_limit: str) -> None:
    """Write the file into the plan's folder. Raises BrokenStateError if it was not closed cleanly."""
    path = plan.folder / DATABASE
    if plan.previous is not None and plan.differs_little():
        shutil.copyfile(plan.previous / DATABASE, path)
    spill.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:", config=CONNECTION_CONFIG) as db:
        db.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET preserve_insertion_order = false")
        db.execute("SET memory_limit = $limit", {"limit": memory_limit})
        db.execute("SET temp_directory = $spill", {"spill": str(spill)})
        db.execute(f"ATTACH '{_escaped(path)}' AS {_FILE} (STORAGE_VERSION '{STORAGE_VERSION}')")
        kept = _drop_other_shapes(db, plan.tables)
        for table in plan.tables:
            if table.layer is Layer.CORE and plan.core == "link":
                _create_view(db, plan, table)
            elif table.layer is not Layer.CORE or plan.core == "copy":
                _fill(db, plan, table, is_kept=table.name in kept)
        _comment_on_all(db, plan.tables)
        db.execute(f"CHECKPOINT {_FILE}")
        db.execute(f"DETACH {_FILE}")
    if path.with_suffix(".duckdb.wal").exists():
        raise BrokenStateError("the published file was not closed cleanly", where=str(path), fix="run publish again")


def _drop_other_shapes(db: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> set[str]:
    """Drop what the file holds in another shape than the catalogue's, or no longer should. Returns the tables that stay."""
    wanted = {("BASE TABLE", t.name): [(c.name, c.type) for c in t.published_columns] for t in tables}
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for kind, name, column, of_type in db.execute(_SHAPES).fetchall():
        found.setdefault((kind, name), []).append((column, of_type))
    others = {key for key, columns in found.items() if wanted.get(key) != columns}
    for kind, name in others:
        db.execute(f'DROP {"VIEW" if kind == "VIEW" else "TABLE"} {_FILE}."{name}"')
    return {name for _, name in found.keys() - others}


_SHAPES = (
    "SELECT t.table_type, t.table_name, c.column_name, c.data_type FROM information_schema.tables AS t"
    " INNER JOIN information_schema.columns AS c ON c.table_catalog = t.table_catalog AND c.table_name = t.table_name"
    f" WHERE t.table_catalog = '{_FILE}' ORDER BY t.table_name, c.ordinal_position"
)


def _fill(db: duckdb.DuckDBPyConnection, plan: FilePlan, table: Table, *, is_kept: bool) -> None:
    name = f'{_FILE}."{table.name}"'
    partitions: Collection[str] = plan.state.partitions(table.name)
    if not is_kept:
        declared = ", ".join(f'"{c.name}" {c.type}{_compression(c)}' for c in table.published_columns)
        db.execute(f"CREATE TABLE {name} ({declared})")
    else:
        changed = plan.changed(table)
        if table.partition_by and all(re.fullmatch(r"\d{4}-\d\d", key) for key in changed):
            for month in sorted(changed):
                _delete_month(db, name, table.partition_by, month)
            partitions = [key for key in partitions if key in changed]
        elif changed:
            db.execute(f"DELETE FROM {name}")
        else:
            partitions = ()
    _insert(db, name, table, [plan.lake / f.path for key in partitions for f in plan.state.partitions(table.name)[key].files])


def _compression(column: Column) -> str:
    """How a column is compressed, where its kind tells: trying every way on each row group costs a sixth of a publication."""
    if column.name in ("text", "title", "url"):
        way = "zstd"
    elif column.name == "post_id":
        way = "fsst"
    elif column.allowed:
        way = "dictionary"
    else:
        way = {"BIGINT": "bitpacking", "TIMESTAMP": "bitpacking", "DATE": "rle"}.get(column.type, "")
    return f" USING COMPRESSION {way}" if way else ""


def _delete_month(db: duckdb.DuckDBPyConnection, name: str, day: str, month: str) -> None:
    start = first_day(month)
    db.execute(f"DELETE FROM {name} WHERE \"{day}\" >= DATE '{start}' AND \"{day}\" < DATE '{start}' + INTERVAL 1 MONTH")


def _insert(db: duckdb.DuckDBPyConnection, name: str, table: Table, files: Sequence[Path]) -> None:
    if files:
        listed = ", ".join(f"'{_escaped(f)}'" for f in files)
        db.execute(
            f"INSERT INTO {name} BY NAME SELECT {_present(db, listed, table)}"
            f" FROM read_parquet([{listed}], union_by_name = true)"
        )


def _create_view(db: duckdb.DuckDBPyConnection, plan: FilePlan, table: Table) -> None:
    """A view over the snapshot's links; an empty table where there are none."""
    if not plan.state.partitions(table.name):
        _fill(db, plan, table, is_kept=False)
        return
    name, files = f'{_FILE}."{table.name}"', plan.final / "tables" / table.name
    columns = ", ".join(f'"{c.name}"' for c in table.published_columns)
    db.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet('{_escaped(files)}/*.parquet', union_by_name = true)")


def _comment_on_all(db: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
    """Comments on what the file holds, where they are not there yet. In one transaction: each of its own waits for the disk."""
    there = {(name, column): (kind, comment) for kind, name, column, comment in db.execute(_COMMENTS).fetchall()}
    db.begin()
    for table in tables:
        kind, told = there.get((table.name, None), (None, None))
        if kind is None:
            continue
        name, purpose = f'{_FILE}."{table.name}"', f"{table.purpose} One row per {', '.join(table.grain)}."
        if told != purpose:
            db.execute(f"COMMENT ON {kind} {name} IS '{_text(purpose)}'")
        for column in table.published_columns:
            if there[table.name, column.name][1] != column.comment:
                db.execute(f"COMMENT ON COLUMN {name}.\"{column.name}\" IS '{_text(column.comment)}'")
    db.commit()


_COMMENTS = f"""
SELECT 'TABLE' AS kind, table_name, NULL AS column_name, comment FROM duckdb_tables() WHERE database_name = '{_FILE}'
UNION ALL
SELECT 'VIEW' AS kind, view_name, NULL AS column_name, comment FROM duckdb_views() WHERE database_name = '{_FILE}'
UNION ALL
SELECT 'COLUMN' AS kind, table_name, column_name, comment FROM duckdb_columns() WHERE database_name = '{_FILE}'
"""


def _present(db: duckdb.DuckDBPyConnection, listed: str, table: Table) -> str:
    rows = db.execute(f"DESCRIBE SELECT * FROM read_parquet([{listed}], union_by_name = true)").fetchall()
    there = {row[0] for row in rows}
    return ", ".join(f'"{c.name}"' for c in table.published_columns if c.name in there)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _text(words: str) -> str:
    return words.replace("'", "''")
