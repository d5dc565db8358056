"""Fact sheets count what is broken, and failing keys name it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microinf_pipeline.catalog.tables import ORDER
from microinf_pipeline.quality.facts import failing_keys_sql, schema_facts
from microinf_pipeline.quality.gates import Kind, gates_of
from microinf_pipeline_tests.unit.quality.relations import (
    SALES,
    SHOPS,
    a_sale,
    create,
    described,
    failing_keys,
    gate_called,
    measured,
)

DAY = dt.date(2026, 3, 1)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create(connection, SHOPS, [{"shop_id": "north"}, {"shop_id": "south"}])
        yield connection


def broken(facts: dict[str, Any]) -> dict[str, int]:
    return {name: n for name, n in facts.items() if n and name not in ("row_count", "newest_event")}


def test_a_sound_table_breaks_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    create(
        connection, SALES, [a_sale(), a_sale(shop_id="south", kind="owner's"), a_sale(day="2026-03-02", kind=None, pieces=None)]
    )
    facts = measured(connection, SALES)
    assert (facts["row_count"], facts["newest_event"], broken(facts)) == (3, dt.date(2026, 3, 2), {})


@pytest.mark.parametrize(
    ("rows", "gate", "facts", "keys"),
    [
        ([a_sale(), a_sale()], "keeps_its_grain", {"repeated_keys": 1}, [("north", DAY)]),
        ([a_sale(shop_id=None)], "fills_required_columns", {"nulls__shop_id": 1}, [(None, DAY)]),
        ([a_sale(kind="gift")], "uses_only_allowed_values", {"unlisted__kind": 1}, [("north", DAY)]),
        ([a_sale(pieces=-1)], "stays_in_range", {"below__pieces": 1}, [("north", DAY)]),
        ([a_sale(turnover=float("nan"))], "stays_in_range", {"infinite__turnover": 1}, [("north", DAY)]),
        ([a_sale(turnover=float("-inf"))], "stays_in_range", {"infinite__turnover": 1}, [("north", DAY)]),
        ([a_sale(shop_id="closed")], "refers_to_shops", {"orphans__refers_to_shops": 1}, [("closed",)]),
        ([a_sale(turnover=0)], "sells_for_money", {"breaks__sells_for_money": 1}, [("north", DAY)]),
        ([a_sale(pieces=51)], "sells_little_at_once", {"breaks__sells_little_at_once": 1}, [("north", DAY)]),
    ],
)
def test_each_breach_is_counted_once_and_named(
    connection: duckdb.DuckDBPyConnection,
    rows: list[dict[str, Any]],
    gate: str,
    facts: dict[str, int],
    keys: list[tuple[Any, ...]],
) -> None:
    create(connection, SALES, rows)
    assert broken(measured(connection, SALES)) == facts
    assert failing_keys(connection, SALES, gate) == keys
    assert set(facts) <= {m.fact for m in gate_called(SALES, gate).measures}


def test_failing_keys_are_the_first_in_key_order_each_once(connection: duckdb.DuckDBPyConnection) -> None:
    create(connection, SALES, [a_sale(day=f"2026-03-{d:02}", pieces=-1) for d in (9, 3, 7, 3, 1)])
    keys = failing_keys(connection, SALES, "stays_in_range", limit=3)
    assert [key[1].day for key in keys] == [1, 3, 7]


def test_a_schema_that_differs_is_told_by_column() -> None:
    found = {"shop_id": "VARCHAR", "day": "TIMESTAMP", "kind": "VARCHAR", "turnover": "DOUBLE", "colour": "VARCHAR"}
    assert broken(dict(schema_facts(SALES, found))) == {"misfits__day": 1, "misfits__pieces": 1, "misfits": 1}


def test_a_schema_gate_has_no_failing_rows() -> None:
    assert failing_keys_sql(SALES, gate_called(SALES, "matches_its_schema")) is None


_SALES = st.lists(
    st.fixed_dictionaries(
        {
            "shop_id": st.sampled_from(["north", "south", "closed", None]),
            "day": st.sampled_from(["2026-03-01", "2026-03-02"]),
            "kind": st.sampled_from(["retail", "gift", None]),
            "pieces": st.sampled_from([-1, 0, 3, 60, 101, None]),
            "turnover": st.sampled_from([0.0, 4.5, float("inf"), None]),
        }
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_SALES)
def test_a_gate_names_keys_exactly_when_it_counts_breaches(
    connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]
) -> None:
    create(connection, SALES, rows)
    facts = measured(connection, SALES)
    for gate in gates_of(SALES):
        if gate.kind is not Kind.SCHEMA:
            counted = any(facts[m.fact] for m in gate.measures)
            assert counted == bool(failing_keys(connection, SALES, gate.name)), gate.name


def test_every_catalogued_table_can_be_measured_and_its_failing_keys_read(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ORDER:
        create(connection, table)
    for table in ORDER:
        assert described(connection, table) == {c.name: c.type for c in table.columns}
        facts = measured(connection, table)
        assert facts.keys() >= {m.fact for gate in gates_of(table) for m in gate.measures}
        assert (facts["row_count"], broken(facts)) == (0, {}), table.name
        for gate in gates_of(table):
            if gate.kind is not Kind.SCHEMA:
                assert failing_keys(connection, table, gate.name) == []
