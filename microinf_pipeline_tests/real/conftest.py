"""What the runs over real data found, as one table at the end of the session."""

from __future__ import annotations

import pytest

from microinf_pipeline_tests.real.nights import RUN, RealNight

_KINDS = "SELECT duplicate_type, count(*) FROM core_duplicates GROUP BY 1 ORDER BY 1"
_REASONS = "SELECT reason, count(*) FROM core_rejects GROUP BY 1 ORDER BY 1"
_TIERS = "SELECT tier_at_post, count(*) FROM core_posts GROUP BY 1 ORDER BY 1"
_HEADER = ("set", "rows in", "profiles", "counted", "mentions", "KPI rows", "seconds")


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.items()) or "none"


def _numbers(night: RealNight) -> tuple[str, ...]:
    counts = (
        night.delivered("rows_read") + night.delivered("rows_left_out"),
        night.delivered("profiles_read"),
        night.one("SELECT count(*) FROM core_posts WHERE is_counted"),
        night.one("SELECT count(*) FROM core_mentions"),
        night.one("SELECT count(*) FROM mart_kpi"),
    )
    return (night.name, *(f"{count:,}" for count in counts), f"{night.seconds:.1f}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line of numbers for each night, and what the numbers leave out."""
    if not RUN:
        return
    terminalreporter.section("real data")
    lines = [_HEADER, *map(_numbers, RUN)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line, night in zip(lines, [None, *RUN], strict=True):
        shown = [line[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True))]
        terminalreporter.write_line("  ".join(shown))
        if night is not None:
            terminalreporter.write_line(
                f"    duplicates: {_told(night.counted(_KINDS))}; tiers: {_told(night.counted(_TIERS))}"
            )
            left_out = {"left out": night.delivered("rows_left_out")} if night.delivered("rows_left_out") else {}
            terminalreporter.write_line(f"    rejects: {_told(left_out | night.counted(_REASONS))}")
