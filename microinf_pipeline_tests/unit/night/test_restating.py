from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night import stages
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.restating import merged
from microinf_pipeline.night.run import open_run
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline_tests.homes import SmallHome, a_post

pytestmark = pytest.mark.nights

POSTED = "2026-03-02T02:00:00Z"
_POLARS = {"VARCHAR": pl.String, "DATE": pl.Date, "DOUBLE": pl.Float64}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """Night 2 brings newer metrics of a post, night 3 says that another one of that day is deleted."""
    folder = tmp_path_factory.mktemp("restated")
    rows = [
        a_post("2026-03-10", "p1", created=POSTED, likes=10, comments=0),
        a_post("2026-03-10", "p2", created=POSTED, likes=10, comments=0, user="bea", uid="b1"),
        a_post("2026-03-11", "p1", created=POSTED, likes=30, comments=0),
        a_post("2026-03-12", "p2", created=POSTED, likes=20, comments=0, user="bea", uid="b1", quote_of="deleted"),
    ]
    built = SmallHome(folder, {"feed": rows})
    text = built.config.read_text(encoding="utf-8")
    built.config.write_text(text.replace("quote_of: quote_of", "status: quote_of"), encoding="utf-8")
    for night in ("2026-03-10", "2026-03-11", "2026-03-12"):
        built.run(night)
    return built


def told(home: SmallHome, kpi: str, period: str = "day") -> list[tuple[Any, ...]]:
    rows = home.rows("mart_restatements", "kpi, key, period, night, old_value, new_value, reason", "night, key, kpi")
    return [
        (str(r["night"]), r["key"], r["old_value"], r["new_value"], r["reason"])
        for r in rows if r["kpi"] == kpi and r["period"] == period and "|*|*|" in r["key"]
    ]  # fmt: skip


def test_a_night_tells_what_it_changed_of_published_values_and_why(home: SmallHome) -> None:
    key = "acme|*|*|*|earned|day"
    assert told(home, "engagements") == [
        ("2026-03-11", key, 20.0, 40.0, "refresh"), ("2026-03-12", key, 40.0, 50.0, "deletion"),
    ]  # fmt: skip
    assert told(home, "mentions") == []


def test_a_rebuild_tells_what_another_configuration_changed(home: SmallHome) -> None:
    text = home.config.read_text(encoding="utf-8")
    home.config.write_text(text.replace("Europe/Berlin", "America/New_York"), encoding="utf-8")
    engine = home.engine()
    try:
        stages.rebuild(open_run(home.settings, engine, [date(2026, 3, 12)]))
    finally:
        engine.close()
    assert told(home, "mentions") == [("2026-03-12", "acme|*|*|*|earned|day", 2.0, None, "configuration")]
    assert told(home, "engagements")[-1] == ("2026-03-12", "acme|*|*|*|earned|day", 40.0, None, "configuration")


def causes(
    now: dict[str, list[tuple[Any, ...]]], before: dict[str, list[tuple[Any, ...]]], posts: list[str], spill: Path
) -> set[tuple[Any, ...]]:
    day = date(2026, 3, 2)
    facts = dict.fromkeys(("network", "post_id", "brand_id", "account_id", "creator_id"), pl.String)
    status = dict.fromkeys(("network", "post_id", "status"), pl.String)
    engine = DuckDBEngine.in_memory(memory_limit="1GB", spill=spill)
    try:
        for suffix, given in (("", now), ("_before", before)):
            frame = pl.DataFrame(given.get("facts", []), facts, orient="row").with_columns(day=pl.lit(day))
            engine.register_frame(f"_mention_facts{suffix}", frame)
            engine.register_frame(f"core_post_status{suffix}", pl.DataFrame(given.get("status", []), status, orient="row"))
        engine.register_frame("core_posts", pl.DataFrame({"network": ["x"] * len(posts), "post_id": posts}))
        engine.register_frame("_post_identity", pl.DataFrame({"network": ["x"], "post_id": ["merged"]}))
        return {(row["cause"], row["network"]) for row in engine.query(sql_of("causes_of_restatements")).to_dicts()}
    finally:
        engine.close()


FACT = ("x", "p", "acme", "a", "a")


@pytest.mark.parametrize(
    ("now", "before", "posts", "expected"),
    [
        ({"facts": [FACT]}, {"facts": [FACT]}, ["p"], set()),
        ({"facts": [FACT], "status": [("x", "p", "deleted")]}, {"facts": [FACT]}, ["p"], {("deletion", "x")}),
        ({"facts": [FACT], "status": [("x", "p", "deleted")]}, {"facts": [FACT], "status": [("x", "p", "deleted")]}, ["p"], set()),
        ({"facts": [("x", "p", "acme", "a", "b")]}, {"facts": [FACT]}, ["p"], {("merge", "x")}),
        ({}, {"facts": [("x", "merged", "acme", "a", "a")]}, [], {("merge", "x")}),
        ({}, {"facts": [FACT]}, [], {("erasure", "x")}),
        ({}, {"facts": [FACT]}, ["p"], set()),
    ],
    ids=["nothing", "deleted tonight", "deleted before", "another person", "another post", "erased", "no mention any more"],
)  # fmt: skip
def test_what_the_night_touched_is_told_apart(
    now: Any, before: Any, posts: list[str], expected: set[tuple[str, str]], tmp_path: Path
) -> None:
    assert causes(now, before, posts, tmp_path) == expected


def restated(old: float | None, new: float | None) -> pl.DataFrame:
    row = {
        "kpi": "mentions", "key": "acme|*|*|*|earned|day", "period_start": date(2026, 3, 2), "night": date(2026, 3, 11), "brand_id": "acme",
        "period": "day", "old_value": old, "new_value": new, "reason": "refresh",
    }  # fmt: skip
    return pl.DataFrame([row], {c.name: _POLARS[c.type] for c in TABLES["mart_restatements"].columns})


@pytest.mark.parametrize(
    ("told_before", "found", "kept"),
    [
        (restated(1, 2), restated(2, 3), [(1.0, 3.0)]), (restated(1, 2), restated(2, 1), []), (restated(1, 2).clear(), restated(2, 3), [(2.0, 3.0)]),
        (restated(1, 2), restated(1, 2).clear(), [(1.0, 2.0)]), (restated(None, 2), restated(2, 3), [(None, 3.0)]),
    ],
)  # fmt: skip
def test_a_night_run_again_keeps_the_value_readers_had_before_it(told_before: Any, found: Any, kept: list[Any]) -> None:
    assert merged(told_before, found).select("old_value", "new_value").rows() == kept
