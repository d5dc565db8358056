"""Builder of deliveries: everything NULL but what a test speaks of."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from microinf_pipeline.catalog.observed import POST_DELIVERY, PROVENANCE

NIGHT = date(2026, 3, 14)


def posts_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """One delivery a row, of network x and the night of 2026-03-14 unless said otherwise."""
    schema = {**POST_DELIVERY, **PROVENANCE}
    filled = [{"network": "x", "post_id": str(number), "night": NIGHT, **row} for number, row in enumerate(rows)]
    return pl.DataFrame(filled, schema=schema)
