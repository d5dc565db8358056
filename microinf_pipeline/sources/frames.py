"""From parsed rows to the delivery frames of `catalog.observed`.

Put here: what every network parser needs to hand over its rows. Keep out: reading any answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl
import pyarrow as pa

from microinf_pipeline.catalog.capture import Parsed
from microinf_pipeline.catalog.observed import (
    ACCOUNT_DELIVERY,
    POST_DELIVERY,
    REJECT_DELIVERY,
    STATUS_DELIVERY,
    Schema,
)

#: Where in the capture a row stood: added to each delivery.
LOCATION: Final[Schema] = {"file": pl.String(), "row_number": pl.Int64()}
RAW_CHARACTERS: Final = 4000  # of a refused row that are kept

Row = tuple[Any, ...]


def utc(moment: datetime) -> datetime:
    """An aware moment as columns hold it: in UTC, without zone. Raises OverflowError at the ends of the calendar."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).replace(tzinfo=None)


class Collected:
    """Rows of one width, kept as one flat list: a hundred thousand tuples would keep the garbage collector busy."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._cells: list[Any] = []

    def append(self, row: Row) -> None:
        self._cells += row

    def __len__(self) -> int:
        return len(self._cells) // len(self.names)

    def __iter__(self) -> Iterator[Row]:
        return zip(*self.columns(), strict=True)

    def columns(self) -> list[list[Any]]:
        """One list of values for each name."""
        width = len(self.names)
        return [self._cells[position::width] for position in range(width)]

    def clear(self) -> None:
        self._cells = []


def delivery_frame(schema: Schema, rows: Collected, constants: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Collected rows as a frame of the whole schema plus location; a column nobody gave is NULL."""
    wanted, names, columns = {**schema, **LOCATION}, rows.names, rows.columns()
    given = pl.DataFrame([_series(name, values, wanted[name]) for name, values in zip(names, columns, strict=True)])
    fixed = constants or {}
    absent = [pl.lit(fixed.get(name), dtype).alias(name) for name, dtype in wanted.items() if name not in names]
    return given.with_columns(absent).select(*wanted)


def _series(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    if dtype == pl.Int64():
        return _counts(name, values)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is None:
        return pl.Series(name, pa.array(values, pa.timestamp(dtype.time_unit))).cast(dtype)  # in half the time
    if dtype != pl.List(pl.String()):
        return pl.Series(name, values, dtype)
    # polars builds a list column value by value in Python: 30 times slower than through arrow
    series = pl.Series(name, pa.array(values, pa.large_list(pa.large_string())))
    return series.cast(dtype)


def _counts(name: str, values: Sequence[int | None]) -> pl.Series:
    """Whole numbers; one below zero, or that no column holds, counts nothing, and must not cost the rows beside it."""
    try:
        series = pl.Series(name, values, pl.Int64())
    except (TypeError, OverflowError):
        series = pl.Series(name, [v if v is not None and -(2**63) <= v < 2**63 else None for v in values], pl.Int64())
    below = series < 0
    return series.set(below, None) if below.any() else series


@dataclass(frozen=True)
class RowNames:
    """The columns, in order, of the rows that a parser collects."""

    posts: tuple[str, ...]
    accounts: tuple[str, ...]
    statuses: tuple[str, ...] = ("post_id", "observed_at", "status", "evidence", "file", "row_number")
    rejects: tuple[str, ...] = ("reason", "raw", "file", "row_number")


@dataclass
class Rows:
    """Rows on their way into frames. Turned into columns in blocks, so that memory follows the block."""

    network: str
    names: RowNames

    def __post_init__(self) -> None:
        self.posts = Collected(self.names.posts)
        self.accounts = Collected(self.names.accounts)
        self.statuses = Collected(self.names.statuses)
        self.rejects = Collected(self.names.rejects)
        self._blocks: list[Parsed] = []

    def reject(self, reason: str, raw: str, file: str, row_number: int) -> None:
        """Keep a row that could not be read."""
        self.rejects.append((reason, raw[:RAW_CHARACTERS], file, row_number))

    def close_block(self) -> None:
        """Turn the collected rows into frames and forget them."""
        network = {"network": self.network}
        self._blocks.append(
            Parsed(
                delivery_frame(POST_DELIVERY, self.posts, network),
                delivery_frame(ACCOUNT_DELIVERY, self.accounts, network),
                delivery_frame(STATUS_DELIVERY, self.statuses, network),
                delivery_frame(REJECT_DELIVERY, self.rejects),
            )
        )
        for rows in (self.posts, self.accounts, self.statuses, self.rejects):
            rows.clear()

    def parsed(self) -> Parsed:
        """Everything collected, in order."""
        self.close_block()
        blocks = self._blocks
        return Parsed(
            posts=pl.concat([block.posts for block in blocks]),
            accounts=pl.concat([block.accounts for block in blocks]),
            statuses=pl.concat([block.statuses for block in blocks]),
            rejects=pl.concat([block.rejects for block in blocks]),
        )
