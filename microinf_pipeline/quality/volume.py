"""Whether a capture brought what it should: volume, stated totals, rejects, and where every row went.

Put here: judgements over counts of one source and night (interface, rules of time 8 and 10). Keep out: counting them,
and telling whether a source is required (both come with the call).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from statistics import median

from microinf_pipeline.catalog.model import Severity
from microinf_pipeline.quality.verdict import Verdict

CAPTURES = "captures"

_FOLDER = files("microinf_pipeline") / "rules"

#: States in which the capture itself knows that it is short: the loss is explained, so volume only warns.
_EXPLAINED = ("failed", "budget_spent")


@dataclass(frozen=True)
class SourceNight:
    """The whole-source row (rule '*') of one source and night in `captures`."""

    source: str
    night: date
    state: str  # complete | short | failed | budget_spent
    captured: int
    is_files: bool = False
    stated_total: int | None = None


@dataclass(frozen=True)
class _Rules:
    nights_compared: int
    nights_needed: int
    smallest_expectation: int


@cache
def _rules() -> _Rules:
    kpis, gates = (tomllib.loads((_FOLDER / name).read_text(encoding="utf-8")) for name in ("kpis.toml", "gates.toml"))
    return _Rules(kpis["expectation_nights"], kpis["expectation_minimum"], gates["volume"]["smallest_expectation"])


def gate_of_source(gate: str, source: str) -> str:
    """Name of a gate that is judged once per source; letters, digits and underscores only."""
    return f"{gate}__{source.replace('-', '_')}"


def usual_volume(tonight: SourceNight, earlier: Sequence[SourceNight]) -> tuple[float | None, int]:
    """Median of the source's last accepted nights before tonight and how many they are, at most 8.

    Only nights captured whole can say what a whole night is: an outage must not become the new normal.
    """
    whole = [n for n in earlier if n.source == tonight.source and n.night < tonight.night and n.state == "complete"]
    last = sorted(whole, key=lambda n: n.night)[-_rules().nights_compared :]
    return (float(median(n.captured for n in last)) if last else None), len(last)


def judge_volume(tonight: SourceNight, earlier: Sequence[SourceNight], low_share: float) -> Verdict:
    """Red when the night brought less than `low_share` of the source's usual volume.

    Only warns with fewer than 5 nights, an expectation under 50, a file source, or a loss the capture explains.
    """
    usual, nights = usual_volume(tonight, earlier)
    lenient = (
        tonight.is_files
        or tonight.state in _EXPLAINED
        or nights < _rules().nights_needed
        or (usual or 0) < _rules().smallest_expectation
    )
    return Verdict(
        CAPTURES,
        gate_of_source("arrives_in_volume", tonight.source),
        Severity.WARN if lenient else Severity.ERROR,
        usual is None or tonight.captured >= low_share * usual,
        {"captured": tonight.captured, "usual": usual, "nights": nights, "low_share": low_share},
    )


def judge_capture(tonight: SourceNight, required: bool) -> Verdict:
    """Red when the capture failed, or brought less than the source itself said there was.

    A spent budget is no failure: the rest waits for the next night. An optional source only warns.
    """
    short = tonight.stated_total is not None and tonight.captured < tonight.stated_total
    red = tonight.state == "failed" or (short and tonight.state != "budget_spent")
    return Verdict(
        CAPTURES,
        gate_of_source("captures_what_was_stated", tonight.source),
        Severity.ERROR if required else Severity.WARN,
        not red,
        {"state": tonight.state, "captured": tonight.captured, "stated_total": tonight.stated_total, "required": required},
    )


def judge_reject_share(source: str, rows: int, rejects: int, limit: float) -> Verdict:
    """Red when more than `limit` of a source's rows of the night (rejects among them) could not be read."""
    share = rejects / rows if rows else 0.0
    return Verdict(
        CAPTURES,
        gate_of_source("reads_its_rows", source),
        Severity.ERROR,
        share <= limit,
        {"rows": rows, "rejects": rejects, "share": round(share, 6), "limit": limit},
    )


def judge_row_accounting(
    source: str, *, rows_read: int, first_deliveries: int, removed_rows: int, rejected: int, withheld: int
) -> Verdict:
    """Red unless every row of the source and night is somewhere (rules of time 10)."""
    accounted = first_deliveries + removed_rows + rejected + withheld
    return Verdict(
        "core_duplicates",
        gate_of_source("accounts_for_every_row", source),
        Severity.ERROR,
        rows_read == accounted,
        {
            "rows_read": rows_read,
            "first_deliveries": first_deliveries,
            "removed_rows": removed_rows,
            "rejected": rejected,
            "withheld": withheld,
            "difference": rows_read - accounted,
        },
    )
