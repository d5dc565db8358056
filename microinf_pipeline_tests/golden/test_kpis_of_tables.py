"""KPIs that have a table of their own: their definition's SQL gives the number of the table."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from microinf_pipeline.catalog.kpis_of_tables import KPIS_OF_TABLES
from microinf_pipeline.models import parameters
from microinf_pipeline_tests.golden import cases

_BY_ID = {kpi.id: kpi for kpi in KPIS_OF_TABLES}


def _rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = db.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _value(db: duckdb.DuckDBPyConnection, kpi: str, key: dict[str, Any]) -> float | None:
    sides = []
    for sql in (_BY_ID[kpi].numerator_sql, _BY_ID[kpi].denominator_sql or ""):
        [side] = db.execute(sql, parameters.bound(sql, key)).fetchone() or (None,)
        sides.append(side)
    above, below = sides
    return None if above is None or not below else float(above) / float(below)


def _run(case: str) -> duckdb.DuckDBPyConnection:
    return cases.run(cases.Case(cases.FOLDER / case))


def test_retention_of_a_cohort() -> None:
    db = _run("mart_creator_retention/cohorts_over_months")
    rows = _rows(db, "SELECT * FROM mart_creator_retention WHERE complete")
    assert len(rows) == 6
    assert [_value(db, "creator_retention", row) for row in rows] == [row["share"] for row in rows]


@pytest.mark.parametrize(
    ("from_start", "from_end", "to_start", "to_end", "share"),
    [
        (date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 8, 1), 0.5),  # anna of anna and ben
        (date(2026, 6, 1), date(2026, 7, 1), date(2026, 7, 1), date(2026, 8, 1), 2 / 3),  # anna and cora of these and eve
        (date(2026, 1, 1), date(2026, 2, 1), date(2026, 7, 1), date(2026, 8, 1), None),
    ],
)
def test_retention_from_one_interval_to_another(
    from_start: date, from_end: date, to_start: date, to_end: date, share: float | None
) -> None:
    db = _run("mart_creator_retention/cohorts_over_months")
    bounds = {"from_start": from_start, "from_end": from_end, "to_start": to_start, "to_end": to_end}
    assert _value(db, "creator_retention_interval", {"brand_id": "kaffeo", **bounds}) == share


@pytest.mark.parametrize(
    ("kpi", "column"), [("presence", "presence"), ("split", "split_share"), ("engagement", "engagement_share")]
)
def test_share_of_voice(kpi: str, column: str) -> None:
    db = _run("mart_share_of_voice/posts_naming_two_brands")
    searched = "FROM _mention_facts WHERE post_id NOT IN ('p6', 'p9')"  # by every source, in the month
    db.execute(
        "CREATE TABLE core_mentions AS SELECT network, post_id, brand_id, relation,"
        f" CASE WHEN is_mention THEN 'about' ELSE 'directed' END AS mention_mode {searched}"
    )
    db.execute(
        "CREATE TABLE core_posts AS SELECT DISTINCT network, post_id, engagements, created_at, 'original' AS post_type,"
        f" true AS is_counted {searched}"
    )
    rows = _rows(db, "SELECT * FROM mart_share_of_voice WHERE period = 'month' AND network <> '*'")
    assert len(rows) == 6
    assert [_value(db, f"share_of_voice_{kpi}", row) for row in rows] == [pytest.approx(row[column]) for row in rows]


def test_employee_advocacy() -> None:
    db = _run("mart_employee_advocacy/cells_and_complements")
    rows = _rows(db, "SELECT * FROM mart_employee_advocacy WHERE active IS NOT NULL")
    assert len(rows) == 2
    assert [_value(db, "employee_advocacy", row) for row in rows] == [row["active_share"] for row in rows]
