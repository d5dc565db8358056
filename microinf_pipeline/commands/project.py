"""Commands around the lake: init, doctor, dictionary, ui, try.

Put here: their options and what they print. Keep out: checks (`commands.doctor`) and guesses (`night.first_look`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from microinf_pipeline.commands.session import session_of
from microinf_pipeline.errors import FixConfigurationError


def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; made if missing.")]) -> None:
    """Write a commented microinf.yaml and the input CSVs with their headers; never overwrites."""
    from microinf_pipeline.settings.starter import write_starter

    written = write_starter(directory)
    typer.echo(f"wrote {written[0]} and {len(written) - 1} input files in {written[1].parent}")
    typer.echo(f"next: change the brand in it, then  microinf --config {written[0]} doctor")


def doctor(context: typer.Context) -> None:
    """Check configuration, credentials, paths, versions and free space: every problem at once. Ends 0 or 2."""
    from microinf_pipeline.commands import doctor as checks

    findings = checks.examine(session_of(context).config())
    for line in findings.fine:
        typer.echo(f"ok       {line}")
    for line in findings.notes:
        typer.echo(f"note     {line}")
    for line in findings.problems:
        typer.echo(f"problem  {line}", err=True)
    raise typer.Exit(2 if findings.problems else 0)


def dictionary(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write. Default: print.")] = None,
) -> None:
    """Every table and column: meaning, unit, grain, how it may be added up."""
    from microinf_pipeline.night import commands

    text = commands.dictionary()
    if output is None:
        typer.echo(text)
    else:
        output.write_text(text, encoding="utf-8")
        typer.echo(f"wrote {output}")


def ui(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    daemon: Annotated[bool, typer.Option("--daemon", help="Also run the schedule and the sensors.")] = False,
) -> None:
    """Open the Dagster UI until it is stopped; with --daemon also the schedule and sensors. Never takes the lock."""
    session = session_of(context)
    config, settings = session.config(), session.settings()
    from microinf_pipeline.orchestration import server

    raise typer.Exit(server.serve(settings, config=config, host=host, port=port, daemon=daemon, say=typer.echo))


def try_(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="An export: csv, tsv, json, parquet, xlsx.")] = None,
    brand: Annotated[str, typer.Option(help="Name of the brand the export is about.")] = "",
    hashtag: Annotated[str, typer.Option(help="Read this tag from public Mastodon timelines instead.")] = "",
) -> None:
    """The first ten minutes: guess how a file is read, show rows, build the report, keep the YAML that did it."""
    from rich.console import Console

    from microinf_pipeline.night.first_look import look as first_look

    if (file is None) == (not hashtag):
        raise FixConfigurationError("try needs a FILE or --hashtag, one of them", fix="microinf try export.csv --brand NAME")
    if file is not None and not brand.strip():
        raise FixConfigurationError("whose mentions are in the file?", where="--brand", fix=f"microinf try {file} --brand NAME")
    look = (
        first_look.look_at_file(file, brand.strip()) if file else first_look.look_at_hashtag(hashtag, Path.cwd(), brand.strip())
    )
    Console().print(look.shown)
    typer.echo(f"wrote {look.config}")
    from microinf_pipeline.orchestration import launch
    from microinf_pipeline.settings import load

    settings = load(look.config)
    code = launch.run(settings, look.nights, config=look.config)
    if code == 0:
        typer.echo(f"report   {settings.home / 'published' / 'report' / 'index.html'}")
        typer.echo(f"tables   {settings.home / 'published' / 'microinf.duckdb'}")
        typer.echo(f"next     correct {look.config}, then  microinf --config {look.config} run --night {look.nights[-1]}")
    raise typer.Exit(code)
