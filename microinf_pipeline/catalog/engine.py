"""The seam between the pipeline and whatever executes SQL. One implementation today: DuckDB; Spark fits behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from microinf_pipeline.catalog.model import Column, Table


class Engine(Protocol):
    """Executes the models. Names are session-wide; views are replaced when registered again."""

    name: str

    def register_files(self, view: str, columns: Sequence[Column], groups: Sequence[tuple[tuple[str, ...], Sequence[Path]]]) -> None:
        """A view over Parquet files, read by name: `groups` are (columns in the files, files); absent columns are NULL."""
        ...

    def register_frame(self, view: str, frame: pl.DataFrame) -> None:
        """A small frame under a name."""
        ...

    def append(self, name: str, frame: pl.DataFrame) -> None:
        """More rows for a session table: what is made in batches need not be held together."""
        ...

    def define_view(self, view: str, sql: str, params: Mapping[str, Any]) -> None:
        """A view that is evaluated where it is used (parameters are bound as values)."""
        ...

    def define_table(self, name: str, sql: str, params: Mapping[str, Any]) -> int:
        """A session table, evaluated now. Returns its rows."""
        ...

    def define_on_disk(self, name: str, sql: str, params: Mapping[str, Any]) -> int:
        """As `define_table`, for many wide rows of which others read some columns: they take no memory. Gone with the engine."""
        ...

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """A small result."""
        ...

    def batches(self, sql: str, params: Mapping[str, Any] | None = None, rows: int = 200_000) -> Iterator[pl.DataFrame]:
        """A large result, in bounded batches."""
        ...

    def write(self, table: Table, sql: str, params: Mapping[str, Any], months: Sequence[str] | None, target: Path) -> dict[str, tuple[Path, int]]:
        """Run a model and write its rows as Parquet in the table's order, one file a month (`months`: only these).

        Returns month (or 'all') → (file, rows). Columns are cast to the catalogue's types.
        """
        ...

    def stage(
        self, name: str, file: Path, fast_sql: str | None, careful_sql: str | None, prepare: Callable[[Path], int] | None, folder: Path
    ) -> None:
        """Read a file once into a session table, rows in their order: the fast way, else (refused, or no row found) the careful one.

        `prepare` writes the rows as text into `folder` first, for files the engine's own reader refuses.
        """
        ...

    def drop(self, name: str) -> None:
        """Forget a session table or view, if there is one."""
        ...

    def close(self) -> None: ...
