"""data_sha256 covers rows and nothing else: not chunks, row groups, encodings, or what lies under a NULL."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microinf_pipeline.catalog.model import Column, Layer, Stage, Table
from microinf_pipeline.storage.hashing import partition_sha256, sha256_of, table_sha256

TABLE = Table(
    "t",
    Layer.CORE,
    Stage.CLASSIFY,
    "A table of every type.",
    ("id",),
    (
        Column("id", "BIGINT", "Key."),
        Column("text", "VARCHAR", "Text."),
        Column("share", "DOUBLE", "Share."),
        Column("is_so", "BOOLEAN", "Flag."),
        Column("on_day", "DATE", "Day."),
        Column("at", "TIMESTAMP", "Moment."),
        Column("ran_at", "TIMESTAMP", "Differs between runs.", run_time=True),
        Column("inner", "VARCHAR", "Stays in the lake.", published=False),
    ),
)
SCHEMA: dict[str, Any] = {
    "id": pl.Int64, "text": pl.String, "share": pl.Float64, "is_so": pl.Boolean, "on_day": pl.Date, "at": pl.Datetime("us"),
    "ran_at": pl.Datetime("us"), "inner": pl.String,
}  # fmt: skip
ROW = (1, "één", 0.25, True, date(2026, 3, 1), datetime(2026, 3, 1, 12, 0, 0, 1), datetime(2026, 3, 2), "x")

ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1) | st.none(),
        st.text(max_size=30) | st.none(),
        st.floats(allow_nan=False, allow_infinity=False) | st.none(),
        st.booleans() | st.none(),
        st.dates() | st.none(),
        st.datetimes() | st.none(),
        st.none(),
        st.none(),
    ),
    max_size=40,
)


def _frame(rows: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _hash(path: Path, frame: pl.DataFrame, **how: Any) -> str:
    frame.write_parquet(path, **how)
    return partition_sha256(TABLE, path)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, cut=st.integers(0, 40), group=st.integers(1, 7))
def test_however_rows_are_written_they_have_one_hash(rows: list[Any], cut: int, group: int, tmp_path: Path) -> None:
    frame = _frame(rows)
    plain = _hash(tmp_path / "plain.parquet", frame)
    in_groups = tmp_path / "groups.parquet"
    pq.write_table(frame.to_arrow(), in_groups, row_group_size=group, compression="gzip", use_dictionary=group % 2 == 0)
    chunked = pl.concat([frame[:cut], frame[cut:]], rechunk=False)
    assert _hash(tmp_path / "chunks.parquet", chunked, compression="zstd", row_group_size=3) == plain
    assert partition_sha256(TABLE, in_groups) == plain


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", 2), ("id", None), ("text", "een"), ("text", ""), ("text", None), ("share", 0.2500000001), ("share", None), ("is_so", False),
        ("is_so", None), ("on_day", date(2026, 3, 2)), ("on_day", None), ("at", datetime(2026, 3, 1, 12)), ("at", None),
    ],
)  # fmt: skip
def test_any_other_value_has_another_hash(column: str, value: Any, tmp_path: Path) -> None:
    other = _frame([ROW]).with_columns(pl.lit(value, SCHEMA[column]).alias(column))
    assert _hash(tmp_path / "b.parquet", other) != _hash(tmp_path / "a.parquet", _frame([ROW]))


@pytest.mark.parametrize(("column", "value"), [("ran_at", datetime(2027, 1, 1)), ("inner", "y"), ("inner", None)])
def test_columns_outside_the_promise_do_not_matter(column: str, value: Any, tmp_path: Path) -> None:
    other = _frame([ROW]).with_columns(pl.lit(value, SCHEMA[column]).alias(column))
    assert _hash(tmp_path / "b.parquet", other) == _hash(tmp_path / "a.parquet", _frame([ROW]))


def test_values_do_not_flow_from_one_row_or_column_into_the_next(tmp_path: Path) -> None:
    pairs = [("ab", "c"), ("a", "bc"), ("", "abc"), (None, "abc")]
    hashes = {_hash(tmp_path / "t.parquet", _frame([(1, a, *ROW[2:]), (2, b, *ROW[2:])])) for a, b in pairs}
    assert len(hashes) == len(pairs)


def test_zero_has_no_sign(tmp_path: Path) -> None:
    zero, negative = _frame([(1, "a", 0.0, *ROW[3:])]), _frame([(1, "a", -0.0, *ROW[3:])])
    assert _hash(tmp_path / "a.parquet", zero) == _hash(tmp_path / "b.parquet", negative)


def test_text_beyond_one_arrow_chunk_is_hashed_whole(tmp_path: Path) -> None:
    long = [f"{n}" * 50_000 for n in range(40)]
    frame = _frame([(n, text, *ROW[2:]) for n, text in enumerate(long)])
    other = _frame([(n, text + ("" if n < 39 else "!"), *ROW[2:]) for n, text in enumerate(long)])
    as_views = tmp_path / "views.parquet"
    pq.write_table(
        frame.to_arrow().cast(
            pa.schema([(f.name, pa.large_string() if f.name == "text" else f.type) for f in frame.to_arrow().schema])
        ),
        as_views,
    )
    assert partition_sha256(TABLE, as_views) == _hash(tmp_path / "a.parquet", frame, row_group_size=1)
    assert _hash(tmp_path / "b.parquet", other) != partition_sha256(TABLE, as_views)


def test_a_tables_hash_is_that_of_its_partitions_in_order() -> None:
    partitions = {f"2026-0{n}": sha256_of([str(n)]) for n in range(1, 7)}
    shuffled = list(partitions.items())
    random.Random(1).shuffle(shuffled)
    assert table_sha256(dict(shuffled)) == table_sha256(partitions)
    assert table_sha256({**partitions, "2026-01": "another"}) != table_sha256(partitions)
    assert table_sha256({**partitions, "2026-09": "more"}) != table_sha256(partitions)


def test_lists_of_texts_do_not_run_into_each_other() -> None:
    assert sha256_of(["ab", "c"]) != sha256_of(["a", "bc"])
    assert sha256_of([]) != sha256_of([""])
