"""A night in a process of its own that is watched at every write: it is killed at one of them, or shows the folder at each.

A write point is a file opened for writing, renamed, linked or removed, a folder made or removed (told by the
interpreter's audit events), a Parquet file the engines have half written, a table of the published file.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from microinf_pipeline.night import publishing, stages
from microinf_pipeline.night.run import open_run
from microinf_pipeline.settings import load
from microinf_pipeline.storage import database_file
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.home import Home

#: Audit event → positions of the path it changes and of the folder it is relative to (None = the event has none).
_CHANGES = {
    "os.rename": (1, 3),
    "os.link": (1, 3),
    "os.symlink": (1, 2),
    "os.remove": (0, 1),
    "os.rmdir": (0, 1),
    "os.mkdir": (0, 2),
}

AtPoint = Callable[[int, Path | None], None]


class Watch:
    """Counts the write points below a folder and calls `at_point(number, half written file)` at each, before it happens."""

    def __init__(self, folder: Path, at_point: AtPoint) -> None:
        self.folder, self.at_point = str(folder), at_point
        self.points = 0
        self._looking = False

    def install(self) -> None:
        """From now on, for the rest of this process."""
        sys.addaudithook(self._heard)
        native = pl.DataFrame.write_parquet
        engine_copy = DuckDBEngine._copy
        create = database_file._fill

        def write_parquet(frame: pl.DataFrame, file: Any, **options: Any) -> None:
            native(frame, file, **options)
            self._reached(Path(file))

        def copy(engine: DuckDBEngine, *given: Any, **named: Any) -> tuple[Path, int]:
            path, rows = engine_copy(engine, *given, **named)
            self._reached(path)
            return path, rows

        def create_and_tell(*given: Any, **named: Any) -> None:
            create(*given, **named)
            self._reached(None)

        pl.DataFrame.write_parquet = write_parquet  # type: ignore[method-assign,assignment]
        DuckDBEngine._copy = copy  # type: ignore[method-assign,assignment]
        database_file._fill = create_and_tell

    def _heard(self, event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = given
            is_write = (
                any(c in mode for c in "wax+")
                if isinstance(mode, str)
                else bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            )
            relative_to = -1
        elif event in _CHANGES:
            position, folder_at = _CHANGES[event]
            path, is_write = given[position], True
            relative_to = given[folder_at] if len(given) > folder_at else -1
        else:
            return
        if is_write and self._is_inside(path, relative_to):
            self._reached(None)

    def _is_inside(self, path: Any, relative_to: int) -> bool:
        if not isinstance(path, str | os.PathLike):
            return False
        base = str(Path(f"/proc/self/fd/{relative_to}").readlink()) if relative_to >= 0 else ""
        return os.path.join(base, os.fspath(path)).startswith(self.folder)  # noqa: PTH118

    def _reached(self, half_written: Path | None) -> None:
        if self._looking:
            return
        self._looking = True
        self.points += 1
        self.at_point(self.points, half_written)
        self._looking = False


def run_and_publish(config: Path, night: str, threads: int = 1) -> None:
    """The course of `microinf run` for one night: locked, run, published. One thread: writes come in one order."""
    settings = load(config)
    home = Home(settings.home)
    with home.locked(night):
        engine = DuckDBEngine.in_memory(memory_limit="1GB", threads=threads, spill=home.spill)
        stages.run_all(open_run(settings, engine, [date.fromisoformat(night)]))
        publishing.publish(settings)


def die_at(config: Path, night: str, point: int) -> None:
    """Run the night and be killed at its point-th write (0 = never)."""

    def kill(number: int, half_written: Path | None) -> None:
        if number == point:
            if half_written is not None:
                os.truncate(half_written, half_written.stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    Watch(config.parent, kill).install()
    run_and_publish(config, night)


def show_all(config: Path, night: str, shown: Path) -> None:
    """Run the night, and leave in `shown`/<point> what a kill at each point would have left."""

    def show(number: int, half_written: Path | None) -> None:
        shutil.copytree(config.parent / "home", shown / f"{number:04d}", symlinks=True, copy_function=_linked_or_copied)

    Watch(config.parent, show).install()
    run_and_publish(config, night)


def _linked_or_copied(source: str, target: str) -> str:
    """Files that are written once are linked, others copied."""
    if source.endswith(".parquet") or (source.endswith(".duckdb") and "/.building" not in source):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
    return target


def in_a_process(run: Callable[..., None], *given: Any) -> int:
    """Run a function of a module in a fresh process; its exit code, or minus the signal that ended it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "great_expectations", "pandas"])
    process = context.Process(target=run, args=given)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode
