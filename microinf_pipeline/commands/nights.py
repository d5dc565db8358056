"""Commands that read or change the lake: run, replay, rebuild, accept, publish, status, clean, explain.

Put here: their options and the checks of the call. Keep out: what a night does (`night`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from microinf_pipeline import clock
from microinf_pipeline.commands.session import session_of
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.quality.judging import JUDGE

First = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="First night of a range.")]
Last = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="Last night of a range.")]


class EngineName(StrEnum):
    """Engines by name."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class ReportLanguage(StrEnum):
    """Languages of the report."""

    EN = "en"
    DE = "de"


class Explained(StrEnum):
    """What can be explained."""

    POST = "post"
    CREATOR = "creator"
    KPI = "kpi"


def nights_asked(night: datetime | None, first: datetime | None, last: datetime | None) -> list[date]:
    """The nights a call names, ascending; yesterday in UTC when it names none.

    Raises FixConfigurationError for a night that has not ended, or options that contradict each other.
    """
    if night and (first or last):
        raise FixConfigurationError("--night and --from/--to exclude each other", fix="name one night, or a range")
    if bool(first) != bool(last):
        raise FixConfigurationError("--from and --to go together", fix="name both ends of the range")
    begin, end = (first or night), (last or night)
    if begin is None or end is None:
        return [clock.last_closed_night()]
    if end < begin:
        raise FixConfigurationError(f"the range ends before it begins: {begin:%Y-%m-%d} to {end:%Y-%m-%d}", fix="swap the two")
    if end.date() > clock.last_closed_night():
        raise FixConfigurationError(
            f"the night {end:%Y-%m-%d} has not ended yet",
            where=f"it is {clock.now():%Y-%m-%d %H:%M} UTC",
            fix=f"the newest night that can be run is {clock.last_closed_night()}",
        )
    return [begin.date() + timedelta(days=n) for n in range((end - begin).days + 1)]


def _range_asked(first: datetime | None, last: datetime | None) -> list[date] | None:
    """The nights of a range, or None for all that are stored."""
    return nights_asked(None, first, last) if first or last else None


def run(
    context: typer.Context,
    night: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The night, a UTC day. Default: yesterday."),
    ] = None,
    first: First = None,
    last: Last = None,
    engine: Annotated[EngineName, typer.Option(help="What computes the tables.")] = EngineName.DUCKDB,
    recapture: Annotated[bool, typer.Option("--recapture", help="Capture again beside what is there; both stay.")] = False,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Go on after a red night of a range.")] = False,
) -> None:
    """Capture, process, judge and publish a night, or a range of nights."""
    if engine is EngineName.SPARK:
        raise FixConfigurationError(
            "the spark engine is not built in this version", where="--engine spark", fix="leave --engine out: duckdb"
        )
    nights = nights_asked(night, first, last)
    session = session_of(context)
    config = session.config()
    settings = session.settings()
    JUDGE.get_ready()
    from microinf_pipeline.orchestration import launch

    raise typer.Exit(launch.run(settings, nights, config=config, recapture=recapture, keep_going=keep_going))


def replay(context: typer.Context, first: First = None, last: Last = None) -> None:
    """Compute again from the stored raw pages; no network. Without a range: every stored night."""
    nights, settings = _range_asked(first, last), session_of(context).settings()
    JUDGE.get_ready()
    from microinf_pipeline.night import commands

    raise typer.Exit(commands.replay(settings, nights))


def rebuild(
    context: typer.Context,
    tables: Annotated[str, typer.Option(help="Names, separated by commas. Default: all that no longer match.")] = "",
    first: First = None,
    last: Last = None,
) -> None:
    """Compute tables again from observations; no network. After a change of configuration, rules or version."""
    nights, settings = _range_asked(first, last), session_of(context).settings()
    JUDGE.get_ready()
    from microinf_pipeline.night import commands

    raise typer.Exit(commands.rebuild(settings, [t.strip() for t in tables.split(",") if t.strip()], nights))


def accept(
    context: typer.Context,
    night: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The red night.")],
    gate: Annotated[str, typer.Option(help="The failed gate, as `status` names it.")],
    reason: Annotated[str, typer.Option(help="Why it may pass; stored in mart_quality.")],
) -> None:
    """Override one failed gate of one night; the reason is recorded."""
    if not reason.strip():
        raise FixConfigurationError("a gate is not accepted without a reason", where="--reason", fix="say why it may pass")
    settings = session_of(context).settings()
    from microinf_pipeline.night import commands

    raise typer.Exit(commands.accept(settings, night.date(), gate, reason.strip()))


def publish(
    context: typer.Context,
    postgres: Annotated[
        bool, typer.Option("--postgres", help="Then write the marts to the Postgres of publish.postgres.")
    ] = False,
) -> None:
    """Publish the accepted state again."""
    settings = session_of(context).settings()
    from microinf_pipeline.night import commands

    raise typer.Exit(commands.publish(settings, postgres=postgres))


def report(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Render it anew from what is published into FILE.")
    ] = None,
    language: Annotated[
        ReportLanguage | None, typer.Option(help="Of --output and --digest. Default: publish.language.")
    ] = None,
    digest: Annotated[bool, typer.Option("--digest", help="Print the five sentences it opens with.")] = False,
) -> None:
    """Where the published report is; with --output, render it again (after an update, or to hand it on)."""
    settings = session_of(context).settings()
    from microinf_pipeline.night import reports

    chosen = None if language is None else reports.LANGUAGES[language.value]
    if digest:
        typer.echo(reports.digest(settings, chosen))
    elif output is not None:
        typer.echo(reports.render_report(settings, output, chosen))
    else:
        typer.echo(reports.published_report(settings))


def plan(
    context: typer.Context,
    night: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Night to plan. Default: yesterday UTC.")
    ] = None,
) -> None:
    """A night's calls before the first one: requests per source, what will not fit, what will stay empty and why."""
    settings = session_of(context).settings()
    from microinf_pipeline.commands.printing import show
    from microinf_pipeline.night import planning

    show(planning.plan(settings, night.date() if night else clock.last_closed_night()), width=100)


def status(context: typer.Context) -> None:
    """Last nights, red gates, what no longer matches, what runs now. Never takes the lock."""
    settings = session_of(context).settings()
    from microinf_pipeline.commands.printing import show
    from microinf_pipeline.night import telling

    show(telling.status(settings))


def clean(context: typer.Context) -> None:
    """Remove rows that are too old for the policy of their origin, and files that nothing refers to; merge small ones."""
    settings = session_of(context).settings()
    from microinf_pipeline.night import commands

    expired = commands.expire(settings)
    merged, removed = commands.clean(settings)
    if expired:
        typer.echo(f"took away {expired} row(s) that were too old to be kept")
    typer.echo(f"merged {merged} partition(s) of many files, removed {removed} file(s) nothing refers to")


def explain(
    context: typer.Context,
    kind: Annotated[Explained, typer.Argument(help="What KEY names.")],
    key: Annotated[str, typer.Argument(help="network/post_id, creator_id, or the key of a mart_kpi row.")],
) -> None:
    """Where a post, creator or number comes from: roads, duplicates, rule, tier, formula, SQL."""
    settings = session_of(context).settings()
    from microinf_pipeline.commands.printing import show
    from microinf_pipeline.night.explaining import story as explaining

    show(explaining.explain(settings, kind.value, key))
