"""Captures are judged by their own past, their own word, and by whether every row is somewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.catalog.model import Severity
from microinf_pipeline.quality.volume import (
    SourceNight,
    gate_of_source,
    judge_capture,
    judge_reject_share,
    judge_row_accounting,
    judge_volume,
    usual_volume,
)

TONIGHT = date(2026, 3, 31)
ERROR, WARN = Severity.ERROR, Severity.WARN


def a_night(captured: int, ago: int = 0, **only: Any) -> SourceNight:
    given: dict[str, Any] = {
        "source": "open_net",
        "night": TONIGHT - timedelta(days=ago),
        "state": "complete",
        "captured": captured,
    }
    return SourceNight(**(given | only))


def past(*captured: int, **only: Any) -> list[SourceNight]:
    """The nights before tonight, the latest first."""
    return [a_night(n, ago, **only) for ago, n in enumerate(captured, start=1)]


FIVE = past(100, 100, 100, 100, 100)


@pytest.mark.parametrize(
    ("tonight", "earlier", "passed", "severity"),
    [
        (a_night(30), FIVE, True, ERROR),
        (a_night(29), FIVE, False, ERROR),
        (a_night(0), FIVE[:4], False, WARN),  # fewer than five nights
        (a_night(0), past(*[49] * 8), False, WARN),  # too few to tell
        (a_night(0), past(*[50] * 8), False, ERROR),
        (a_night(0, is_files=True), FIVE, False, WARN),
        (a_night(0, state="failed"), FIVE, False, WARN),  # judge_capture speaks
        (a_night(0, state="budget_spent"), FIVE, False, WARN),
        (a_night(0), [], True, WARN),
        (a_night(5000), FIVE, True, ERROR),
    ],
)
def test_volume_is_judged_by_the_median_of_the_nights_before(
    tonight: SourceNight, earlier: list[SourceNight], passed: bool, severity: Severity
) -> None:
    verdict = judge_volume(tonight, earlier, low_share=0.3)
    assert (verdict.gate, verdict.passed, verdict.severity) == ("arrives_in_volume__open_net", passed, severity)


def test_only_the_last_eight_whole_nights_of_the_source_before_tonight_count() -> None:
    counted = past(*[80] * 8)
    ignored = [a_night(9, ago=9), a_night(9, ago=-1), a_night(9, ago=2, source="other"), a_night(0, ago=1, state="failed")]
    assert usual_volume(a_night(0), [*ignored, *counted]) == (80.0, 8)


@given(st.permutations(past(*range(100, 112))))
def test_the_order_of_earlier_nights_does_not_matter(earlier: list[SourceNight]) -> None:
    assert usual_volume(a_night(0), earlier) == (103.5, 8)


@pytest.mark.parametrize(
    ("tonight", "passed"),
    [
        (a_night(7), True),
        (a_night(7, stated_total=7), True),
        (a_night(6, stated_total=7, state="short"), False),
        (a_night(6, stated_total=7, state="budget_spent"), True),
        (a_night(0, state="failed"), False),
        (a_night(0, state="budget_spent"), True),
    ],
)
@pytest.mark.parametrize(("required", "severity"), [(True, ERROR), (False, WARN)])
def test_a_capture_is_judged_by_its_own_word(tonight: SourceNight, passed: bool, required: bool, severity: Severity) -> None:
    verdict = judge_capture(tonight, required=required)
    assert (verdict.passed, verdict.severity) == (passed, severity)


@pytest.mark.parametrize(("rows", "rejects", "passed"), [(0, 0, True), (100, 5, True), (100, 6, False), (1, 1, False)])
def test_rejects_stop_a_night_only_beyond_their_share(rows: int, rejects: int, passed: bool) -> None:
    verdict = judge_reject_share("export", rows, rejects, limit=0.05)
    assert (verdict.passed, verdict.severity) == (passed, ERROR)


COUNTS = {"rows_read": 20, "first_deliveries": 11, "removed_rows": 5, "rejected": 3, "withheld": 1}


def test_rows_that_are_all_somewhere_are_accounted_for() -> None:
    verdict = judge_row_accounting("export", **COUNTS)
    assert (verdict.passed, verdict.evidence) == (True, COUNTS | {"difference": 0})


@pytest.mark.parametrize("count", COUNTS)
def test_a_single_row_too_many_or_too_few_is_found(count: str) -> None:
    assert not judge_row_accounting("export", **(COUNTS | {count: COUNTS[count] + 1})).passed
    assert not judge_row_accounting("export", **(COUNTS | {count: COUNTS[count] - 1})).passed


def test_gates_of_a_source_are_named_so_that_a_check_may_be() -> None:
    assert gate_of_source("arrives_in_volume", "old-export") == "arrives_in_volume__old_export"
