"""Keeping the lake small: partitions of many files become one, files nobody names go.

Put here: what may be removed. Keep out: expiry and erasure, which remove rows.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.lake import Candidate


def forget_unused(lake: Path, kept: Collection[str] = ()) -> int:
    """Delete table files that neither the accepted state nor `kept` names. Snapshots hold links of their own."""
    named = states.load(lake).files() | set(kept)
    removed = 0
    for name in TABLES:
        for path in (lake / name).glob("*.parquet"):
            if str(path.relative_to(lake)) not in named:
                path.unlink()
                removed += 1
    return removed


#: What is written to be renamed: `.NAME.PID` (`state.replace_file`, publish), `.incoming-NIGHT-ATTEMPT` (raw).
_ASIDE = re.compile(r"\..+\.\d+|\.incoming-.+")


def forget_half_written(home: Home) -> int:
    """Delete what killed runs left aside. Needs the home's lock."""
    built = list(home.snapshots.glob(".building-*"))
    for folder in built:
        shutil.rmtree(folder)
    named = [home.path.glob(".*"), *(folder.rglob(".*") for folder in (home.lake, home.contests, home.secrets))]
    aside = [path for paths in named for path in paths if _ASIDE.fullmatch(path.name)]
    for path in aside:
        path.unlink()
    return len(built) + len(aside)


def merge_small(lake: Path, engine: Engine) -> int:
    """Make one file of every partition that has several. Rows, order and hashes of published tables stay."""
    candidate = Candidate(lake)
    merged = 0
    for name, table in TABLES.items():
        for key, partition in candidate.before.partitions(name).items():
            if len(partition.files) > 1:
                candidate.merge_partition(engine, table, key)
                merged += 1
    if merged:
        candidate.promote(candidate.state)
    return merged
