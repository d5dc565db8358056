"""Names of partitions, there and back."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.storage.partitions import first_day, is_by_night, month_in, month_of, neighbours, night_key, night_of

DAYS = st.dates(date(1000, 2, 1), date(9999, 10, 31))


@given(DAYS)
def test_a_month_holds_its_days(day: date) -> None:
    assert first_day(month_of(day)) == day.replace(day=1)


@given(DAYS, DAYS)
def test_months_order_as_their_days(one: date, other: date) -> None:
    assert (month_of(one) <= month_of(other)) == (one.replace(day=1) <= other.replace(day=1))


@given(DAYS, DAYS)
def test_a_nights_key_tells_night_and_month(night: date, posted: date) -> None:
    key = night_key(night, month_of(posted))
    assert (night_of(key), month_in(key)) == (night.isoformat(), month_of(posted))
    assert (night_of(night_key(night)), month_in(night_key(night))) == (night.isoformat(), month_of(night))


def test_neighbours_cross_the_year_and_short_months() -> None:
    assert neighbours(["2026-01"]) == {"2025-12", "2026-01", "2026-02"}
    assert neighbours(["2026-12", "2026-02"]) == {"2026-11", "2026-12", "2027-01", "2026-01", "2026-02", "2026-03"}
    assert neighbours([]) == set()


def test_deliveries_are_kept_by_night_and_facts_by_month() -> None:
    assert {name for name in ("observations", "captures", "core_rejects", "mart_quality") if is_by_night(TABLES[name])} == {
        "observations", "captures", "core_rejects", "mart_quality",
    }  # fmt: skip
    assert not any(is_by_night(TABLES[name]) for name in ("core_posts", "core_accounts", "mart_brand_daily"))
