"""The generated pages of docs/. `python -m microinf_pipeline_tests.house.pages` (`make docs`) writes them."""

from __future__ import annotations

import re
import subprocess
import sys

from microinf_pipeline.catalog.tables import PUBLISHED
from microinf_pipeline.reporting import dictionary
from microinf_pipeline.settings import reference
from microinf_pipeline_tests.house.source import ROOT

_COMMAND_LINE = [sys.executable, "-m", "typer", "microinf_pipeline.cli", "utils", "docs", "--name", "microinf"]


def command_line() -> str:
    """Every command's `--help` on one page."""
    told = subprocess.run(_COMMAND_LINE, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    # typer's list of commands cuts their descriptions short; the sections below it have them whole
    whole = re.sub(r"\*\*Commands\*\*:\n\n(\* .*\n)+\n", "", told)
    return whole.replace("# `microinf`", "# The command `microinf`", 1).strip() + "\n"


def rendered() -> dict[str, str]:
    """The text of every generated page, by its name in docs/."""
    return {
        "cli.md": command_line(),
        "configuration.md": reference.render(),
        "dictionary.md": dictionary.render(PUBLISHED),
    }


if __name__ == "__main__":
    for name, text in rendered().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote docs/{name}\n")
