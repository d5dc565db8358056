from __future__ import annotations

from pathlib import Path

from microinf_pipeline.storage.cleaning import forget_half_written
from microinf_pipeline.storage.home import Home


def test_what_killed_runs_left_aside_goes_and_everything_else_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    half = (
        "lake/.CURRENT.json.4711", "lake/raw/feed/files/.incoming-2026-03-01-1", "snapshots/.building-3/microinf.duckdb",
        "lake/.overrides.json.12", "contests/spring/private/.entries.json.12", "sessions/.feed.json.12",
    )  # fmt: skip
    whole = (
        "lake/CURRENT.json",
        "lake/raw/feed/files/abc.csv",
        "snapshots/2/microinf.duckdb",
        "lock",
        "dagster/.telemetry",
        "lake/.gitignore",
        "contests/spring/private/entries.json",
        "sessions/key",
    )
    for name in (*half, *whole):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    home.published.symlink_to("snapshots/2")
    (tmp_path / ".published.4711").symlink_to("snapshots/3")
    assert forget_half_written(home) == len(half) + 1
    assert {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file() and "published" not in p.parts} == set(
        whole
    )
    assert home.published.is_symlink()
