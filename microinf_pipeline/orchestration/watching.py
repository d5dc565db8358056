"""What a person sees while nights run: a progress bar on a terminal, plain lines elsewhere, errors in both.

Put here: showing. Keep out: what is going on (`launch` tells).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from microinf_pipeline.errors import MicroinfError

_STAGES_A_NIGHT = 7


class Display:
    """Plain lines: one a stage, with its rows and seconds."""

    is_watched = False

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._night = ""

    def night_began(self, night: date) -> None:
        self._night = night.isoformat()

    def stage_began(self, stage: str) -> None:
        """Nothing: a line is written when it ended."""

    def stage_ended(self, stage: str, rows: int, seconds: float) -> None:
        self._out.write(f"{self._night}  {stage:<18}{rows:>10,} rows  {seconds:6.1f} s\n")
        self._out.flush()

    def failed(self, error: MicroinfError) -> None:
        self._out.write(f"error: {error}\n")
        self._out.flush()


class Bar(Display):
    """A bar over all stages of all nights."""

    is_watched = True

    def __init__(self, out: TextIO, progress: Progress, task: TaskID) -> None:
        super().__init__(out)
        self._progress, self._task = progress, task

    def stage_began(self, stage: str) -> None:
        self._progress.update(self._task, description=f"{self._night} {stage}")

    def stage_ended(self, stage: str, rows: int, seconds: float) -> None:  # noqa: ARG002
        self._progress.advance(self._task)

    def failed(self, error: MicroinfError) -> None:
        self._progress.console.print(f"error: {error}", markup=False, highlight=False)


@contextmanager
def display_for(out: TextIO, nights: int) -> Iterator[Display]:
    """The display that suits where it is written to."""
    if not out.isatty():
        yield Display(out)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=out)) as progress:
        # a range is published once, so its nights have one stage less and the range one more
        total = _STAGES_A_NIGHT if nights == 1 else nights * (_STAGES_A_NIGHT - 1) + 1
        yield Bar(out, progress, progress.add_task("starting", total=total))
