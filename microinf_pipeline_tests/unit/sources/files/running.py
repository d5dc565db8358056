"""Runs read plans on a plain connection, as the engine does, and shows what came out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from microinf_pipeline.sources.files.detect import source_files
from microinf_pipeline.sources.files.plan import STAGING, ReadPlan, plan_posts, plan_profiles
from microinf_pipeline.sources.files.spec import FileSourceSpec

NIGHT = date(2026, 3, 1)
NOON = "2026-03-01T12:00:00Z"
COLUMNS = {"post_id": "id", "text": "text", "created_at": "at", "likes": "likes"}

Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What the plans of a source gave, over all of its files."""

    posts: list[Row]
    accounts: list[Row]
    rejects: list[Row]
    counts: dict[str, int]
    ways: list[str]  # fast or careful, a file each
    notes: list[str]

    def of(self, *names: str) -> list[tuple[Any, ...]]:
        """These columns of the posts, or of the profiles."""
        return [tuple(row[name] for name in names) for row in self.posts or self.accounts]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(row["row_number"], row["reason"]) for row in self.rejects]


def spec_of(path: Path | str, **given: Any) -> FileSourceSpec:
    entry = {"name": "export", "path": str(path), "network": "instagram", "columns": COLUMNS} | given
    return FileSourceSpec.from_mapping(entry)


def plans_of(spec: FileSourceSpec, night: date = NIGHT) -> tuple[ReadPlan, ...]:
    plan = plan_posts if spec.holds == "posts" else plan_profiles
    return plan(spec, source_files(spec), night)


def read(path: Path | str, *, on: date = NIGHT, way: str | None = None, **given: Any) -> Outcome:
    """Read a source for the night `on`. `way` forces the fast or the careful one; None does as the engine does."""
    outcome = Outcome([], [], [], {}, [], [])
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute("SET TimeZone = 'America/New_York'")  # nothing may hang on the session's zone
        for plan in plans_of(spec_of(path, **given), on):
            outcome.ways.append(_stage(connection, plan, way))
            outcome.posts.extend(_rows(connection, plan.posts_sql) if plan.posts_sql else [])
            outcome.accounts.extend(_rows(connection, plan.accounts_sql))
            outcome.rejects.extend(_rows(connection, plan.rejects_sql))
            outcome.notes.extend(plan.notes)
            for name, count in _rows(connection, plan.counts_sql)[0].items():
                outcome.counts[name] = outcome.counts.get(name, 0) + count
    return outcome


def _stage(connection: duckdb.DuckDBPyConnection, plan: ReadPlan, way: str | None) -> str:
    create = f"CREATE OR REPLACE TEMP TABLE {STAGING} AS "
    if plan.fast_sql is not None and way != "careful":
        try:
            connection.execute(create + plan.fast_sql, {"file": str(plan.file.path)})
        except (duckdb.Error, UnicodeDecodeError):
            if way == "fast" or plan.careful_sql is None:
                raise
        else:
            if plan.careful_sql is None or connection.execute(f"FROM {STAGING} LIMIT 1").fetchone() is not None:
                return "fast"
    assert plan.prepare is not None
    assert plan.careful_sql is not None
    with tempfile.TemporaryDirectory() as folder:
        plan.prepare(Path(folder))
        connection.execute(create + plan.careful_sql, {"parts": f"{folder}/*.parquet"})
    return "careful"


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def utc(*parts: int) -> datetime:
    """A time as the tables hold it: UTC without zone."""
    year, month, day, hour, minute, second, micro = (*parts, *[0] * (7 - len(parts)))
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC).replace(tzinfo=None)


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def counts(rows_read: int, accepted: int, *, left_out: int = 0, other_nights: int = 0) -> Mapping[str, int]:
    """All counts of an outcome; the rest are rejects."""
    rejected = rows_read - accepted - left_out - other_nights
    return {
        "rows_read": rows_read, "left_out": left_out, "other_nights": other_nights, "accepted": accepted,
        "rejected": rejected,
    }  # fmt: skip
