from __future__ import annotations

from pathlib import Path

from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine


def test_rows_on_disk_are_replaced_and_gone_with_the_engine(tmp_path: Path) -> None:
    engine = DuckDBEngine.in_memory(spill=tmp_path)
    assert engine.define_on_disk("wide", "SELECT 1 AS n, ['a', 'b'] AS tags WHERE $n = 1", {"n": 1, "unused": 2}) == 1
    assert engine.define_on_disk("wide", "SELECT n + 1 AS n, tags FROM wide", {}) == 1
    assert engine.query("SELECT n, tags FROM wide").rows() == [(2, ["a", "b"])]
    assert len(list(tmp_path.rglob("*.parquet"))) == 1
    engine.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_session_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "session-killed").mkdir()
    (tmp_path / "session-killed" / "wide.parquet").write_bytes(b"words")
    engine = DuckDBEngine.in_memory(spill=tmp_path)
    engine.define_on_disk("wide", "SELECT 1 AS n", {})
    assert not (tmp_path / "session-killed").exists()
    engine.close()
