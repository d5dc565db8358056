"""The kept files of a capture, staged one after the other: those that have rows of the night and can be read.

Put here: which files are read, and what is said of one that cannot be. Keep out: what becomes of their rows (`observing`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.named_nights import NamedNights
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.sources import file_spec, read_plans
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.sources.files.detect import inspect
from microinf_pipeline.sources.files.plan import STAGING, ReadPlan
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.storage.raw import Capture, Manifest, RawFile


def staged_files(
    run: NightRun, source: FileSource, capture: Capture, manifest: Manifest, failures: list[str]
) -> Iterator[ReadPlan]:
    """The plan of each file while its rows are staged. What is wrong with a file that cannot be read joins `failures`."""
    spec = file_spec(source)
    named = NamedNights(run.home.raw / source.name / "nights.json", spec)
    for file in manifest.files:
        path = capture.kept_path(file)
        if spec.nights_by_row and named.has_none_of(path.name, capture.night):
            continue
        folder = run.home.spill / f"parts-{file.sha256[:16]}"
        try:
            plan = _staged(run, spec, capture, file, folder, failures)
            if plan is not None and plan.nights_sql is not None:
                named.remember(path.name, run.engine.query(plan.nights_sql)["night"])
            if plan is not None:
                yield plan
        finally:
            run.engine.drop(STAGING)
            shutil.rmtree(folder, ignore_errors=True)


def _staged(
    run: NightRun, spec: FileSourceSpec, capture: Capture, file: RawFile, folder: Path, failures: list[str]
) -> ReadPlan | None:
    path = capture.kept_path(file)
    shutil.rmtree(folder, ignore_errors=True)  # parts of a run that was killed
    try:
        (plan,) = read_plans(spec, [inspect(path, file.name, spec.name, file.sha256)], capture.night)
        run.engine.stage(STAGING, path, plan.fast_sql, plan.careful_sql, plan.prepare, folder)
    except FixConfigurationError as error:
        told = error.where or f"source {spec.name}, file {file.name}"
        failures.append(str(FixConfigurationError(error.what, where=told, fix=error.fix)))
        return None
    return plan
