"""Rows that outlive the batch they came from.

Put here: that copy. Keep out: what is computed of a batch.
"""

from __future__ import annotations

import io

import polars as pl


def apart(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows in memory of their own: one text that is a view into a batch keeps the whole batch alive."""
    stream = io.BytesIO()
    frame.write_ipc(stream, compat_level=pl.CompatLevel.oldest())
    stream.seek(0)
    return pl.read_ipc(stream)
