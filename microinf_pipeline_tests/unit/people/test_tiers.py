"""Tiers are a fold over an account's history: up at the cut, down only clearly or lastingly below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.people.tiers import TIER_HISTORY, TierRules, rounding_step, tier_history

RULES = TierRules.of({"nano": 0, "micro": 10_000, "macro": 100_000}, 0.95, 7)
START = date(2026, 3, 1)
INPUT = {
    "network": pl.String,
    "account_id": pl.String,
    "observed_on": pl.Date,
    "followers": pl.Int64,
    "followers_precision": pl.String,
}


def _history(*days: tuple[int, int | None] | tuple[int, int | None, str], account: str = "a") -> pl.DataFrame:
    """Rows of one account: (day from the start, followers, precision)."""
    rows = [("x", account, START + timedelta(days=d[0]), d[1], d[2] if len(d) > 2 else "exact") for d in days]
    return pl.DataFrame(rows, schema=INPUT, orient="row")


def _changes(history: pl.DataFrame) -> list[tuple[int, str, str]]:
    """(day from the start, tier, reason) of each change."""
    return [
        ((row["valid_from"] - START).days, row["tier"], row["reason"])
        for row in tier_history(history, RULES).iter_rows(named=True)
    ]


FIRST, UP, BELOW, LASTING = "first observation", "reached the cut", "below 95% of the cut", "below the cut for 7 days"


@pytest.mark.parametrize(
    ("days", "changes"),
    [
        pytest.param([(0, 9_999), (1, 10_000)], [(0, "nano", FIRST), (1, "micro", UP)], id="up at the cut"),
        pytest.param([(0, 500), (1, 100_000)], [(0, "nano", FIRST), (1, "macro", UP)], id="up by two"),
        pytest.param([(0, 10_000), (1, 9_500)], [(0, "micro", FIRST)], id="95 % of the cut holds"),
        pytest.param([(0, 10_000), (1, 9_499)], [(0, "micro", FIRST), (1, "nano", BELOW)], id="below 95 % falls at once"),
        pytest.param([(0, 150_000), (1, 100)], [(0, "macro", FIRST), (1, "nano", BELOW)], id="falls by two"),
        pytest.param([(0, 10_000), (1, 9_900), (7, 9_900)], [(0, "micro", FIRST)], id="six days below"),
        pytest.param([(0, 10_000), (1, 9_900), (8, 9_900)], [(0, "micro", FIRST), (8, "nano", LASTING)], id="seven days below"),
        pytest.param([(0, 10_000), (1, 9_900), (5, 10_001), (8, 9_900)], [(0, "micro", FIRST)], id="a day above begins anew"),
        pytest.param(
            [(0, 10_000), (1, 9_900), (3, None), (8, 9_900)],
            [(0, "micro", FIRST), (8, "nano", LASTING)],
            id="no count says nothing",
        ),
        pytest.param([(0, 9_900), (1, 10_000, "rounded")], [(0, "nano", FIRST)], id="10K may be 9,950"),
        pytest.param([(0, 9_900), (1, 11_000, "rounded")], [(0, "nano", FIRST), (1, "micro", UP)], id="11K may not be below"),
        pytest.param([(0, 10_000), (1, 9_000, "rounded")], [(0, "micro", FIRST), (1, "nano", BELOW)], id="9K is below"),
        pytest.param([(0, 10_000, "rounded")], [(0, "micro", FIRST)], id="a first count has to be taken as it is"),
        pytest.param([(0, None), (1, None)], [], id="never counted"),
    ],
)
def test_when_a_tier_changes(days: Sequence[Any], changes: list[tuple[int, str, str]]) -> None:
    assert _changes(_history(*days)) == changes


def test_a_tier_lasts_until_the_next_one() -> None:
    told = tier_history(_history((0, 9_000), (3, 10_500), (9, 9_000)), RULES)
    days = [START, START + timedelta(days=3), START + timedelta(days=9)]
    assert told["valid_from"].to_list() == days
    assert told["valid_to"].to_list() == [*days[1:], None]
    assert told["followers_at_change"].to_list() == [9_000, 10_500, 9_000]


def test_no_history_has_the_shape_of_any() -> None:
    assert tier_history(_history(), RULES).schema == TIER_HISTORY


@pytest.mark.parametrize(
    ("count", "step"),
    [
        (7, 1),
        (999, 1),
        (950, 10),
        (900, 10),
        (12_300, 100),
        (12_000, 1_000),
        (10_000, 1_000),
        (221_700, 100),
        (1_300_000, 100_000),
    ],
)
def test_how_far_apart_displayed_counts_are(count: int, step: int) -> None:
    assert rounding_step(count) == step


COUNT = st.one_of(
    st.none(),
    st.integers(0, 200_000),
    st.sampled_from([9_499, 9_500, 9_501, 9_999, 10_000, 10_001, 94_999, 95_000, 99_999, 100_000]),
)
HISTORIES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(st.integers(0, 30), st.tuples(COUNT, st.sampled_from(["exact", "rounded"])), max_size=12),
    max_size=3,
)


def _naive(days: dict[int, tuple[int | None, str]]) -> list[tuple[int, str]]:
    """The rule, one account at a time and word by word."""
    names, cuts = ["nano", "micro", "macro"], [0, 10_000, 100_000]
    tier, below, told = -1, None, []
    for day, (count, precision) in sorted(days.items()):
        if count is None:
            continue
        rank = sum(count >= cut for cut in cuts) - 1
        half = rounding_step(count) / 2
        if tier == -1:
            tier, told = rank, [(day, names[rank])]
            continue
        if precision == "rounded" and any(max(count - half, 0) < cut <= count + half for cut in cuts):
            continue
        if rank >= tier:
            below = None
        elif below is None:
            below = day
        falls = below is not None and (count < 0.95 * cuts[tier] or day - below >= 7)
        if rank > tier or falls:
            tier, below = rank, None
            told.append((day, names[rank]))
    return told


@settings(deadline=None)
@given(histories=HISTORIES, random=st.randoms(use_true_random=False))
def test_any_histories_in_any_order_fold_as_the_rule_says(
    histories: dict[str, dict[int, tuple[int | None, str]]], random: Any
) -> None:
    rows = [(account, day, *told) for account, days in histories.items() for day, told in days.items()]
    random.shuffle(rows)
    frame = pl.DataFrame(
        [("x", account, START + timedelta(days=day), count, precision) for account, day, count, precision in rows],
        schema=INPUT,
        orient="row",
    )
    folded = tier_history(frame, RULES)
    expected = [
        ("x", account, START + timedelta(days=day), tier)
        for account, days in sorted(histories.items())
        for day, tier in _naive(days)
    ]
    assert folded.select("network", "account_id", "valid_from", "tier").rows() == expected
