"""The definitions of KPIs and the model that computes them say the same, number by number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from microinf_pipeline.catalog.kpis import KPIS, Kpi
from microinf_pipeline.models import parameters
from microinf_pipeline_tests.golden import cases

#: A case that is given core tables, as they are published, and builds everything else.
_FROM_CORE = cases.Case(cases.FOLDER / "mart_kpi" / "from_core_tables")
_BY_ID = {kpi.id: kpi for kpi in KPIS}


@pytest.fixture(scope="module")
def published() -> duckdb.DuckDBPyConnection:
    return cases.run(_FROM_CORE)


def _rows(db: duckdb.DuckDBPyConnection, where: str = "true") -> list[dict[str, Any]]:
    found = db.execute(f"SELECT * FROM mart_kpi WHERE {where}")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _recomputed(db: duckdb.DuckDBPyConnection, sql: str | None, row: dict[str, Any]) -> float | None:
    if sql is None:
        return None
    start: date = row["period_start"]
    key = {name: row[name] for name in ("brand_id", "campaign_id", "network", "tier", "relation")}
    given = {**key, "period_start": start, "period_end": start + timedelta(days=row["window_days"])}
    [value] = db.execute(sql, parameters.bound(sql, given)).fetchone() or (None,)
    return None if value is None else float(value)


def test_every_kpi_of_the_mart_is_defined_and_every_definition_is_computed(published: duckdb.DuckDBPyConnection) -> None:
    computed = {(row["kpi"], row["definition_version"]) for row in _rows(published)}
    assert computed == {(kpi.id, kpi.version) for kpi in KPIS}


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.id)
def test_the_sql_of_a_definition_gives_the_number_of_the_mart(kpi: Kpi, published: duckdb.DuckDBPyConnection) -> None:
    some = f"kpi = '{kpi.id}' AND period = 'month' AND relation IN ('earned', 'paid', '*') AND null_reason IS DISTINCT FROM 'history_too_short'"
    rows = _rows(published, some)
    by_definition = [
        (_recomputed(published, kpi.numerator_sql, row), _recomputed(published, kpi.denominator_sql, row)) for row in rows
    ]
    if kpi.id.endswith("_median"):
        told = [(row["value"], None) for row in rows]
    else:
        told = [(row["numerator"], row["denominator"]) for row in rows]
    # A rate that cannot be formed has no sides in the mart; its definition sums and counts nothing.
    nothing = [(None if row["value"] is None else above, None if row["value"] is None else below)
               for row, (above, below) in zip(rows, by_definition, strict=True)]  # fmt: skip
    assert rows
    assert nothing == [tuple(pytest.approx(side) if side is not None else None for side in sides) for sides in told]


def test_a_ratio_is_its_numerator_by_its_denominator(published: duckdb.DuckDBPyConnection) -> None:
    ratios = _rows(published, "denominator IS NOT NULL AND value IS NOT NULL")
    assert [row["value"] for row in ratios] == [pytest.approx(row["numerator"] / row["denominator"]) for row in ratios]


def test_ratios_and_only_they_have_a_denominator(published: duckdb.DuckDBPyConnection) -> None:
    with_denominator = {row["kpi"] for row in _rows(published, "denominator IS NOT NULL")}
    assert with_denominator == {kpi.id for kpi in KPIS if kpi.denominator_sql is not None}


def test_definitions_have_one_id_and_two_labels() -> None:
    assert len(_BY_ID) == len(KPIS)
    assert [kpi.id for kpi in KPIS if not (kpi.label_de and kpi.label_en and kpi.formula and kpi.unit)] == []
