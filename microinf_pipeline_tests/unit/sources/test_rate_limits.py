"""Waits are read from the headers in the unit each network uses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.sources.rate_limits import STALE_RESET_SECONDS, first_of, reset_at, reset_in, retry_after

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", STALE_RESET_SECONDS),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_an_http_date(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (str(int(NOW.timestamp()) + 240), 240.0),
        (str(int(NOW.timestamp()) - 86_400), STALE_RESET_SECONDS),
        ("2026-11-20T12:05:00.000000Z", 300.0),
        ("2026-11-20T13:05:00+01:00", 300.0),
        ("2019-01-01T00:00:00.000Z", STALE_RESET_SECONDS),
        ("240", None),
        ("", None),
        ("tomorrow", None),
    ],
)
def test_a_reset_moment_is_unix_seconds_or_iso_text(value: str, seconds: float | None) -> None:
    assert reset_at("X-RateLimit-Reset")({"x-ratelimit-reset": value}, NOW) == seconds


@pytest.mark.parametrize(("value", "seconds"), [("240", 240.0), ("0", STALE_RESET_SECONDS), ("1795176000", None), ("", None)])
def test_seconds_to_go_are_not_mixed_up_with_a_moment(value: str, seconds: float | None) -> None:
    assert reset_in("X-Ratelimit-Reset")({"x-ratelimit-reset": value}, NOW) == seconds


def test_the_first_reader_that_knows_wins() -> None:
    read = first_of(retry_after, reset_in("x-ratelimit-reset"))
    assert read({"x-ratelimit-reset": "30"}, NOW) == 30.0
    assert read({"x-ratelimit-reset": "30", "retry-after": "3"}, NOW) == 3.0
    assert read({}, NOW) is None


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30), st.integers(-(10**9), 10**9))
def test_no_header_asks_for_a_negative_wait(value: str, shift: int) -> None:
    headers = {"retry-after": value, "r": value}
    now = NOW + timedelta(seconds=shift)
    waits = [read(headers, now) for read in (retry_after, reset_at("r"), reset_in("r"))]
    assert all(wait is None or wait >= 0 for wait in waits)
