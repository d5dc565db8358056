"""Nights over real data: a configuration beside a fresh home, run without Dagster, published, and its rows counted.

Put here: running and reading such nights. Keep out: what is expected of them (the tests).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night import stages
from microinf_pipeline.night.publishing import publish
from microinf_pipeline.night.run import open_run
from microinf_pipeline.settings import load
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.lake import Candidate

HERE = Path(__file__).parent
DATA = Path(os.environ.get("MICROINF_REAL_DATA", HERE.parents[2] / "shared" / "data"))

#: What the terminal summary prints: a line for each night that was run.
RUN: list[RealNight] = []


def configuration(name: str) -> str:
    """A kept configuration, with the data's place filled in."""
    return (HERE / f"{name}.yaml").read_text(encoding="utf-8").replace("${MICROINF_REAL_DATA}", str(DATA))


@dataclass
class RealNight:
    """A published night and what became of its rows."""

    name: str
    folder: Path
    seconds: float
    captures: list[dict[str, Any]]
    snapshot: Path
    totals: dict[str, Any] = field(default_factory=dict)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published file."""
        with duckdb.connect(str(self.snapshot / "microinf.duckdb"), read_only=True) as published:
            return published.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """The single value of a query."""
        return self.rows(sql)[0][0]

    def counted(self, sql: str) -> dict[Any, Any]:
        """First column → second column."""
        return dict(self.rows(sql))

    def delivered(self, column: str) -> int:
        """Sum over the captures of the night: rows_read, rows_rejected, rows_withheld, rows_left_out, profiles_read."""
        return sum(row[column] or 0 for row in self.captures if row["rule"] == "*")

    def unaccounted(self) -> int:
        """Posts delivered that are neither a row, nor merged into one, nor rejected: 0."""
        merged = self.one("SELECT coalesce(sum(removed_rows), 0) FROM core_duplicates")
        kept = self.one("SELECT count(*) FROM core_posts")
        refused = self.delivered("rows_rejected") + self.delivered("rows_withheld")
        return int(self.delivered("rows_read") - refused - merged - kept)


def run_night(
    name: str, text: str, folder: Path, night: str, *, before: Callable[[Home], None] | None = None, replay: bool = False
) -> RealNight:
    """Run and publish one night of a configuration in an empty folder. `before` may lay raw captures down."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "microinf.yaml"
    config.write_text(text, encoding="utf-8")
    settings = load(config)
    home = Home(settings.home)
    if before is not None:
        before(home)
    began = time.perf_counter()
    engine = DuckDBEngine.in_memory(memory_limit="2GB", spill=home.spill)
    try:
        stages.run_all(open_run(settings, engine, [date.fromisoformat(night)], replay=replay))
        snapshot = publish(settings)
        Candidate(home.lake).register(engine, TABLES["captures"])
        captures = engine.query("SELECT * FROM captures").to_dicts()
    finally:
        engine.close()
    done = RealNight(name, folder, time.perf_counter() - began, captures, snapshot.path)
    RUN.append(done)
    return done
