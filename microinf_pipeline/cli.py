"""The command `microinf`: which commands there are, how errors are told, what it exits with.

Put here: the table of commands and the handling of errors. Keep out: what a command does (`commands`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer
from typer.core import TyperGroup

from microinf_pipeline import __version__
from microinf_pipeline.commands import contest, nights, people, project
from microinf_pipeline.commands.session import Session
from microinf_pipeline.errors import MicroinfError

_EXIT_CODES = """
Exit codes: 0 done · 2 configuration or usage · 3 a gate stopped the night · 4 a required source failed ·
5 refused by a policy, or a draw is · 6 another run holds the home · 1 unexpected.
"""


def global_options_first(arguments: list[str]) -> list[str]:
    """The same call with `--config F` and `--debug` before the command, wherever they stood."""
    front: list[str] = []
    rest = list(arguments)
    position = 0
    while position < len(rest) and rest[position] != "--":
        name = rest[position].partition("=")[0]
        if name not in ("--config", "--debug"):
            position += 1
            continue
        width = 2 if rest[position] == "--config" else 1
        front += rest[position : position + width]
        del rest[position : position + width]
    return front + rest


class _Anywhere(TyperGroup):
    """Accepts the global options after the command as well."""

    def __call__(self, args: list[str] | None = None, **extra: object) -> object:
        given = sys.argv[1:] if args is None else args
        return super().__call__(global_options_first(list(given)), **extra)


app = typer.Typer(
    cls=_Anywhere,
    name="microinf",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Who talks about a brand, who of them is worth working with, and whether it pays." + "\n\n" + _EXIT_CODES,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"microinf {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(metavar="F", help="Configuration. Default: MICROINF_CONFIG, else ./microinf.yaml.")
    ] = None,
    _debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    context.obj = Session(config_option=config)


for _command in (
    project.init, project.try_, project.doctor, nights.plan, nights.run, nights.replay, nights.rebuild, nights.accept,
    nights.publish, nights.report, nights.status, nights.clean, nights.explain, people.forget, contest.draw,
    project.dictionary, project.ui,
):  # fmt: skip
    app.command(_command.__name__.rstrip("_"))(_command)


def _tell(error: MicroinfError) -> None:
    sys.stderr.write(f"error: {error}\n")


def _unexpected(kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
    """What the interpreter calls before it ends with 1."""
    sys.stderr.write(f"error: unexpected {kind.__name__}: {error}\n  fix:   run again with --debug and report the traceback\n")


def main() -> None:
    """Run the command line; ends the process with the exit codes of the README."""
    debug = "--debug" in sys.argv[1:]
    if not debug:
        sys.excepthook = _unexpected
    try:
        typer.main.get_command(app)()
    except MicroinfError as error:
        if debug:
            raise
        _tell(error)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
