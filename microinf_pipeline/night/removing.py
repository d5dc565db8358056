"""Stored deliveries rewritten into a candidate: rows go or lose something, and what hangs on them is recomputed and promoted
with them. For erasures and for rows that grow too old.

Put here: rewriting nights of the tables that are kept by night. Keep out: which rows (`forgetting`, `expiring`), raw files
(`storage.erasing`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import polars as pl

from microinf_pipeline.catalog.model import Table
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.storage.partitions import month_of, night_key

_BY_MONTH = ("observations", "account_observations")
_CAPTURES = TABLES["captures"]


def rewrite(
    run: NightRun,
    name: str,
    condition: str,
    change: Callable[[pl.DataFrame], pl.DataFrame],
    among: Collection[str] | None = None,
) -> None:
    """Put `change` of its rows in place of every night of a table (`among`: of these) that holds rows for which a condition
    (SQL) is true."""
    table = TABLES[name]
    run.candidate.register(run.engine, table, nights=among, view="rewritten_nights")
    nights = run.engine.query(f"SELECT DISTINCT night FROM rewritten_nights WHERE {condition} ORDER BY night")["night"]
    for night in nights.to_list():
        run.candidate.register(run.engine, table, nights={night.isoformat()}, view="rewritten_night")
        _replace_night(run, table, night, change(run.engine.query("SELECT * FROM rewritten_night")))
        run.changed_nights.add(night.isoformat())


def _replace_night(run: NightRun, table: Table, night: object, rows: pl.DataFrame) -> None:
    run.candidate.drop_nights(table, [str(night)])
    if table.name not in _BY_MONTH:
        run.candidate.write_frame(table, str(night), rows)
        return
    months = rows.with_columns(month=pl.col(table.partition_by or "").dt.truncate("1mo"))
    for part in months.partition_by("month"):
        run.candidate.write_frame(table, night_key(part["night"][0], month_of(part["month"][0])), part)


def count_removed(run: NightRun, table_name: str, reason: str, removed: pl.DataFrame) -> None:
    """Rows taken from a night count as withheld from then on (rules of time 10)."""
    for origin, night, rows in removed.group_by("origin", "night").len().iter_rows():
        run.refused[origin or "", table_name, reason, night] += rows


def account_for_removed(run: NightRun, removed: pl.DataFrame) -> None:
    """Posts (night, source, attempt) that were removed join their captures' withheld rows."""
    if removed.is_empty():
        return
    counts = removed.group_by("night", "source", "attempt").agg(gone=pl.len())
    nights = ", ".join(f"DATE '{night}'" for night in counts["night"].unique())

    def withheld(rows: pl.DataFrame) -> pl.DataFrame:
        joined = rows.join(counts, on=["night", "source", "attempt"], how="left")
        more = pl.col("rows_withheld") + pl.when(pl.col("rule") == "*").then(pl.col("gone").fill_null(0)).otherwise(0)
        return joined.with_columns(rows_withheld=more.cast(pl.Int64)).select(_CAPTURES.column_names)

    rewrite(run, _CAPTURES.name, f"night IN ({nights})", withheld)
