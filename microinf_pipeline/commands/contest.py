"""The command `draw`: freezing, drawing and verifying a contest.

Put here: its options and what it prints. Keep out: what it does (`night.contests.draws`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from microinf_pipeline.commands.session import session_of
from microinf_pipeline.errors import RefusedError
from microinf_pipeline.quality.judging import JUDGE

if TYPE_CHECKING:
    from microinf_pipeline.contests.protocol import Draw, Freeze


class Step(StrEnum):
    """The steps of a draw."""

    FREEZE = "freeze"
    DRAW = "draw"
    VERIFY = "verify"


def draw(
    context: typer.Context,
    contest: Annotated[str, typer.Argument(metavar="CONTEST", help="The contest's id.")],
    step: Annotated[Step, typer.Argument(help="freeze, then draw; verify at any time after.")],
    reason: Annotated[
        str | None, typer.Option(help="freeze: why, though a required source is not complete; the protocol prints it.")
    ] = None,
    beacon: Annotated[
        str, typer.Option(help="freeze: the public value that decides: drand, drand-default, or one in your words.")
    ] = "drand",
    beacon_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], metavar="UTC", help="freeze: from when on the value is known, in UTC."),
    ] = None,
    value: Annotated[str | None, typer.Option(help="draw: the beacon's value, as it was made public.")] = None,
    seed: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Freeze a contest's entries, draw winners and alternates by a public value nobody knew, verify the protocol."""
    if seed is not None:
        raise RefusedError(
            "a seed is never chosen", where="--seed", fix="it follows from the frozen root and the beacon's value: --value"
        )
    settings = session_of(context).settings()
    from microinf_pipeline.night.contests import draws as contest_draws

    if step is Step.VERIFY:
        told = contest_draws.verify(settings, contest)
        typer.echo(
            f"{contest}: the protocol holds ({told['leaves']} leaves, {told['entries']} entries, {told['places']} places)"
        )
        return
    JUDGE.get_ready()
    if step is Step.FREEZE:
        known_from = beacon_at.replace(tzinfo=UTC) if beacon_at else None
        _tell_freeze(contest_draws.freeze(settings, contest, beacon=beacon, beacon_at=known_from, reason=reason))
    else:
        _tell_draw(contest_draws.draw(settings, contest, value=value))


def _tell_freeze(frozen: Freeze) -> None:
    from microinf_pipeline.contests.protocol import commitment_of, written

    typer.echo(f"frozen      {frozen.count} entries of {frozen.contest_id}")
    typer.echo(f"root        {frozen.root}")
    typer.echo(f"commitment  {commitment_of(written(frozen))}   (make it known today)")
    for gap in frozen.gaps:
        typer.echo(f"incomplete  {gap.source}: {gap.what}")
    if frozen.gaps_reason:
        typer.echo(f"reason      {frozen.gaps_reason}")
    if frozen.beacon is None:
        typer.echo(f"next        microinf draw {frozen.contest_id} draw, when the jury has given its points")
    else:
        typer.echo(f"decides     {frozen.beacon.name}")
        typer.echo(f"known from  {frozen.beacon.time:%Y-%m-%d %H:%M:%S} UTC {frozen.beacon.where}".rstrip())
        typer.echo(f"next        microinf draw {frozen.contest_id} draw --value …, after that moment")


def _tell_draw(drawn: Draw) -> None:
    if drawn.seed:
        typer.echo(f"seed        {drawn.seed}")
    for place, leaf in enumerate(drawn.places, 1):
        typer.echo(f"{place:>4} {'winner   ' if place <= len(drawn.winners) else 'alternate'}  {leaf}")
    typer.echo("who they are: mart_contest_entries.entry_hash")
