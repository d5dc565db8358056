"""`dbt/sources.yml`: the published tables as sources of a dbt project, with descriptions and tests from the catalogue.

Put here: that rendering. Keep out: models of whoever reads the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import yaml

from microinf_pipeline.catalog.model import Column, Table

PATH: Final = "dbt/sources.yml"
SOURCE: Final = "microinf"
_Dumper: Final = yaml.CSafeDumper  # the one in Python takes most of a second each night
_HEAD = """\
# Written at every publication; copy or link it into the models folder of a dbt project (dbt 1.8 or newer).
# DuckDB: profile with path <home>/published/microinf.duckdb, read-only. Postgres: --vars '{microinf_schema: microinf}'.
"""


def render(tables: Sequence[Table]) -> str:
    """The file, as YAML in dbt's shape of sources."""
    source = {
        "name": SOURCE,
        "description": "Mentions of brands by nano- and micro-creators, and what follows from them (microinf_pipeline).",
        "schema": "{{ var('microinf_schema', 'main') }}",
        "tables": [_table(table) for table in tables],
    }
    written = yaml.dump({"version": 2, "sources": [source]}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return _HEAD + written


def _table(table: Table) -> dict[str, Any]:
    columns = [_column(table, column) for column in table.published_columns]
    described: dict[str, Any] = {"name": table.name, "description": f"{table.purpose} One row per {', '.join(table.grain)}."}
    if len(table.grain) > 1:
        described["data_tests"] = [{"unique": {"column_name": f"concat_ws('|', {', '.join(table.grain)})"}}]
    return {**described, "columns": columns}


def _column(table: Table, column: Column) -> dict[str, Any]:
    tests: list[Any] = []
    if column.required:
        tests.append("not_null")
    if table.grain == (column.name,):
        tests.append("unique")
    if column.allowed:
        tests.append({"accepted_values": {"values": list(column.allowed)}})
    tests += [
        {"relationships": {"to": f"source('{SOURCE}', '{reference.table}')", "field": reference.target[0]}}
        for reference in table.references
        if reference.columns == (column.name,)
    ]
    described = {"name": column.name, "data_type": column.type.lower(), "description": column.comment}
    return {**described, "data_tests": tests} if tests else described
