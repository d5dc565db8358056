"""Reading what is published, beside running nights: read-only, so it never blocks one."""

from __future__ import annotations

from pathlib import Path

import duckdb

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.storage.database_file import DATABASE
from microinf_pipeline.storage.engines.duckdb_engine import CONNECTION_CONFIG, DuckDBEngine
from microinf_pipeline.storage.home import Home


def open_published(home: Home, *, memory_limit: str = "1GB", threads: int = 2) -> DuckDBEngine:
    """An engine over the newest published file. Raises FixConfigurationError while nothing is published."""
    path = home.published / DATABASE
    if not path.exists():
        raise FixConfigurationError("nothing has been published yet", where=str(path), fix="microinf publish")
    return open_snapshot(home, path.resolve().parent, memory_limit=memory_limit, threads=threads)


def open_snapshot(home: Home, folder: Path, *, memory_limit: str = "1GB", threads: int = 2) -> DuckDBEngine:
    """An engine over the published file of one snapshot."""
    connection = duckdb.connect(str(folder / DATABASE), read_only=True, config=CONNECTION_CONFIG)
    return DuckDBEngine(connection, memory_limit=memory_limit, threads=threads, spill=home.spill)
