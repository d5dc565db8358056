"""The SQL that recomputes a number is filled with the row's own key, and compared as far as tables keep digits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from microinf_pipeline.night.explaining.kpi import equal, filled, kpi_story, period_end
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine

ROW = {
    "kpi": "mentions", "brand_id": "o'hara", "campaign_id": "*", "network": "instagram", "tier": "*", "relation": "earned",
    "period": "week", "period_start": date(2026, 8, 31),
}  # fmt: skip


def test_a_definition_is_filled_with_literals_that_cannot_break_out() -> None:
    sql = "SELECT 1 WHERE b = $brand_id AND d >= $period_start AND d < $period_end AND $tier IN ('*', t)"
    assert filled(sql, ROW) == (
        "SELECT 1 WHERE b = 'o''hara' AND d >= DATE '2026-08-31' AND d < DATE '2026-09-07' AND '*' IN ('*', t)"
    )


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("day", date(2026, 2, 28), date(2026, 3, 1)),
        ("week", date(2026, 12, 28), date(2027, 1, 4)),
        ("month", date(2026, 12, 1), date(2027, 1, 1)),
        ("month", date(2028, 2, 1), date(2028, 3, 1)),
    ],
)
def test_a_period_ends_where_the_next_begins(period: str, start: date, end: date) -> None:
    assert period_end(period, start) == end


@pytest.mark.parametrize(
    ("stored", "again", "same"),
    [
        (0.029044918, 0.029044917587067745, True),
        (0.029044918, 0.029044927, False),
        (1234.5679, 1234.56789, True),
        (1234.5679, 1234.5689, False),
        (None, None, True),
        (None, 0.0, False),
        (0.0, None, False),
    ],
)
def test_numbers_are_equal_as_far_as_tables_keep_digits(stored: float | None, again: float | None, same: bool) -> None:
    assert equal(stored, again) is same


RATIOS = ("roi", "roas", "cpe", "cpc", "cpa")
MONEY = {
    "brand_id": "kaffeo", "campaign_id": "spring", "currency": "EUR", "month": date(2026, 3, 1), "engagements": 50, "clicks": 30,
    "conversions": 4, "revenue": 199.9, "cost": 70.0, "cost_known_share": 1.0, "cpe": 1.4, "cpc": 2.333333333, "cpa": 17.5,
    "roas": 2.8557, "roi": 1.8557,
}  # fmt: skip
NONE = dict.fromkeys(RATIOS)


def test_each_ratio_of_money_is_recomputed_and_where_there_is_none_the_sql_gives_none(tmp_path: Path) -> None:
    rows = [
        MONEY,
        {**MONEY, **NONE, "campaign_id": "gift", "cost_known_share": 0.5},
        {**MONEY, **NONE, "campaign_id": "later", "cost": 0.0, "cost_known_share": None},
        {**MONEY, **NONE, "campaign_id": "unattributed"},
        {**MONEY, **NONE, "currency": "GBP", "cost": None, "cost_known_share": None},
    ]
    engine = DuckDBEngine.in_memory(spill=tmp_path)
    try:
        engine.register_frame("mart_roi", pl.DataFrame(rows))
        told = {
            (kpi, row["campaign_id"], row["currency"]): kpi_story(
                engine, f"{kpi}:kaffeo:{row['campaign_id']}:{row['currency']}:2026-03-01"
            )[-1]
            for kpi in RATIOS
            for row in rows
        }
    finally:
        engine.close()
    spring = {kpi: told[kpi, "spring", "EUR"].rows[-1][2] for kpi in RATIOS}
    assert {kpi: float(value) for kpi, value in spring.items()} == pytest.approx(
        {"roi": 129.9 / 70, "roas": 199.9 / 70, "cpe": 1.4, "cpc": 70 / 30, "cpa": 17.5}
    )
    assert [key for key, section in told.items() if section.title != "Recomputed" or section.is_alarm] == []
    assert {section.rows[-1][2] for key, section in told.items() if key[1:] != ("spring", "EUR")} == {"–"}
