"""What looking for copies costs: `python -m …bench.near_copies [--posts 1000000]`. All posts are invented and seeded.

Sentences of a vocabulary of 60,000 words drawn by Zipf's law, the common ones short, on 30 days. Of a million: 10,000 copies of one text, 10,000
fillings of one contest form, 5 % earlier posts with a word or two changed. Measured in one process, in this order: reading
the posts as JSON lines and writing them as Parquet (the yardstick); folding and signatures; looking for copies among all; and
the next night, 10,000 more posts beside the stored signatures. Put here: the posts and the clock. Keep out: whole nights.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from microinf_pipeline.features.folding import fold
from microinf_pipeline.features.signatures import signatures
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline_tests.copies_at_once import find_edges, name_clusters

_VOCABULARY = 60_000
_LETTERS = "eeeeaaaiiioootttnnnsssrrrhhlldduucmmfpgwybvkxjqz"
_START = datetime(2026, 3, 1)
_NEXT_NIGHT = 10_000


def invented(count: int, first: int, seed: int) -> pl.DataFrame:
    """network, post_id, title, text, person, created_at, posted_on."""
    rng = np.random.default_rng(seed)
    words = ["".join(_LETTERS[at] for at in rng.integers(0, len(_LETTERS), _letters(n))) for n in range(_VOCABULARY)]
    lengths = rng.integers(6, 30, count)
    drawn = rng.zipf(1.2, lengths.sum()) % _VOCABULARY
    ends = np.cumsum(lengths)
    texts = [" ".join(words[w] for w in drawn[end - n : end]) for n, end in zip(lengths, ends, strict=True)]
    for at in rng.choice(count, count // 20, replace=False):
        copied = texts[int(rng.integers(0, count))].split()
        copied[int(rng.integers(0, len(copied)))] = words[int(rng.integers(0, _VOCABULARY))]
        texts[at] = " ".join(copied)
    for at in rng.choice(count, count // 100, replace=False):
        texts[at] = "Our summer mug is back and we give away ten of them, follow us and tell a friend! #acme"
    for at in rng.choice(count, count // 100, replace=False):
        texts[at] = (
            f"I want to win the great summer mug because @friend_{rng.integers(10**6)} {words[int(rng.integers(0, _VOCABULARY))]} #acme"
        )
    seconds = rng.integers(0, 30 * 86_400, count) if first == 0 else rng.integers(29 * 86_400, 30 * 86_400, count)
    created = pl.Series([_START + timedelta(seconds=int(s)) for s in seconds], dtype=pl.Datetime("us"))
    people = pl.Series(rng.integers(0, max(count // 8, 50), count)).cast(pl.String)
    ids = pl.Series(range(first, first + count)).cast(pl.String)
    return pl.DataFrame({"post_id": ids, "text": texts, "person": people, "created_at": created}).with_columns(
        network=pl.lit("x"), title=pl.lit(None, pl.String), posted_on=pl.col("created_at").dt.date()
    )


def _letters(rank: int) -> int:
    """The commoner a word, the shorter (Zipf's law of abbreviation)."""
    return 2 + 2 * int(np.log10(rank + 1)) + rank % 3


class _Clock:
    """Tells wall seconds, CPU seconds and the highest memory of each step."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def tell(self, what: str, note: str = "") -> float:
        wall, cpu = time.monotonic() - self._wall, time.process_time() - self._cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{what:44} {wall:8.1f} s {cpu:8.1f} CPU s {peak:7,} MB  {note}\n")
        sys.stdout.flush()
        self._wall, self._cpu = time.monotonic(), time.process_time()
        return cpu


def main(count: int, folder: Path) -> None:
    """Measure and print."""
    lines, parquet = folder / "posts.ndjson", folder / "posts.parquet"
    invented(count, 0, seed=7).write_ndjson(lines)
    engine = DuckDBEngine.in_memory(memory_limit="1200MB", threads=2, spill=folder / "spill")
    clock = _Clock()
    engine.define_table("posts", f"SELECT * FROM read_json('{lines}', format = 'newline_delimited')", {})
    engine.query("SELECT 1 AS done")
    engine._db.execute(f"COPY posts TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")
    yardstick = clock.tell("reading and writing")
    signed = folder / "signed"
    signed.mkdir()
    _sign(engine, "posts", signed / "first.parquet")
    spent = clock.tell("folding and signatures")
    _look(engine, signed, parquet)
    spent += clock.tell("finding pairs", _pairs(engine))
    name_clusters(engine)
    spent += clock.tell("naming clusters", _found(engine))
    sys.stdout.write(f"{spent / yardstick:.1f} × reading and writing, goal 4\n")
    invented(_NEXT_NIGHT, count, seed=8).write_parquet(folder / "posts2.parquet")
    engine.define_table("posts", f"SELECT * FROM read_parquet('{folder / 'posts2.parquet'}')", {})
    clock.tell("(inventing the next night)")
    _sign(engine, "posts", signed / "second.parquet")
    engine.define_table("edges_of_before", "SELECT * FROM _copy_edges", {})
    _look(engine, signed, folder / "posts*.parquet", f"CAST(post_id AS BIGINT) >= {count}")
    clock.tell("pairs of the next night", _pairs(engine))
    engine.define_table("_copy_edges", "SELECT * FROM _copy_edges UNION ALL SELECT * FROM edges_of_before", {})
    name_clusters(engine)
    clock.tell(f"next night, {_NEXT_NIGHT:,} posts; goal 15 s", _found(engine))
    engine.close()


def _sign(engine: DuckDBEngine, posts: str, to: Path) -> None:
    kept = [
        pl.concat([batch.drop("text", "title"), signatures(fold(batch["text"]))], how="horizontal")
        for batch in engine.batches(f"SELECT network, post_id, posted_on, created_at, person, title, text FROM {posts}")
    ]
    pl.concat(kept).write_parquet(to)


def _look(engine: DuckDBEngine, signed: Path, written: Path, changed: str = "TRUE") -> None:
    engine.define_view("window_signatures", f"SELECT * FROM read_parquet('{signed}/*.parquet')", {})
    engine.define_view("copy_written", f"SELECT network, post_id, posted_on, title, text FROM read_parquet('{written}')", {})
    find_edges(engine, changed)


def _pairs(engine: DuckDBEngine) -> str:
    return f"{engine.query('SELECT count(*) FROM _copy_edges').item():,} pairs hold"


def _found(engine: DuckDBEngine) -> str:
    found = engine.query("SELECT count(*), count(DISTINCT cluster_id) FROM found_copies").row(0)
    return "{:,} posts in {:,} clusters".format(*found)


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--posts", type=int, default=1_000_000)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as made:
        main(asked.posts, Path(made))
