"""A first configuration: a commented `microinf.yaml` and the input CSVs with their headers.

Put here: what `microinf init` writes. Keep out: guessing a configuration from data (`night.first_look`).
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings.inputs import INPUT_FILES
from microinf_pipeline.settings.load import FILE_NAME


def starter_text() -> str:
    """The commented configuration, with every input file at `inputs/<key>.csv`."""
    template = (files("microinf_pipeline.settings") / "starter.yaml").read_text(encoding="utf-8")
    width = max(len(key) for key in INPUT_FILES) * 2 + len(": inputs/.csv")
    lines = [f"  {f'{key}: inputs/{key}.csv':<{width}}  # {file.meaning}" for key, file in INPUT_FILES.items()]
    return template.replace("@INPUTS@", "\n".join(lines))


def write_starter(directory: Path) -> list[Path]:
    """Write the files of a new project; the paths written, in order.

    Raises FixConfigurationError, before anything is written, if one of them exists already.
    """
    contents = {directory / FILE_NAME: starter_text()}
    contents |= {directory / "inputs" / f"{k}.csv": ",".join(f.columns) + "\n" for k, f in INPUT_FILES.items()}
    there = [path for path in contents if path.exists()]
    if there:
        raise FixConfigurationError(
            "these files exist already, nothing was written",
            where=", ".join(str(path) for path in there),
            fix="name another directory, or move them away",
        )
    for path, text in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return list(contents)
