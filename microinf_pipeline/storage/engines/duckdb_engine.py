"""The embedded engine. Holds one in-memory connection; the lake is read and written as Parquet.

Keep out: what a model means, which files count (that is `storage.state`).
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

import duckdb
import polars as pl

from microinf_pipeline.catalog.model import Column, Table
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.storage.disk import writing
from microinf_pipeline.storage.engines.duckdb_text import (
    casts,
    escaped,
    named_params,
    order_of,
    quoted,
    select_files,
    select_nothing,
)
from microinf_pipeline.storage.partitions import WHOLE, first_day

#: What the connection is opened with (also handed to Dagster's DuckDB resource).
CONNECTION_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

#: How the lake's files are written: no dictionary where nearly every row has a value of its own, and nothing looks rows up
#: by bloom filter.
_PARQUET: Final = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 1000"

#: How rows are put aside that only this session reads: written and read fast.
_ASIDE: Final = "FORMAT parquet, COMPRESSION lz4_raw, WRITE_BLOOM_FILTER false"

#: What a statement over a file raises; messages that quote a row may be cut inside a character.
_REFUSALS: Final = (duckdb.Error, UnicodeDecodeError)


class DuckDBEngine:
    """`Engine` over one DuckDB connection."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, memory_limit: str, threads: int, spill: Path) -> None:
        self._db = connection
        self._threads = threads
        spill.mkdir(parents=True, exist_ok=True)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET memory_limit = $limit", {"limit": memory_limit})
        connection.execute("SET threads = $threads", {"threads": threads})
        connection.execute("SET temp_directory = $spill", {"spill": str(spill)})
        # Kept by name: to ask the database's own catalogue costs milliseconds, several hundred times a night.
        self._kinds: dict[str, str] = dict(connection.execute(_RELATIONS).fetchall())
        self._views: dict[str, str] = {}
        self._on_disk: dict[str, Path] = {}
        self._spill = spill
        self._folder: Path | None = None

    @classmethod
    def in_memory(cls, *, memory_limit: str = "1500MB", threads: int = 2, spill: Path) -> DuckDBEngine:
        """An engine of its own (tests, and commands that run outside Dagster)."""
        return cls(
            duckdb.connect(":memory:", config=CONNECTION_CONFIG), memory_limit=memory_limit, threads=threads, spill=spill
        )

    def register_files(
        self, view: str, columns: Sequence[Column], groups: Sequence[tuple[tuple[str, ...], Sequence[Path]]]
    ) -> None:
        parts = [select_files(columns, present, files) for present, files in groups if files]
        sql = " UNION ALL ".join(parts) if parts else select_nothing(columns)
        if self._views.get(view) != sql:  # files never change: the same files are the same view
            self._replace_view(view, sql)

    def register_frame(self, view: str, frame: pl.DataFrame) -> None:
        incoming = f"in_{uuid.uuid4().hex}"
        self._db.register(incoming, frame.to_arrow())
        self._drop(view)
        self._create_table(view, f"SELECT * FROM {incoming}", {})
        self._db.unregister(incoming)

    def append(self, name: str, frame: pl.DataFrame) -> None:
        self._db.from_arrow(frame.to_arrow()).insert_into(name)

    def define_view(self, view: str, sql: str, params: Mapping[str, Any]) -> None:
        if params:
            raise ValueError("a view cannot hold parameters: define a table")
        self._replace_view(view, sql)

    def define_table(self, name: str, sql: str, params: Mapping[str, Any]) -> int:
        aside = f"made_{uuid.uuid4().hex}"
        created = self._db.execute(f"CREATE TABLE {aside} AS {sql}", named_params(sql, params)).fetchone()
        self._drop(name)
        self._db.execute(f"ALTER TABLE {aside} RENAME TO {quoted(name)}")
        self._kinds[name] = "TABLE"
        return int(created[0]) if created else 0

    def define_on_disk(self, name: str, sql: str, params: Mapping[str, Any]) -> int:
        path = self._aside() / f"{name}-{uuid.uuid4().hex}.parquet"
        with writing(path):
            copied = self._db.execute(f"COPY (\n{sql}\n) TO '{escaped(path)}' ({_ASIDE})", named_params(sql, params)).fetchone()
        replaced = self._on_disk.pop(name, None)
        self._replace_view(name, f"SELECT * FROM read_parquet('{escaped(path)}')")
        self._on_disk[name] = path
        if replaced is not None:
            replaced.unlink()
        return int(copied[0]) if copied else 0

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pl.DataFrame:
        frame = pl.from_arrow(self._db.execute(sql, named_params(sql, params or {})).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def batches(self, sql: str, params: Mapping[str, Any] | None = None, rows: int = 200_000) -> Iterator[pl.DataFrame]:
        reader = self._db.cursor().execute(sql, named_params(sql, params or {})).to_arrow_reader(rows)
        for batch in reader:
            if batch.num_rows:
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)
                yield frame

    def write(
        self, table: Table, sql: str, params: Mapping[str, Any], months: Sequence[str] | None, target: Path
    ) -> dict[str, tuple[Path, int]]:
        shaped = f"SELECT {casts(table)} FROM ({sql.rstrip().rstrip(';')}) AS model"
        used = named_params(sql, params)
        if table.partition_by is None:
            return self._copied({WHOLE: self._copy(self._db, table, shaped, used, target)})
        if months is not None and len(months) == 1:
            return self._copied({months[0]: self._copy(self._db, table, shaped, used, target, months[0])})
        return self._copied(self._copy_months(table, shaped, used, months, target))

    def _copy_months(
        self, table: Table, shaped: str, params: Mapping[str, Any], months: Sequence[str] | None, target: Path
    ) -> dict[str, tuple[Path, int]]:
        # Sorted once: a month then lies together, and its copy looks at no other rows.
        self.define_table("being_written", f"{shaped} ORDER BY {order_of(table)}", params)
        found = self._months_in("being_written", table.partition_by or "")
        wanted = found if months is None else [m for m in found if m in set(months)]
        # A month is too few rows for the engine to share out among threads: months are copied side by side.
        cursors: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for _ in range(self._threads):
            cursors.put(self._db.cursor())

        def copied(month: str) -> tuple[Path, int]:
            cursor = cursors.get()
            try:
                return self._copy(cursor, table, "SELECT * FROM being_written", {}, target, month, is_sorted=True)
            finally:
                cursors.put(cursor)

        self._db.execute("SET preserve_insertion_order = true")
        try:
            with ThreadPoolExecutor(self._threads) as pool:
                return dict(zip(wanted, pool.map(copied, wanted), strict=True))
        finally:
            self._db.execute("SET preserve_insertion_order = false")
            self._drop("being_written")

    def close(self) -> None:
        self._db.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def stage(
        self,
        name: str,
        file: Path,
        fast_sql: str | None,
        careful_sql: str | None,
        prepare: Callable[[Path], int] | None,
        folder: Path,
    ) -> None:
        self._drop(name)
        self._db.execute("SET preserve_insertion_order = true")  # a row's number is its place in the table
        try:
            if fast_sql is None or not self._read_fast(name, fast_sql, file, final=careful_sql is None):
                if careful_sql is None or prepare is None:
                    raise ValueError(f"{file.name}: a read plan without a way to read")
                prepare(folder)
                self._create_table(name, careful_sql, named_params(careful_sql, {"parts": str(folder / "*.parquet")}))
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise
        except _REFUSALS as error:
            raise _unreadable(error) from error
        finally:
            self._db.execute("SET preserve_insertion_order = false")

    def _aside(self) -> Path:
        """A folder of this session alone; it goes with the engine, closed or not."""
        if self._folder is None:
            for left in self._spill.glob("session-*"):  # by a killed one: a home has one run at a time
                shutil.rmtree(left)
            self._folder = Path(tempfile.mkdtemp(prefix="session-", dir=self._spill))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def _read_fast(self, name: str, sql: str, file: Path, *, final: bool) -> bool:
        """The engine's own reader. False when there is a careful way and it refuses the file, or finds no row in it."""
        try:
            self._create_table(name, sql, named_params(sql, {"file": str(file)}))
        except duckdb.OutOfMemoryException:
            raise
        except _REFUSALS:
            if final:
                raise
            return False
        if final or self._db.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 1").fetchone() is not None:
            return True
        self._drop(name)  # no row is what a reader also finds that lost its way: the careful one reads or refuses each line
        return False

    def drop(self, name: str) -> None:
        self._drop(name)

    def _copied(self, files: dict[str, tuple[Path, int]]) -> dict[str, tuple[Path, int]]:
        for path, rows in files.values():
            if not rows:
                path.unlink()
        return {key: (path, rows) for key, (path, rows) in files.items() if rows}

    def _copy(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: Table,
        sql: str,
        params: Mapping[str, Any],
        target: Path,
        month: str | None = None,
        *,
        is_sorted: bool = False,
    ) -> tuple[Path, int]:
        target.mkdir(parents=True, exist_ok=True)
        path = target / f"{month or WHOLE}-{uuid.uuid4().hex[:12]}.parquet"
        where = ""
        if month is not None:
            start = first_day(month)
            where = (
                f" WHERE {quoted(table.partition_by or '')} >= DATE '{start}'"
                f" AND {quoted(table.partition_by or '')} < DATE '{start}' + INTERVAL 1 MONTH"
            )
        order = "" if is_sorted else f" ORDER BY {order_of(table)}"
        with writing(path):
            copied = connection.execute(
                f"COPY (SELECT * FROM ({sql}) AS shaped{where}{order}) TO '{escaped(path)}' ({_PARQUET})", params
            ).fetchone()
        return path, int(copied[0]) if copied else 0

    def _months_in(self, name: str, column: str) -> list[str]:
        rows = self._db.execute(
            f"SELECT strftime(month, '%Y-%m') FROM (SELECT DISTINCT date_trunc('month', {quoted(column)}) AS month"
            f" FROM {quoted(name)}) WHERE month IS NOT NULL ORDER BY month"
        ).fetchall()
        return [row[0] for row in rows]

    def _replace_view(self, view: str, sql: str) -> None:
        self._drop(view)
        self._db.execute(f"CREATE VIEW {quoted(view)} AS {sql}")
        self._kinds[view], self._views[view] = "VIEW", sql

    def _create_table(self, name: str, sql: str, params: Mapping[str, Any]) -> None:
        self._db.execute(f"CREATE TABLE {quoted(name)} AS {sql}", params)
        self._kinds[name] = "TABLE"

    def _drop(self, name: str) -> None:
        kind = self._kinds.pop(name, None)
        self._views.pop(name, None)
        if kind is not None:
            self._db.execute(f"DROP {kind} {quoted(name)}")


_RELATIONS = (
    "SELECT table_name, CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END FROM information_schema.tables"
    " WHERE table_catalog = current_database() AND table_schema = current_schema()"
)


def _unreadable(error: Exception) -> FixConfigurationError:
    return FixConfigurationError(
        f"a file cannot be read as configured: {str(error).splitlines()[0]}",
        fix="correct `sql:` and `where:` of its source, or have the file delivered again",
    )
