"""From parsed rows to the delivery frames of `catalog.observed`.

Put here: what every network parser needs to hand over its rows. Keep out: reading any answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


def delivery_frame(
    schema: Schema, names: Sequence[str], rows: Sequence[Row], constants: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """Rows, each with the values of `names`, as a frame of the whole schema plus location; other columns are NULL."""
    wanted = {**schema, **LOCATION}
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    given = pl.DataFrame([_series(name, values, wanted[name]) for name, values in zip(names, columns, strict=True)])
    fixed = constants or {}
    absent = [pl.lit(fixed.get(name), dtype).alias(name) for name, dtype in wanted.items() if name not in names]
    return given.with_columns(absent).select(*wanted)


def _series(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    if dtype != pl.List(pl.String()):
        return pl.Series(name, values, dtype)
    # polars builds a list column value by value in Python: 30 times slower than through arrow
    series = pl.Series(name, pa.array(values, pa.large_list(pa.large_string())))
    return series.cast(dtype)


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
    posts: list[Row] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    statuses: list[Row] = field(default_factory=list)
    rejects: list[Row] = field(default_factory=list)
    _blocks: list[Parsed] = field(default_factory=list)

    def reject(self, reason: str, raw: str, file: str, row_number: int) -> None:
        """Keep a row that could not be read."""
        self.rejects.append((reason, raw[:RAW_CHARACTERS], file, row_number))

    def close_block(self) -> None:
        """Turn the collected rows into frames and forget them."""
        network = {"network": self.network}
        self._blocks.append(
            Parsed(
                delivery_frame(POST_DELIVERY, self.names.posts, self.posts, network),
                delivery_frame(ACCOUNT_DELIVERY, self.names.accounts, self.accounts, network),
                delivery_frame(STATUS_DELIVERY, self.names.statuses, self.statuses, network),
                delivery_frame(REJECT_DELIVERY, self.names.rejects, self.rejects),
            )
        )
        self.posts, self.accounts, self.statuses, self.rejects = [], [], [], []

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
