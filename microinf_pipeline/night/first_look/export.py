"""A first look at an export of a listening tool whose header is known: read by its preset, as a night will read it.

Put here: which tool made a file, and its rows as the real reader gives them. Keep out: guesses (`first_look`, `guess`).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from microinf_pipeline import clock
from microinf_pipeline.settings import presets
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.sources.files.detect import inspect
from microinf_pipeline.sources.files.layout import first_rows, holds_names
from microinf_pipeline.sources.files.plan import STAGING, plan_posts
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine


@dataclass(frozen=True)
class Export:
    """What a tool's file holds. `posts`: columns of POST_DELIVERY; `rejects`: reason, raw, row_number."""

    tool: str
    night: date  # UTC day of the newest post, at most yesterday
    posts: pl.DataFrame
    rejects: pl.DataFrame


def tool_of(path: Path) -> str | None:
    """The listening tool whose header the file has; None for any other file."""
    file = inspect(path, path.name)
    rows = first_rows(FileSourceSpec("try", str(path)), file)
    return next((tool for tool in presets.NAMES if any(holds_names(row, presets.known_by(tool)) for row in rows)), None)


def read_export(path: Path, tool: str) -> Export:
    """Every row of the file as its preset reads it. Raises FixConfigurationError when it cannot be read."""
    source = FileSource.model_validate({"name": "export", "type": "files", "path": str(path), "preset": tool})
    night = clock.last_closed_night()
    (plan,) = plan_posts(FileSourceSpec.from_mapping(source.as_given()), [inspect(path, path.name)], night)
    with tempfile.TemporaryDirectory() as spill:
        engine = DuckDBEngine.in_memory(spill=Path(spill))
        try:
            engine.stage(STAGING, path, plan.fast_sql, plan.careful_sql, plan.prepare, Path(spill) / "parts")
            posts, rejects = engine.query(plan.posts_sql or ""), engine.query(plan.rejects_sql)
        finally:
            engine.close()
    newest = posts["created_at"].max()
    day = min(newest.date(), night) if isinstance(newest, datetime) else night
    return Export(tool, day, posts, rejects)
