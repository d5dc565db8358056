"""How single values read, and what a section of a frame leaves out."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from microinf_pipeline.night.sections import Section, facts, said, size, table


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"), (True, "yes"), (False, "no"), (0, "0"), (1234567, "1,234,567"), (0.5, "0.5"), (12345.0, "12,345"),
        (date(2026, 9, 1), "2026-09-01"), (datetime(2026, 9, 1, 5, 48, 8), "2026-09-01 05:48:08"), ("text", "text"),
    ],
)  # fmt: skip
def test_a_value_reads_as_people_write_it(value: object, words: str) -> None:
    assert said(value) == words


def test_a_table_leaves_out_columns_that_are_wholly_unknown() -> None:
    frame = pl.DataFrame({"night": ["a", "b"], "likes": [1, None], "views": [None, None]})
    assert table("T", frame, "nothing") == Section("T", (), ("night", "likes"), (("a", "1"), ("b", "–")))


def test_a_table_without_rows_says_so() -> None:
    assert table("T", pl.DataFrame({"night": []}), "nothing stored") == Section("T", ("nothing stored",))


def test_facts_leave_out_what_is_unknown_but_not_zero() -> None:
    assert facts("F", [("a", None), ("b", 0)]) == Section("F", (), (), (("b", "0"),))


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (23_600_000, "23.6 MB"), (7_100_000_000, "7.1 GB")]
)
def test_sizes_read_in_thousands(count: int, words: str) -> None:
    assert size(count) == words
