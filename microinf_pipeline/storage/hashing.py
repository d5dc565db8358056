"""data_sha256: the same rows give the same hash, whatever wrote them.

A partition's hash runs over its rows in the table's order, column by column in catalogue order; a table's over its
partitions' hashes in order. Columns that differ between runs, or stay in the lake, are left out (interface, rules of
time 9).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from microinf_pipeline.catalog.model import Column, Table


def hashed_columns(table: Table) -> tuple[Column, ...]:
    """The columns the promise covers."""
    return tuple(c for c in table.columns if c.published and not c.run_time)


def partition_sha256(table: Table, path: Path) -> str:
    """Hash of one partition file; '' for a table the promise does not cover."""
    columns = hashed_columns(table)
    if not table.published or not columns:
        return ""
    digest = hashlib.sha256()
    reader = pq.ParquetFile(path, memory_map=True)
    for column in columns:
        digest.update(f"{column.name}:{column.type}\n".encode())
        whole = reader.read(columns=[column.name]).column(0).combine_chunks()
        for array in whole.chunks if isinstance(whole, pa.ChunkedArray) else [whole]:
            _update(digest, array)
    return digest.hexdigest()


def table_sha256(partitions: Mapping[str, str]) -> str:
    """Hash of a table from its partitions' hashes."""
    return hashlib.sha256("\n".join(f"{key} {value}" for key, value in sorted(partitions.items())).encode()).hexdigest()


def sha256_of(texts: Iterable[str]) -> str:
    """Hash of an ordered list of texts (code, configuration)."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def _update(digest: hashlib._Hash, array: pa.Array) -> None:
    """Feed an array so that neither chunk borders, nor offsets, nor what lies under a NULL, matter."""
    digest.update(pc.is_valid(array).to_numpy(zero_copy_only=False).astype(np.uint8).tobytes())
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        filled = pc.fill_null(array.cast(pa.large_string()), "")
        digest.update(pc.binary_length(filled.cast(pa.large_binary())).to_numpy(zero_copy_only=False).astype("<i8").tobytes())
        digest.update(_text_bytes(filled))
    elif pa.types.is_boolean(array.type):
        digest.update(pc.fill_null(array, False).to_numpy(zero_copy_only=False).astype(np.uint8).tobytes())
    elif pa.types.is_floating(array.type):
        digest.update((pc.fill_null(array, 0.0).to_numpy(zero_copy_only=False).astype("<f8") + 0.0).tobytes())
    else:
        numbers = array.cast(pa.int32()) if pa.types.is_date32(array.type) else array
        digest.update(pc.fill_null(numbers.cast(pa.int64()), 0).to_numpy(zero_copy_only=False).astype("<i8").tobytes())


def _text_bytes(filled: pa.LargeStringArray) -> bytes:
    _, offsets, data = filled.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, dtype="<i8")[filled.offset : filled.offset + len(filled) + 1]
    return memoryview(data)[ends[0] : ends[-1]].tobytes() if len(ends) else b""
