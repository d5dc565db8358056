"""Deliveries of a night as partitions of the candidate: written as they come, or carried over from what was accepted.

Put here: writing rows of the tables that are kept by night. Keep out: what the rows are (`observing`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from microinf_pipeline.catalog.model import Table
from microinf_pipeline.night.policies import carry_refusals
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings.sources import Source
from microinf_pipeline.storage.partitions import month_of, night_key
from microinf_pipeline.storage.raw import Capture


def write_by_month(run: NightRun, table: Table, day: str, frame: pl.DataFrame) -> None:
    """Rows of one night in a partition for every month of `day`."""
    kept = frame.select(table.column_names).with_columns(month=pl.col(day).dt.truncate("1mo"))
    for part in kept.partition_by("month"):
        write(run, table, night_key(part["night"][0], month_of(part["month"][0])), part)


def carry(run: NightRun, source: Source, capture: Capture, tables: Sequence[Table]) -> None:
    """A capture whose raw a policy removed: what was read from it stays as it was accepted."""
    for table in tables:
        run.candidate.register(run.engine, table, nights={capture.night.isoformat()}, view="carried", accepted=True)
        rows = run.engine.query(
            "SELECT * FROM carried WHERE source = $source AND attempt = $attempt",
            {"source": source.name, "attempt": capture.attempt},
        )
        if table.partition_by in (None, "night"):
            write(run, table, night_key(capture.night), rows)
        elif rows.height:
            write_by_month(run, table, table.partition_by, rows)
    carry_refusals(run, source.origin, capture.night)


def write(run: NightRun, table: Table, key: str, frame: pl.DataFrame) -> None:
    """Rows beside those a partition has, in the catalogue's types."""
    run.candidate.write_frame(table, key, frame.cast({n: t for n, t in schema_of(table).items() if n in frame.columns}))


_POLARS = {
    "VARCHAR": pl.String(), "BIGINT": pl.Int64(), "INTEGER": pl.Int32(), "DOUBLE": pl.Float64(), "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(), "TIMESTAMP": pl.Datetime("us"), "VARCHAR[]": pl.List(pl.String()),
}  # fmt: skip


def schema_of(table: Table) -> dict[str, pl.DataType]:
    """The columns of a table in polars' types."""
    return {c.name: _POLARS[c.type] for c in table.columns}
