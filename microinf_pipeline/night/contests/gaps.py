"""What the required sources of a contest cannot vouch for: nights captured short, without a stated total, or not at all.

Put here: that judgement. Keep out: whether a contest is frozen all the same (`contest_draws`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.contests.protocol import Gap
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings.events import Contest
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.sources import Source

_NIGHTS: Final = (
    "SELECT source, night, expected, expected_basis, captured FROM mart_completeness"
    " WHERE rule = '*' AND holds = 'posts' AND night >= $first AND night <= $last ORDER BY source, night"
)


def gaps_of(run: NightRun, contest: Contest) -> tuple[Gap, ...]:
    """The gaps of the contest's nights, source by source; none = each night was whole by the source's own stated total.

    A file source has no gap on a night without a file: nobody says that there is one every night.
    """
    settings = run.settings
    starts = settings.moment_utc(contest.brand, contest.start)
    last_moment = settings.moment_utc(contest.brand, contest.seen_by or contest.end) - timedelta(microseconds=1)
    run.candidate.register(run.engine, TABLES["mart_completeness"])
    rows = run.engine.query(_NIGHTS, {"first": starts.date(), "last": last_moment.date()})
    days = (last_moment.date() - starts.date()).days + 1
    return tuple(gap for source in _required(run, contest) for gap in _of_source(source, rows.filter(source=source.name), days))


def _required(run: NightRun, contest: Contest) -> list[Source]:
    """The sources the contest names, else every required one that holds posts."""
    posts = [s for s in run.settings.sources if not (isinstance(s, FileSource) and s.holds == "profiles")]
    named = set(contest.sources) or {source.name for source in posts if source.required}
    return [source for source in posts if source.name in named]


def _of_source(source: Source, nights: pl.DataFrame, days: int) -> Iterator[Gap]:
    missing = days - nights["night"].n_unique()
    if missing and not isinstance(source, FileSource):
        yield Gap(source.name, f"{missing} of {days} nights were not captured")
    unstated = nights.filter(pl.col("expected_basis") != "stated").height
    if unstated:
        yield Gap(source.name, f"{unstated} of {days} nights without a stated total")
    short = nights.filter((pl.col("expected_basis") == "stated") & (pl.col("captured") < pl.col("expected")))
    if short.height:
        captured, expected = short["captured"].sum(), short["expected"].sum()
        yield Gap(source.name, f"{short.height} of {days} nights short: {captured} of {expected} posts")
