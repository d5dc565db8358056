"""A disk that takes no more: told as what a person can mend, with nothing half written left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from microinf_pipeline.errors import FixConfigurationError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Around the writing of one new file. Raises FixConfigurationError, the half written file removed, when it cannot be."""
    try:
        yield
    except (OSError, duckdb.IOException, pl.exceptions.ComputeError) as error:
        path.unlink(missing_ok=True)
        raise FixConfigurationError(
            f"{path.name} cannot be written: {error}",
            where=str(path.parent),
            fix="free some space (microinf clean may), then run again",
        ) from error
