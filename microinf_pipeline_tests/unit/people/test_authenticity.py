from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.people.authenticity import authenticity, load_coefficients
from microinf_pipeline.people.authenticity_features import INPUTS, SENTENCES, features, sentences


def accounts(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"network": "x", "account_id": "1", "handle": "kai", "followers": 800, "following": 400, "post_count": 120}
    return pl.DataFrame([dict.fromkeys(INPUTS) | usual | row for row in rows], schema=dict(INPUTS))


def judged(**row: Any) -> tuple[float | None, str | None]:
    found = authenticity(accounts(row), load_coefficients())
    return found["authenticity_score"][0], found["authenticity_reasons"][0]


def test_a_follower_of_thousands_without_posts_is_doubted_with_the_figures() -> None:
    score, reasons = judged(handle="kai_1234", followers=3, following=4122, post_count=0)
    assert score is not None
    assert score < 0.1
    assert "− follows 4,122 and is followed by 3 (1 : 1374)" in str(reasons)


@pytest.mark.parametrize("missing", ["followers", "following", "post_count"])
def test_without_a_needed_count_nothing_is_said(missing: str) -> None:
    assert judged(**{missing: None}) == (None, None)


def test_a_private_account_with_counts_is_judged_and_one_that_hides_them_is_not() -> None:
    assert judged(is_private=True)[1] is not None
    assert judged(is_private=True, followers=None, following=None, post_count=None) == (None, None)


@pytest.mark.parametrize(
    ("driver", "reason"),
    [
        ({"verified": True}, "+ verified by the network: yes"),
        ({"near_copy_share": 0.9}, "− 90 % of its posts are near-copies of others'"),
        ({"growth_jump": 4.0}, "− 4 times the followers within a week"),
        ({"posts_per_day": 100.0}, "− 100 posts a day"),
        ({"engagement_against_peers": 0.02}, "− 0.02 times the engagement of its tier and network"),
    ],
)
def test_a_driver_is_named(driver: dict[str, Any], reason: str) -> None:
    every = load_coefficients()
    every.reasons_shown = len(every.features)
    assert reason in str(authenticity(accounts(driver), every)["authenticity_reasons"][0])


def test_every_shipped_feature_has_a_sentence_and_a_reason_for_its_numbers() -> None:
    shipped = load_coefficients().features
    assert set(shipped) == set(SENTENCES)
    assert all(steps.why and len(steps.values) == len(steps.cuts) + 1 for steps in shipped.values())


def test_figures_are_written_with_thousands() -> None:
    said = sentences(accounts({"followers": 1234567}, {"followers": 0}, {"followers": 1000}))["followers"]
    assert said.to_list() == ["1,234,567 followers", "0 followers", "1,000 followers"]


def test_a_missing_column_is_unknown() -> None:
    assert features(accounts({}).drop("verified"))["verified"].to_list() == [None]


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_accounts_changes_no_verdict(order: list[int]) -> None:
    rows = accounts(*({"account_id": str(i), "followers": 10**i, "following": 7 * i} for i in range(6)))
    whole = authenticity(rows, load_coefficients())
    assert authenticity(rows[order], load_coefficients()).sort("account_id").equals(whole)
