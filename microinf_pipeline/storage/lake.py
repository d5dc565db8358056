"""A home's lake: reads through the pointer, and a candidate state that a night fills before it is promoted."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.catalog.model import Table
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.disk import writing
from microinf_pipeline.storage.hashing import partition_sha256, sha256_of
from microinf_pipeline.storage.partitions import WHOLE, is_by_night, month_in, month_of, night_of
from microinf_pipeline.storage.state import LakeFile, NightRecord, Partition, State


class Candidate:
    """The state a night proposes: the accepted one with some partitions replaced. Nothing counts until `promote`."""

    def __init__(self, lake: Path, *, older: bool = False) -> None:
        self.lake = lake
        self.before = states.load(lake, older=older)
        self.state = self.before
        self._written: list[str] = []

    def write_model(
        self, engine: Engine, table: Table, sql: str, params: Mapping[str, Any], months: Collection[str] | None
    ) -> int:
        """Run a model and put its rows in place of the months' (or the whole table's). Returns rows written."""
        wanted = None if months is None else sorted(months)
        files = engine.write(table, sql, params, wanted, self.lake / table.name)
        replaced: dict[str, Partition | None] = dict.fromkeys(
            wanted or ([WHOLE] if table.partition_by is None else self._keys(table))
        )
        with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
            hashes = dict(zip(files, pool.map(lambda file: partition_sha256(table, file[0]), files.values()), strict=True))
        replaced |= {key: self._partition(table, path, rows, hashes[key]) for key, (path, rows) in files.items()}
        self.state = self.state.with_partitions(table.name, replaced)
        return sum(rows for _, rows in files.values())

    def write_frame(self, table: Table, key: str, frame: pl.DataFrame) -> None:
        """Put a frame's rows in a partition of their own name, beside the others."""
        if frame.is_empty():
            return
        path = self.lake / table.name / f"{key.replace('/', '-')}-{uuid.uuid4().hex[:12]}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = frame.select(table.column_names)
        if table.published:  # the order of others matters to no reader and no hash
            kept = kept.sort(table.sort_order, nulls_last=False, maintain_order=True)
        with writing(path):
            kept.write_parquet(path, compression="zstd", compression_level=1, statistics=True)
        part = self._partition(table, path, frame.height, partition_sha256(table, path))
        old = self.state.partitions(table.name).get(key)
        if old is not None:
            part = Partition(
                (*old.files, *part.files), old.rows + part.rows, sha256_of((old.sha256, part.sha256)) if part.sha256 else ""
            )
        self.state = self.state.with_partitions(table.name, {key: part})

    def replace_whole(self, table: Table, frame: pl.DataFrame) -> None:
        """Put a frame in place of all rows of a table."""
        self.state = self.state.with_partitions(table.name, dict.fromkeys(self._keys(table)))
        self.write_frame(table, WHOLE, frame)

    def merge_partition(self, engine: Engine, table: Table, key: str) -> None:
        """Rewrite a partition's files as one, its hash unchanged: it covers the same rows in the same order."""
        old = self.state.partitions(table.name)[key]
        groups: dict[str, list[Path]] = {}
        for file in old.files:
            groups.setdefault(file.schema, []).append(self.lake / file.path)
        engine.register_files("being_merged", table.columns, [(self.state.schemas[s], f) for s, f in sorted(groups.items())])
        frame = engine.query("SELECT * FROM being_merged")
        self.state = self.state.with_partitions(table.name, {key: None})
        self.write_frame(table, key, frame)
        new = self.state.partitions(table.name)[key]
        self.state = self.state.with_partitions(table.name, {key: Partition(new.files, new.rows, old.sha256)})

    def drop_nights(self, table: Table, nights: Iterable[str]) -> None:
        """Forget what those nights delivered to a table."""
        gone = set(nights)
        keys = [k for k in self._keys(table) if night_of(k) in gone]
        self.state = self.state.with_partitions(table.name, dict.fromkeys(keys))

    def set_hashes(self, hashes: Mapping[str, tuple[str, str]]) -> None:
        for name, (code, config) in hashes.items():
            self.state = self.state.with_hashes(name, code, config)

    def record_night(self, night: str, record: NightRecord) -> None:
        """Remember a night as accepted."""
        self.state = self.state.with_night(night, record)

    def promote(self, state: State) -> None:
        """Accept: all tables together."""
        states.promote(self.lake, state, self._written)
        self.before = self.state = state
        self._written = []

    def keep_aside(self) -> State:
        """The proposed state with its files safely on disk, for a publication alone: it never becomes the accepted one."""
        states.make_durable(self.lake, self._written)
        self._written = []
        return self.state

    def register(
        self, engine: Engine, table: Table, months: Collection[str] | None = None, *, view: str = "",
        nights: Collection[str] | None = None, accepted: bool = False,
    ) -> None:  # fmt: skip
        """Make a table's rows readable under its name (or `view`): of some months, of some nights, or all."""
        state = self.before if accepted else self.state
        partitions = state.partitions(table.name)
        keys = [k for k in partitions if _shown(table, k, months, nights)]
        by_schema: dict[str, list[Path]] = {}
        for key in keys:
            for file in partitions[key].files:
                by_schema.setdefault(file.schema, []).append(self.lake / file.path)
        groups: Sequence[tuple[tuple[str, ...], Sequence[Path]]] = [
            (state.schemas[s], files) for s, files in sorted(by_schema.items())
        ]
        engine.register_files(view or table.name, table.columns, groups)

    def rows_of(self, table: Table) -> int:
        """Rows of a table in the proposed state."""
        return sum(p.rows for p in self.state.partitions(table.name).values())

    def months(self, table: Table) -> set[str]:
        """Months a table has rows in."""
        return {month_in(k) for k in self._keys(table) if k != WHOLE}

    def _keys(self, table: Table) -> list[str]:
        return list(self.state.partitions(table.name))

    def _partition(self, table: Table, path: Path, rows: int, sha256: str) -> Partition:
        schema = sha256_of(f"{c.name} {c.type}" for c in table.columns)[:12]
        if schema not in self.state.schemas:
            self.state = self.state.with_schemas({schema: table.column_names})
        relative = str(path.relative_to(self.lake))
        self._written.append(relative)
        return Partition((LakeFile(relative, rows, path.stat().st_size, schema),), rows, sha256)


def _shown(table: Table, key: str, months: Collection[str] | None, nights: Collection[str] | None) -> bool:
    if nights is not None and is_by_night(table) and night_of(key) not in nights:
        return False
    return months is None or key == WHOLE or month_in(key) in months


def months_of_days(days: Iterable[Any]) -> set[str]:
    """Months the days lie in."""
    return {month_of(day) for day in days}
