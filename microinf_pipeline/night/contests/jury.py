"""The points of a contest's jury, from the brand's list to the leaves of the frozen entries.

Put here: reading and judging `inputs: jury`. Keep out: places (`contests.jury`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import polars as pl

from microinf_pipeline.errors import FixConfigurationError, RefusedError
from microinf_pipeline.night.contests.records import FrozenEntry
from microinf_pipeline.night.lists.judged_rows import JudgedRows
from microinf_pipeline.settings import Settings

_POINTS = r"^[0-9]+(\.[0-9]+)?$"  # read exactly, so never as floats


def points_of(settings: Settings, contest_id: str, entries: Sequence[FrozenEntry]) -> dict[str, dict[str, Fraction]]:
    """Juror → leaf → points, exact.

    Raises FixConfigurationError for a list that is missing or cannot be read; RefusedError where it speaks of a post that was
    not frozen, gives one post points twice, or nobody gave any.
    """
    path = settings.inputs.jury
    if path is None:
        raise FixConfigurationError("a jury's contest has no points to go by", where="inputs:", fix="jury: inputs/jury.csv")
    file = JudgedRows(path, "jury")
    file.rows = file.rows.filter(pl.col("contest_id") == contest_id)
    file.refuse_empty("juror", "points")
    file.refuse(~pl.col("points").str.contains(_POINTS), "points that are no number like 7.5")
    leaves = {(entry.network, entry.post_id): entry.leaf for entry in entries}
    found: dict[str, dict[str, Fraction]] = {}
    for line, network, post, juror, points in file.judged().select("line", "network", "post_id", "juror", "points").iter_rows():
        leaf = leaves.get((network, post))
        if leaf is None or leaf in found.get(juror, {}):
            what = "a post that is not among the frozen entries" if leaf is None else f"a post {juror} gave points to before"
            raise RefusedError(
                f"the jury's list has {what}", where=f"{path}, line {line}", fix="repair the line and draw again"
            )
        found.setdefault(juror, {})[leaf] = Fraction(points)
    if not found:
        raise RefusedError("the jury has given no points yet", where=str(path), fix="fill in its list")
    return found
