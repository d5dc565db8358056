from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.night.capturing import window_start
from microinf_pipeline.night.due import due_days

NIGHT = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("last_complete", "starts"),
    [
        (None, datetime(2026, 3, 18, tzinfo=UTC)),  # never captured: its own day, and two days of overlap
        (date(2026, 3, 19), datetime(2026, 3, 18, tzinfo=UTC)),
        (date(2026, 3, 15), datetime(2026, 3, 14, tzinfo=UTC)),  # four nights were missed
        (date(2026, 1, 1), datetime(2026, 3, 11, tzinfo=UTC)),  # many: a week of them
    ],
)
def test_a_search_begins_where_the_last_complete_night_ended(last_complete: date | None, starts: datetime) -> None:
    assert window_start(NIGHT, last_complete, overlap_hours=48, catch_up_days=7) == starts


def test_posts_are_looked_at_again_on_the_days_named_after_their_own() -> None:
    assert due_days(NIGHT, date(2026, 3, 19), (1, 7), 7) == [date(2026, 3, 19), date(2026, 3, 13)]
    assert due_days(NIGHT, None, (1, 7), 7) == [date(2026, 3, 19), date(2026, 3, 13)]


def test_what_missed_nights_left_undone_is_due_as_far_back_as_is_caught_up() -> None:
    three_nights = due_days(NIGHT, date(2026, 3, 17), (1, 7), 7)
    assert three_nights == [date(2026, 3, day) for day in (19, 18, 17, 13, 12, 11)]
    assert due_days(NIGHT, date(2026, 1, 1), (1,), 2) == [date(2026, 3, 19), date(2026, 3, 18), date(2026, 3, 17)]


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_however_nights_are_missed_each_posts_look_comes_once(captured: list[bool]) -> None:
    last: date | None = NIGHT
    looked: list[date] = []
    for n, there in enumerate(captured, 1):
        night = NIGHT + timedelta(days=n)
        if there:
            looked += due_days(night, last, (3,), 90)
            last = night
    until = (last or NIGHT) - timedelta(days=3)
    days = (until - NIGHT + timedelta(days=3)).days
    assert sorted(looked) == [NIGHT + timedelta(days=n - 2) for n in range(days)]
