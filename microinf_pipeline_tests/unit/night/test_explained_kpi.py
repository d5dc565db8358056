"""The SQL that recomputes a number is filled with the row's own key, and compared as far as tables keep digits."""

from __future__ import annotations

from datetime import date

import pytest

from microinf_pipeline.night.explained_kpi import equal, filled, period_end

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
