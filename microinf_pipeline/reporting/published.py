"""The published tables as the report reads them: which there are, and small results, each asked once for all languages.

Put here: asking. Keep out: what is asked (`sections`), where the tables lie (`storage`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from microinf_pipeline.catalog.engine import Engine

Row = dict[str, Any]
#: What a section reads: table to column names, separated by spaces.
Reads = Mapping[str, str]

_COLUMNS = "SELECT table_name, column_name FROM information_schema.columns"


class PublishedTables:
    """Relations that carry the names of published tables, behind an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked: dict[tuple[str, str], pl.DataFrame] = {}
        self._columns: dict[str, set[str]] = {}
        for table, column in engine.query(_COLUMNS).iter_rows():
            self._columns.setdefault(table, set()).add(column)

    def missing(self, reads: Reads) -> Collection[str]:
        """Tables of `reads` that are not there, or lack a column; sorted."""
        return sorted(name for name, wanted in reads.items() if not set(wanted.split()) <= self._columns.get(name, set()))

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """A small result."""
        key = (sql, repr(sorted(params.items())))
        if key not in self._asked:
            self._asked[key] = self._engine.query(sql, params or None)
        return self._asked[key].to_dicts()
