"""From `microinf.yaml` to `Settings`, or to every problem in it at once.

Put here: finding the file, reading it, turning validation errors into problems with lines, hashing slices of it.
Keep out: what keys mean (`model`, `sources`) and rules across sections (`checks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings import environment
from microinf_pipeline.settings.checks import cross_problems
from microinf_pipeline.settings.fields import ENV_REFERENCE, Surroundings
from microinf_pipeline.settings.model import Settings
from microinf_pipeline.settings.problems import Path as KeyPath
from microinf_pipeline.settings.problems import Problem, written
from microinf_pipeline.settings.validating import Validated, touches, validate
from microinf_pipeline.settings.yaml_lines import Document, parse

FILE_NAME: Final = "microinf.yaml"
_REFERENCES: Final = ("brand", "brands", "competitor_of", "username")


@dataclass(frozen=True)
class Reading:
    """What a configuration file yielded: settings when it could be read, and every problem found."""

    path: Path
    settings: Settings | None
    problems: tuple[Problem, ...]
    document: Document

    def error(self) -> FixConfigurationError:
        """All problems as one error."""
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = [problem.told(self.path.name) for problem in self.problems]
        return FixConfigurationError(
            "\n".join([f"the configuration has {count}:", *lines]),
            where=str(self.path),
            fix="change these lines; docs/configuration.md describes every key",
        )


def find(config_option: Path | None) -> Path | None:
    """The configuration to use: `--config`, else MICROINF_CONFIG, else ./microinf.yaml, else none.

    Raises FixConfigurationError when a file is named that does not exist.
    """
    named = config_option or environment.named_config()
    if named is None:
        beside = Path.cwd() / FILE_NAME
        return beside if beside.is_file() else None
    if not named.is_file():
        asked_by = "--config" if config_option else environment.CONFIG_VARIABLE
        raise FixConfigurationError(
            "there is no such configuration file",
            where=f"{asked_by}: {named}",
            fix="name a file, or `microinf init DIR`",
        )
    return named.absolute()


def load(path: Path) -> Settings:
    """Read a configuration. Raises FixConfigurationError that lists every problem with its line."""
    reading = read(path)
    if reading.settings is None or reading.problems:
        raise reading.error()
    return reading.settings


def read(path: Path, environ: Mapping[str, str] | None = None) -> Reading:
    """Read a configuration without raising for its problems. Raises FixConfigurationError if it cannot be opened."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fix = "name a readable UTF-8 file"
        raise FixConfigurationError(f"cannot read the configuration: {error}", where=str(path), fix=fix) from error
    document = parse(text)
    around = Surroundings(path.absolute().parent, environment.variables() if environ is None else environ)
    if document.data is None and document.problems:
        return Reading(path, None, tuple(document.problems), document)
    validated = validate(document, around)
    problems = [*document.problems, *validated.problems]
    problems += _misplaced_variables(document, around, {p.where for p in problems})
    problems += _contradictions(validated, document)
    return Reading(path, validated.settings, tuple(sorted(problems)), document)


def _contradictions(validated: Validated, document: Document) -> list[Problem]:
    """Problems across sections, but for those that may only follow from a value that was set aside."""
    if validated.settings is None:
        return []
    found = ((validated.in_file(p, document.data), what, fix) for p, what, fix in cross_problems(validated.settings))
    return [
        Problem(document.line(path), written(path), what, fix)
        for path, what, fix in found
        if not touches(path, validated.set_aside) and not (path[-1] in _REFERENCES and validated.lacks("brands"))
    ]


def empty_settings() -> Settings:
    """What definitions load with when there is no configuration: no brands, no sources, home ./home."""
    return Settings.model_validate({}, context=Surroundings(Path.cwd(), {}))


def _misplaced_variables(document: Document, around: Surroundings, told: set[str]) -> list[Problem]:
    """`${…}` in a value that is neither a secret nor a path; not below a source whose type is itself wrong."""
    fix = "write the value itself; ${…} is for secrets and file paths"
    return [
        Problem(document.line(path), written(path), "a variable is not read here", fix)
        for path, text in _texts(document.data, ())
        if ENV_REFERENCE.search(text) and text not in around.variable_texts
        and not told & {written(path), written((*path[:2], "type"))}
    ]  # fmt: skip


def _texts(data: Any, path: KeyPath) -> Iterable[tuple[KeyPath, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))
