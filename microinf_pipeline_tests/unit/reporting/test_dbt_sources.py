"""The published tables as sources of a dbt project: every table and column, and what the catalogue holds true as tests."""

from __future__ import annotations

from typing import Any

import yaml

from microinf_pipeline.catalog.tables import PUBLISHED, TABLES
from microinf_pipeline.reporting.dbt_sources import SOURCE, render

#: Keys dbt knows, per level (its reference of source properties), as far as they are used.
_OF_TABLE = {"name", "description", "columns", "data_tests"}
_OF_COLUMN = {"name", "description", "data_type", "data_tests"}
_ARGUMENTS = {"accepted_values": {"values"}, "relationships": {"to", "field"}, "unique": {"column_name"}}


def sources() -> list[dict[str, Any]]:
    written = yaml.safe_load(render(PUBLISHED))
    assert written.keys() == {"version", "sources"}
    assert written["version"] == 2
    [source] = written["sources"]
    assert source["name"] == SOURCE
    return list(source["tables"])


def declared_tests(described: dict[str, Any]) -> list[Any]:
    return list(described.get("data_tests", []))


def test_it_holds_every_published_table_and_column() -> None:
    told = {table["name"]: [column["name"] for column in table["columns"]] for table in sources()}
    assert told == {table.name: [column.name for column in table.published_columns] for table in PUBLISHED}


def test_it_has_the_shape_dbt_reads() -> None:
    for table in sources():
        assert table.keys() <= _OF_TABLE
        assert all(column.keys() <= _OF_COLUMN and column["description"] for column in table["columns"])
        for test in (*declared_tests(table), *(test for column in table["columns"] for test in declared_tests(column))):
            if isinstance(test, dict):
                [(name, arguments)] = test.items()
                assert arguments.keys() == _ARGUMENTS[name]
            else:
                assert test in ("not_null", "unique")


def test_grain_required_columns_sets_and_references_are_tests() -> None:
    table = next(table for table in sources() if table["name"] == "mart_campaign")
    columns = {column["name"]: declared_tests(column) for column in table["columns"]}
    assert declared_tests(table) == [{"unique": {"column_name": "concat_ws('|', campaign_id, network, tier)"}}]
    reference = {"relationships": {"to": "source('microinf', 'core_campaigns')", "field": "campaign_id"}}
    assert columns["campaign_id"] == ["not_null", reference]
    assert columns["tier"][1] == {"accepted_values": {"values": list(TABLES["mart_campaign"].column("tier").allowed)}}
