from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from microinf_pipeline.night.capturing import window_start

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
