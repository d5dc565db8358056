"""Reading what is published, beside running nights: read-only, so it never blocks one."""

from __future__ import annotations

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
    connection = duckdb.connect(str(path.resolve()), read_only=True, config=CONNECTION_CONFIG)
    return DuckDBEngine(connection, memory_limit=memory_limit, threads=threads, spill=home.spill)
