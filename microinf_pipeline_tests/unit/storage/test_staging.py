"""A file is staged the fast way, and the careful way where the fast one refuses it or loses its rows without a word."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine

CAREFUL = "SELECT id FROM read_parquet($parts)"


@pytest.mark.parametrize(
    "fast", ["SELECT '1' AS id FROM read_csv($file, skip = 9)", "SELECT broken FROM read_text($file)", None]
)
def test_rows_the_fast_way_does_not_find_are_read_the_careful_way(fast: str | None, tmp_path: Path) -> None:
    file, parts = tmp_path / "a.csv", tmp_path / "parts"
    file.write_text("id\n1\n2\n", encoding="utf-8")

    def prepare(folder: Path) -> int:
        folder.mkdir()
        pl.DataFrame({"id": ["1", "2"]}).write_parquet(folder / "part-000000.parquet")
        return 2

    engine = DuckDBEngine.in_memory(spill=tmp_path / "spill")
    try:
        engine.stage("staging", file, fast, CAREFUL, prepare, parts)
        assert engine.query("SELECT id FROM staging ORDER BY rowid")["id"].to_list() == ["1", "2"]
    finally:
        engine.close()
