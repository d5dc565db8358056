"""What a source has spent is remembered across runs, for as long as the network's own window lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from microinf_pipeline import clock
from microinf_pipeline.errors import BrokenStateError, BudgetSpentError
from microinf_pipeline.storage.quota import Allowance, Daily, Monthly, QuotaFile, Rolling, Window

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


def left_after(path: Path, window: Window, amount: int, *moments: datetime) -> list[int | None]:
    """What a new run finds at each moment; `amount` of 10 was spent at noon."""
    with clock.frozen(NOON):
        QuotaFile(path, {"calls": Allowance(10, window)}).spend("calls", amount)
    found = []
    for moment in moments:
        with clock.frozen(moment):
            found.append(QuotaFile(path, {"calls": Allowance(10, window)}).left("calls"))
    return found


def test_a_day_ends_at_midnight_where_the_network_lives(tmp_path: Path) -> None:
    pacific = Daily("America/Los_Angeles")
    before, after = datetime(2026, 11, 20, 7, 59, tzinfo=UTC), datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert left_after(tmp_path / "q.json", pacific, 4, before, after) == [6, 10]


def test_a_month_and_a_rolling_week_end_when_they_should(tmp_path: Path) -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC)
    assert left_after(tmp_path / "m.json", Monthly(), 4, december - timedelta(seconds=1), december) == [6, 10]
    week = NOON + timedelta(days=7)
    assert left_after(tmp_path / "r.json", Rolling(7), 4, week, week + timedelta(minutes=1)) == [6, 10]


def test_what_does_not_fit_is_refused_before_it_is_spent(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "q.json", {"calls": Allowance(3, Daily())})
    with clock.frozen(NOON):
        quota.spend("calls", 2)
        with pytest.raises(BudgetSpentError, match="allowance of 3 calls is used up; it comes back at 2026-11-20 00:00 UTC"):
            quota.spend("calls", 2)
        assert quota.left("calls") == 1


def test_a_key_is_paid_once_in_a_window(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "q.json", {"hashtags": Allowance(2, Rolling(7))})
    with clock.frozen(NOON):
        for tag in ("acme", "bolt", "acme"):
            quota.spend("hashtags", 1, tag)
        assert (quota.left("hashtags"), quota.is_paid("hashtags", "acme"), quota.is_paid("hashtags", "cola")) == (
            0,
            True,
            False,
        )
        with pytest.raises(BudgetSpentError):
            quota.spend("hashtags", 1, "cola")
    with clock.frozen(NOON + timedelta(days=8)):
        assert not quota.is_paid("hashtags", "acme")


def test_what_the_network_says_is_gone_is_gone_until_the_window_ends(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "q.json", {"calls": Allowance(10, Daily())})
    with clock.frozen(NOON):
        quota.exhausted("calls")
        (state,) = quota.states()
    assert (state.left, state.resets_at) == (0, datetime(2026, 11, 20, tzinfo=UTC))


def test_a_unit_nothing_bounds_has_no_end(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "q.json", {})
    quota.spend("calls", 10**9)
    assert (quota.left("calls"), quota.states(), (tmp_path / "q.json").exists()) == (None, (), False)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"calls": 3}', '{"calls": [["noon", 1, null]]}'])
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "q.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BrokenStateError, match="cannot be read") as caught:
        QuotaFile(path, {"calls": Allowance(10, Daily())}).left("calls")
    assert (caught.value.where, "delete the file" in caught.value.fix) == (str(path), True)
