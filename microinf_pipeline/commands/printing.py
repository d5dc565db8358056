"""Printing sections on a terminal or into a pipe. Keep out: what they say (`night.telling`, `night.explaining`)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from microinf_pipeline.night.sections import Section

_PIPE_WIDTH = 400  # nothing is cut or wrapped in a file
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def show(sections: Iterable[Section], *, width: int = _PIPE_WIDTH) -> None:
    """Print sections to stdout; text is wrapped at the terminal's width, or in a pipe at `width`."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=width)
    for position, section in enumerate(sections):
        if position:
            console.print()
        console.print(Text(harmless(section.title), style="bold red" if section.is_alarm else "bold"))
        for line in section.lines:
            if width < _PIPE_WIDTH:
                console.print(Padding(Text(harmless(line)), (0, 0, 0, 2)))
            else:
                console.print(Text(f"  {harmless(line)}"), soft_wrap=True)
        if section.rows:
            console.print(_grid(section))


def _grid(section: Section) -> Table:
    grid = Table(box=None, show_header=bool(section.columns), header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    grid.add_column("")
    for name in section.columns or section.rows[0]:
        grid.add_column(harmless(name) if section.columns else "", overflow="fold")
    for row in section.rows:
        grid.add_row("", *(Text(harmless(cell)) for cell in row))
    return grid


def harmless(text: str) -> str:
    """Text of strangers without what would steer a terminal or turn the reading direction of the line."""
    return "".join("\ufffd" if c in _TURNS_TEXT or (unicodedata.category(c) == "Cc" and c != "\n") else c for c in text)
