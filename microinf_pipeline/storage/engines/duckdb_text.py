"""Pieces of statements for the embedded engine, as text. Keep out: running them (`duckdb_engine`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from microinf_pipeline.catalog.model import Column, Table


def named_params(sql: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Only the parameters a statement names: DuckDB refuses others."""
    named = set(re.findall(r"\$([A-Za-z_][A-Za-z0-9_]*)", sql))
    return {name: value for name, value in params.items() if name in named}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def order_of(table: Table) -> str:
    return ", ".join(f"{quoted(c)} NULLS FIRST" for c in table.sort_order)


def casts(table: Table) -> str:
    """The columns of a table in its types, as its files hold them."""
    return ", ".join(f"{_rounded(c)} AS {quoted(c.name)}" for c in table.columns)


def _rounded(column: Column) -> str:
    """Sums of fractions depend on the order of threads in their last digits: what is kept must not."""
    name = quoted(column.name)
    if column.type != "DOUBLE":
        return f"CAST({name} AS {column.type})"
    return f"CASE WHEN abs({name}) < 1 THEN round(CAST({name} AS DOUBLE), 9) ELSE round(CAST({name} AS DOUBLE), 4) END"


def select_files(columns: Sequence[Column], present: tuple[str, ...], files: Sequence[Path]) -> str:
    have = set(present)
    chosen = ", ".join(quoted(c.name) if c.name in have else f"CAST(NULL AS {c.type}) AS {quoted(c.name)}" for c in columns)
    names = ", ".join(f"'{escaped(f)}'" for f in files)
    return f"SELECT {chosen} FROM read_parquet([{names}])"


def select_nothing(columns: Sequence[Column]) -> str:
    nothing = ", ".join(f"CAST(NULL AS {c.type}) AS {quoted(c.name)}" for c in columns)
    return f"SELECT {nothing} LIMIT 0"
