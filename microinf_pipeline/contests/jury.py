"""Places by the points of a jury.

Put here: adding up and refusing what the points do not decide. Keep out: who the jurors are; their names go no further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from microinf_pipeline.errors import RefusedError


def totals_of(points: Mapping[str, Mapping[str, Fraction]]) -> dict[str, Fraction]:
    """Sum of points per leaf, from juror → leaf → points.

    Raises RefusedError where a juror left out an entry that another gave points to: missing points are not zero points.
    """
    rated = {leaf for given in points.values() for leaf in given}
    short = {juror: len(rated - given.keys()) for juror, given in points.items() if rated - given.keys()}
    if short:
        told = ", ".join(f"{juror}: {missing} missing" for juror, missing in sorted(short.items()))
        raise RefusedError(
            "not every juror gave points to every entry the jury looked at", where=told, fix="complete the list of points"
        )
    return {leaf: sum((given[leaf] for given in points.values()), Fraction(0)) for leaf in sorted(rated)}


def places_of(totals: Mapping[str, Fraction], winners: int, alternates: int) -> list[str]:
    """Leaves by points, most first. Winners of equal points stand in the order of their hashes.

    Raises RefusedError where equal points leave open who wins, or which alternate comes first.
    """
    order: Sequence[str] = sorted(totals, key=lambda leaf: (-totals[leaf], leaf))
    for place in range(winners, min(winners + alternates, len(order) - 1) + 1):
        if place < len(order) and totals[order[place - 1]] == totals[order[place]]:
            raise RefusedError(
                f"equal points at places {place} and {place + 1}: the jury has not decided",
                where=f"{order[place - 1][:12]}… and {order[place][:12]}…", fix="let the jury decide, then draw again",
            )  # fmt: skip
    return list(order)
