"""Every byte of a home, also of packed files, searched for words: what an erasure must have left none of."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl
import zstandard


def places_of(home: Path, words: Sequence[str]) -> list[str]:
    """'file: word' for every word a file of the home holds, in any case."""
    found = []
    for path in sorted(p for p in home.rglob("*") if p.is_file() and not p.is_symlink()):
        texts = [text.lower() for text in _contents(path)]
        found += [f"{path.relative_to(home)}: {word}" for word in words if any(word.lower() in text for text in texts)]
    return found


def _contents(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    yield content.decode("latin-1")
    yield content.decode("utf-8", errors="ignore")
    if path.suffix == ".zst":
        yield zstandard.ZstdDecompressor().stream_reader(content).read().decode(errors="replace")
    elif path.suffix == ".gz":
        yield gzip.decompress(content).decode(errors="replace")
    elif path.suffix == ".parquet":
        yield pl.read_parquet(path).write_ndjson()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
                yield connection.execute(f'SELECT * FROM "{table}"').pl().write_ndjson()
