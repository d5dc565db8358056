"""The data dictionary, rendered from the catalogue: what each published table and column means."""

from __future__ import annotations

from collections.abc import Sequence

from microinf_pipeline.catalog.model import Column, Table


def render(tables: Sequence[Table]) -> str:
    """Markdown: one section a table, one row a column."""
    parts = [
        "# Data dictionary",
        "",
        "Rendered from the catalogue. Missing is NULL, never 0; times are UTC unless a column says otherwise.",
        "",
    ]
    for table in tables:
        parts += [*_section(table), ""]
    return "\n".join(parts).rstrip() + "\n"


def _section(table: Table) -> list[str]:
    head = [
        f"## {table.name}",
        "",
        table.purpose,
        "",
        f"One row per `{', '.join(table.grain)}`. Layer: {table.layer.value}. Stage: {table.stage.value}.",
        "",
        "| column | type | meaning | unit | adds up | values |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return [*head, *(_row(c) for c in table.published_columns)]


def _row(column: Column) -> str:
    required = "" if column.required else " (nullable)"
    return (
        f"| `{column.name}` | {column.type}{required} | {_cell(column.meaning)} | {column.unit} |"
        f" {column.additivity.value} | {', '.join(column.allowed)} |"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
