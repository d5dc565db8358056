"""Every table, in the order a night builds them."""

from __future__ import annotations

from microinf_pipeline.catalog.model import Layer, Stage, Table, by_name
from microinf_pipeline.catalog.tables import core, marts, meta, observed

#: Build order: every table stands after all it reads.
ORDER: tuple[Table, ...] = (*observed.TABLES, *core.TABLES, *marts.TABLES, *meta.TABLES)
TABLES: dict[str, Table] = by_name(ORDER)
PUBLISHED: tuple[Table, ...] = tuple(t for t in ORDER if t.published)


def of_stage(stage: Stage) -> tuple[Table, ...]:
    """Tables one stage builds, in order."""
    return tuple(t for t in ORDER if t.stage is stage)


def of_layer(layer: Layer) -> tuple[Table, ...]:
    """Tables of one layer, in order."""
    return tuple(t for t in ORDER if t.layer is layer)
