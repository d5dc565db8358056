"""The checks of `microinf doctor`: what would stop a night, found before the night.

Put here: checks of the machine and of the files a configuration names. Keep out: checks of the configuration itself
(`settings`), what is said of network sources (`doctor_networks`); nothing here changes anything or takes the lock.
"""

from __future__ import annotations

import csv
import glob
import importlib.metadata
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from microinf_pipeline import clock
from microinf_pipeline.commands.doctor_networks import credentials, network_notes
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.people.niche import load_taxonomy
from microinf_pipeline.settings import Settings, read
from microinf_pipeline.settings.fields import nearest
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.inputs import INPUT_FILES
from microinf_pipeline.settings.problems import Path as KeyPath
from microinf_pipeline.settings.problems import Problem, written
from microinf_pipeline.storage import tombstones
from microinf_pipeline.storage.home import Home

PYTHON: Final = (3, 11)
NEEDED: Final = {
    "dagster": (1, 13),
    "dagster-webserver": (1, 13),
    "duckdb": (1, 5),
    "polars": (2, 0),
    "great-expectations": (1, 15),
}
#: A night writes raw, observations and tables: three times what it reads, and never less than this.
INPUT_FACTOR: Final = 3
LEAST_FREE: Final = 500 * 1024**2

Finding = tuple[KeyPath, str, str]


@dataclass
class Findings:
    """Lines to print: what is fine, what is worth knowing, what must be fixed."""

    fine: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def examine(config: Path) -> Findings:
    """Every check on one configuration file. Raises FixConfigurationError if the file cannot be opened."""
    reading = read(config)
    findings = Findings()
    problems = list(reading.problems)
    if not problems:
        findings.fine.append(f"configuration {config}")
        findings.fine += credentials(reading.settings) if reading.settings is not None else ()
    settings = reading.settings
    if settings is not None:
        headers = list(_inputs(settings))
        rows = _refused_rows(settings, {path for path, _, _ in headers})
        found = [*headers, *rows, *_niches(settings), *_source_paths(settings, findings), *_home(settings, findings)]
        found += _erasures(settings)
        problems += [Problem(reading.document.line(p), written(p), what, fix) for p, what, fix in found]
        findings.notes += [*_worth_knowing(settings), *network_notes(settings)]
    findings.problems = [p.told(config.name) for p in sorted(problems)]
    findings.problems += list(_versions(findings))
    return findings


def _versions(findings: Findings) -> Iterator[str]:
    have = f"python {sys.version_info.major}.{sys.version_info.minor}"
    if sys.version_info[:2] < PYTHON:
        yield f"{have} is too old (install Python {PYTHON[0]}.{PYTHON[1]} or newer)"
    found = [have]
    for name, least in NEEDED.items():
        wanted = ".".join(map(str, least))
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield f"{name} is not installed (install the pinned set: pip install -c constraints.txt .)"
            continue
        found.append(f"{name} {version}")
        if _numbers(version) < least:
            yield f"{name} {version} is older than {wanted} (install the pinned set: pip install -c constraints.txt .)"
    findings.fine.append("versions " + ", ".join(found))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _inputs(settings: Settings) -> Iterator[Finding]:
    for key, described in INPUT_FILES.items():
        path: Path | None = getattr(settings.inputs, key)
        if path is None:
            continue
        where: KeyPath = ("inputs", key)
        if not path.is_file():
            yield where, f"there is no file {path}", "correct the path, or remove the key"
            continue
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                columns = next(csv.reader(file), [])
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            yield where, f"{path.name} cannot be read: {error}", "save it as CSV in UTF-8"
            continue
        for column in described.required:
            if column not in columns:
                close = nearest(column, [c for c in columns if c not in described.columns])
                hint = f"; is it '{close}'?" if close else ""
                yield where, f"{path.name} lacks the column '{column}'{hint}", f"columns: {', '.join(described.columns)}"


def _refused_rows(settings: Settings, told: set[KeyPath]) -> Iterator[Finding]:
    """Rows of the lists that a night would refuse; a list whose header is wrong was told already."""
    from microinf_pipeline.night.lists.judged_inputs import refused_inputs

    for key, error in refused_inputs(settings):
        if ("inputs", key) not in told:
            yield ("inputs", key), f"{Path(error.where).name}: {error.what}", error.fix


def _niches(settings: Settings) -> Iterator[Finding]:
    if settings.niches is not None:
        try:
            load_taxonomy(settings.niches)
        except FixConfigurationError as error:
            yield ("niches",), error.what, error.fix


def _source_paths(settings: Settings, findings: Findings) -> Iterator[Finding]:
    for index, source in enumerate(settings.sources):
        if not isinstance(source, FileSource):
            continue
        folder, matches = _folder(source.path), _matching(source.path)
        if not folder.is_dir():
            yield ("sources", index, "path"), f"there is no folder {folder}", "correct the path"
        elif not matches:
            findings.notes.append(f"source {source.name}: no file matches {source.path} yet")
        else:
            refused = _refused_plan(source, matches[-1])
            if refused is not None:
                yield ("sources", index), refused.what, refused.fix
            findings.fine.append(f"source {source.name}: {len(matches)} {'file' if len(matches) == 1 else 'files'}")


def _refused_plan(source: FileSource, file: Path) -> FixConfigurationError | None:
    """Why the newest file by name could not be read as configured: a column that is not there, SQL that is refused."""
    from microinf_pipeline.sources.files.detect import inspect
    from microinf_pipeline.sources.files.plan import plan_posts, plan_profiles
    from microinf_pipeline.sources.files.spec import FileSourceSpec

    plan = plan_posts if source.holds == "posts" else plan_profiles
    try:
        plan(FileSourceSpec.from_mapping(source.as_given()), [inspect(file, file.name, source.name)], clock.last_closed_night())
    except FixConfigurationError as error:
        return error
    return None


def _matching(pattern: Path) -> list[Path]:
    folder = _folder(pattern)
    return sorted(path for path in folder.glob(str(pattern.relative_to(folder))) if path.is_file())


def _folder(pattern: Path) -> Path:
    """The deepest folder above every wildcard of a pattern."""
    plain = [part for part in pattern.parents if not glob.has_magic(str(part))]
    return plain[0]


def _home(settings: Settings, findings: Findings) -> Iterator[Finding]:
    home, where = settings.home, ("home",)
    existing = next(p for p in (home, *home.parents) if p.exists())
    if not existing.is_dir():
        yield where, f"{existing} is not a folder", "name another home"
        return
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        yield where, f"{existing} cannot be written: {error.strerror}", "give the user of this process the right to write"
        return
    other = [p.name for p in existing.iterdir() if p.stat().st_dev != existing.stat().st_dev] if existing == home else []
    if other:
        yield (
            where,
            f"{', '.join(sorted(other))} lie on another file system",
            "keep the whole home on one: files are swapped by name",
        )
    free, need = shutil.disk_usage(existing).free, max(LEAST_FREE, INPUT_FACTOR * _input_bytes(settings))
    if free < need:
        yield where, f"{_size(free)} are free, a night may need {_size(need)}", "free space, or move the home"
    findings.fine.append(f"home {home}: {_size(free)} free")


def _input_bytes(settings: Settings) -> int:
    paths = {p for s in settings.sources if isinstance(s, FileSource) for p in _matching(s.path)}
    return sum(p.stat().st_size for p in paths)


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GB" if count >= 1024**3 else f"{count / 1024**2:.0f} MB"


def _erasures(settings: Settings) -> Iterator[Finding]:
    """People were erased: the key must be there, and no erasure may have stayed half done."""
    home = Home(settings.home)
    try:
        held = tombstones.load(home) if home.tombstones.exists() else None
    except FixConfigurationError as error:
        yield ("home",), f"{error.what} ({error.where})", error.fix
        return
    for stone in held.stones if held else ():
        if not stone.finished:
            yield ("home",), f"an erasure on {stone.network}, asked for {stone.at}, was not finished", "run that forget again"


def _worth_knowing(settings: Settings) -> Iterator[str]:
    if not settings.brands:
        yield "no brands: nothing will count as a mention"
    if not settings.sources:
        yield "no sources: a night captures nothing"
