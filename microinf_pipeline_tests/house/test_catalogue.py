"""The catalogue is valid as data: every table and column says what it is, and nothing points into the void."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from microinf_pipeline.catalog.model import Additivity, Column, Layer, Table
from microinf_pipeline.catalog.tables import ORDER, TABLES

TYPES = {"VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR[]", "BIGINT[]"}
NUMBERS = {"BIGINT", "INTEGER", "DOUBLE"}
TYPE_BY_NAME = ((r".*_at$", "TIMESTAMP"), (r".*_on$", "DATE"), (r"^(is|has)_.*", "BOOLEAN"), (r".*_id$", "VARCHAR"))


def columns() -> Iterator[tuple[Table, Column]]:
    for table in ORDER:
        for column in table.columns:
            yield table, column


def where(found: Iterator[tuple[Table, Column]]) -> list[str]:
    return [f"{table.name}.{column.name}" for table, column in found]


def test_every_table_says_what_its_rows_are() -> None:
    assert [t.name for t in ORDER if len(t.purpose) < 10 or not t.purpose.endswith(".") or not t.grain] == []


def test_every_column_says_what_it_means() -> None:
    assert where((t, c) for t, c in columns() if len(c.meaning) < 3 or not c.meaning.endswith(".")) == []


def test_every_type_is_one_both_engines_have() -> None:
    assert where((t, c) for t, c in columns() if c.type not in TYPES) == []


def test_published_lists_are_json_text() -> None:
    assert where((t, c) for t, c in columns() if t.published and c.published and c.type.endswith("[]")) == []


@pytest.mark.parametrize(("pattern", "type_"), TYPE_BY_NAME)
def test_names_tell_types(pattern: str, type_: str) -> None:
    assert where((t, c) for t, c in columns() if re.match(pattern, c.name) and c.type != type_) == []


def test_bounds_stand_on_numbers_and_sets_on_text() -> None:
    bounded = ((t, c) for t, c in columns() if (c.minimum is not None or c.maximum is not None) and c.type not in NUMBERS)
    listed = ((t, c) for t, c in columns() if c.allowed and c.type != "VARCHAR")
    assert (where(bounded), where(listed)) == ([], [])


def test_what_may_be_added_has_a_unit() -> None:
    assert where((t, c) for t, c in columns() if c.additivity is not Additivity.NON and not c.unit) == []


def test_published_names_need_no_quotes() -> None:
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'").fetchall()
    reserved = {name for (name,) in rows}
    names = {t.name for t in ORDER} | {c.name for _, c in columns()}
    assert sorted(n for n in names if n in reserved or not re.fullmatch(r"_?[a-z][a-z0-9_]*", n)) == []


def test_unpublished_tables_of_core_and_marts_begin_with_an_underscore() -> None:
    tables = [t for t in ORDER if t.layer in (Layer.CORE, Layer.MART)]
    assert [t.name for t in tables if t.name.startswith("_") == t.published] == []


def test_partitions_are_days_or_moments() -> None:
    wrong = [t.name for t in ORDER if t.partition_by and t.column(t.partition_by).type not in ("DATE", "TIMESTAMP")]
    assert wrong == []


def test_tables_stand_after_all_they_read() -> None:
    position = {table.name: n for n, table in enumerate(ORDER)}
    late = [
        (table.name, read.table)
        for table in ORDER
        for read in table.reads
        if read.table in position and read.table != table.name and position[read.table] > position[table.name]
    ]
    assert late == []


def test_references_name_columns_that_exist_and_identify_a_row() -> None:
    for table in ORDER:
        for reference in table.references:
            assert set(reference.columns) <= set(table.column_names), (table.name, reference)
            assert set(reference.target) <= set(TABLES[reference.table].column_names), (table.name, reference)
            assert set(reference.target) <= set(TABLES[reference.table].grain), (table.name, reference)
            assert len(reference.columns) == len(reference.target)


def test_rules_speak_of_columns_of_their_table() -> None:
    for table in ORDER:
        for rule in table.rules:
            used = {c.name for c in sqlglot.parse_one(rule.failing, read="duckdb").find_all(exp.Column)}
            assert used != set(), (table.name, rule.name)
            assert used <= set(table.column_names), (table.name, rule.name)


def test_rules_say_why_and_allow_less_than_all() -> None:
    rules = [(table.name, rule) for table in ORDER for rule in table.rules]
    assert [(name, r.name) for name, r in rules if not r.why.endswith(".") or not 0 <= r.allowed_share < 1] == []
