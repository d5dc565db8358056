"""Text of strangers is printed without steering the terminal; a pipe gets whole lines."""

from __future__ import annotations

import pytest

from microinf_pipeline.commands.printing import harmless, show
from microinf_pipeline.night.sections import Section


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("plain, Ümlaut, 日本, 👩‍🍳", "plain, Ümlaut, 日本, 👩‍🍳"),
        ("two\nlines", "two\nlines"),
        ("red \x1b[31m alert \x07", "red \ufffd[31m alert \ufffd"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
    ],
)
def test_what_would_steer_a_terminal_is_replaced(written: str, printed: str) -> None:
    assert harmless(written) == printed


def test_markup_in_text_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    show([Section("[bold]T[/bold]", ("[red]line[/red]",), ("a",), (("[link=x]cell[/link]",),))])
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == [
        "[bold]T[/bold]",
        "[red]line[/red]",
        "a",
        "[link=x]cell[/link]",
    ]


def test_long_lines_reach_a_pipe_uncut(capsys: pytest.CaptureFixture[str]) -> None:
    show([Section("T", ("x" * 900,), (), (("name", "y" * 200),))])
    out = capsys.readouterr().out
    assert "x" * 900 in out
    assert "y" * 200 in out
