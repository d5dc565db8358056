"""A small invented table with every kind of gate, and relations to measure it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from microinf_pipeline.catalog.model import Column, Layer, Reference, Rule, Severity, Stage, Table
from microinf_pipeline.quality.facts import fact_sheet_sql, failing_keys_sql, schema_facts
from microinf_pipeline.quality.gates import Gate, gates_of

SHOPS = Table(
    name="shops", layer=Layer.CORE, stage=Stage.CLASSIFY, purpose="Shops.", grain=("shop_id",),
    columns=(Column("shop_id", "VARCHAR", "Shop.", required=True),),
)  # fmt: skip

SALES = Table(
    name="sales", layer=Layer.CORE, stage=Stage.CLASSIFY, purpose="Sales.", grain=("shop_id", "day"),
    columns=(
        Column("shop_id", "VARCHAR", "Shop.", required=True),
        Column("day", "DATE", "Day.", required=True),
        Column("kind", "VARCHAR", "Kind.", allowed=("retail", "owner's")),
        Column("pieces", "BIGINT", "Pieces.", minimum=0, maximum=100),
        Column("turnover", "DOUBLE", "Turnover."),
    ),
    references=(Reference(("shop_id",), "shops", ("shop_id",)),),
    rules=(
        Rule("sells_for_money", "pieces > 0 AND turnover = 0", "Nothing is free."),
        Rule("sells_little_at_once", "pieces > 50", "Large sales are rare.", severity=Severity.WARN, allowed_share=0.5),
    ),
)  # fmt: skip

Row = Mapping[str, Any]


def a_sale(**only: Any) -> dict[str, Any]:
    return {"shop_id": "north", "day": "2026-03-01", "kind": "retail", "pieces": 3, "turnover": 4.5} | only


def create(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row] = ()) -> None:
    columns = ", ".join(f"{c.name} {c.type}" for c in table.columns)
    connection.execute(f"CREATE OR REPLACE TABLE {table.name} ({columns})")
    for row in rows:
        values = [row[name] for name in table.column_names]
        connection.execute(f"INSERT INTO {table.name} VALUES ({', '.join('?' for _ in values)})", values)


def described(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[str, str]:
    return {str(name): str(type_) for name, type_, *_ in connection.execute(f"DESCRIBE {table.name}").fetchall()}


def measured(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[str, Any]:
    """The whole sheet of a table: schema facts and the row of its one query."""
    return {**schema_facts(table, described(connection, table)), **_row(connection, fact_sheet_sql(table))}


def failing_keys(connection: duckdb.DuckDBPyConnection, table: Table, gate: str, limit: int = 20) -> list[tuple[Any, ...]]:
    sql = failing_keys_sql(table, gate_called(table, gate), limit)
    assert sql is not None
    return connection.execute(sql).fetchall()


def gate_called(table: Table, name: str) -> Gate:
    (gate,) = (g for g in gates_of(table) if g.name == name)
    return gate


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    result = connection.execute(sql)
    names = [d[0] for d in result.description or ()]
    (row,) = result.fetchall()
    return dict(zip(names, row, strict=True))
