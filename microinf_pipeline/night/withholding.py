"""Publication without employees who have not opted in: their rows stay in the lake, and what is handed out has files of
its own wherever they had some (end of interface.md).

Three things go: rows that are theirs (`catalog.person_keys`), references to them in rows of others, and the measures of
aggregate cells that hold one to four of them (models/withheld/cells_of_<table>.sql; a table with such a file is an
aggregate). What others wrote about them in posts of their own remains. Put here: that. Keep out: who they are and which
cells hold them (models/withheld).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from microinf_pipeline.catalog.model import Column, Table
from microinf_pipeline.catalog.person_keys import PersonKey, person_keys
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.models.files import model_files
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.storage.lake import Candidate
from microinf_pipeline.storage.partitions import WHOLE

#: What the queries of models/withheld read, and those that make the relations of withheld persons, in their order.
_READ: Final = (
    "core_creator_links",
    "core_posts",
    "core_account_aliases",
    "_mention_facts",
    "core_post_hashtags",
    "core_brands",
    "mart_creator_brand_daily",
    "mart_kpi",
    "_money",
)
_PERSONS: Final = ("withheld_accounts", "withheld_creators", "withheld_posts", "withheld_names", "withheld_mentions")
#: Cells that are hidden for what those of another table hide.
_LAST: Final = ("cells_of_mart_campaign",)
#: Texts of a machine's making that may name anybody and that no key opens.
_TEXTS: Final = {"core_rejects": ("raw",), "mart_quality": ("failing_keys", "evidence")}
#: Columns of an aggregate that say nothing of the persons in a cell.
_ABOUT_THE_CELL: Final = frozenset({"as_of", "window_days", "completeness", "complete", "null_reason"})
FEW: Final = "few_employees_without_opt_in"


def withhold(run: NightRun, tables: Sequence[Table]) -> tuple[Candidate, dict[str, int]]:
    """The accepted state as it may be shown, and per table the rows left out of it. Where nobody is withheld, all is shown."""
    shown = Candidate(run.home.lake)
    employees = TABLES["_employees"]
    shown.register(run.engine, employees)
    if not run.engine.query("SELECT count(*) FROM _employees WHERE NOT opted_in").item():
        return shown, {}
    for name in _READ:
        shown.register(run.engine, TABLES[name])
    cells = sorted((model.name for model in model_files() if model.name.startswith("cells_of_")), key=_LAST.__contains__)
    for name in (*_PERSONS, *cells):
        run.engine.define_table(name, sql_of(name), run.params())
    gone = {table.name: _show(run, shown, table, f"cells_of_{table.name}" in cells) for table in tables}
    return shown, {name: rows for name, rows in gone.items() if rows}


def _show(run: NightRun, shown: Candidate, table: Table, is_aggregate: bool) -> int:
    """Put what may be shown of a table in place of the partitions that hold more. Returns the rows left out."""
    if not shown.rows_of(table):
        return 0
    if table.name in _TEXTS:
        _clear_texts(run, shown, table, _TEXTS[table.name])
        return 0
    if table.name == "mart_restatements":
        return _drop_restated_cells(run, shown, table)
    keys = person_keys(table)
    if is_aggregate or keys:
        shown.register(run.engine, table, view="withheld_from")
        joins, hides = _joins(run, table, keys, is_aggregate)
        part = f"strftime(t.{table.partition_by}, '%Y-%m')" if table.partition_by else f"'{WHOLE}'"
        gone = " OR ".join([f"k{n}.{key.names[0]} IS NOT NULL" for n, key in enumerate(keys) if key.owns] or ["false"])
        parts = run.engine.query(
            f"SELECT {part} AS part, count(*) FILTER (WHERE {gone}) AS gone FROM withheld_from AS t {joins}"
            f" WHERE {' OR '.join(hides)} GROUP BY {part}"
        )
        if parts.height:
            columns = ", ".join(_column(table, column, keys, is_aggregate, hides[-1]) for column in table.columns)
            months = parts["part"].to_list() if table.partition_by else None
            sql = f"SELECT {columns} FROM withheld_from AS t {joins} WHERE NOT ({gone})"
            shown.write_model(run.engine, table, sql, {}, months)
            return int(parts["gone"].sum())
    return 0


def _joins(run: NightRun, table: Table, keys: Sequence[PersonKey], is_aggregate: bool) -> tuple[str, list[str]]:
    """Joins of a table (as t) with the withheld (k0, k1, …) and with hidden cells (c); and what is true of a row they meet."""
    joins = [
        f"LEFT JOIN {key.withheld} AS k{n} ON "
        + " AND ".join(f"k{n}.{name} = t.{column}" for column, name in zip(key.columns, key.names, strict=True))
        for n, key in enumerate(keys)
    ]
    hides = [f"k{n}.{key.names[0]} IS NOT NULL" for n, key in enumerate(keys)]
    if is_aggregate:
        cells = f"cells_of_{table.name}"
        by = run.engine.query(f"SELECT * FROM {cells} LIMIT 0").columns
        joins.append(f"LEFT JOIN {cells} AS c ON {' AND '.join(f'c.{name} = t.{name}' for name in by)}")
        hides.append(f"c.{by[0]} IS NOT NULL")
    return " ".join(joins), hides


def _column(table: Table, column: Column, keys: Sequence[PersonKey], is_aggregate: bool, hides_cell: str) -> str:
    """A column as it may be shown."""
    for n, key in enumerate(keys):
        if not key.owns and column.name == key.columns[-1]:
            instead = f" ELSE sha256(t.{column.name})" if key.groups else ""
            return f"CASE WHEN k{n}.{key.names[0]} IS NULL THEN t.{column.name}{instead} END AS {column.name}"
    if is_aggregate and column.name == "null_reason":
        return f"CASE WHEN {hides_cell} THEN '{FEW}' ELSE t.null_reason END AS null_reason"
    if is_aggregate and not column.required and column.name not in {*table.grain, *_ABOUT_THE_CELL}:
        return f"CASE WHEN NOT ({hides_cell}) THEN t.{column.name} END AS {column.name}"
    return f"t.{column.name}"


def _clear_texts(run: NightRun, shown: Candidate, table: Table, texts: Sequence[str]) -> None:
    """NULL in place of texts that hold a withheld name, in the nights that have such."""
    shown.register(run.engine, table, view="withheld_from")
    named = {text: f"EXISTS (SELECT 1 FROM withheld_names AS n WHERE contains(lower(t.{text}), n.name))" for text in texts}
    nights = run.engine.query(f"SELECT DISTINCT night FROM withheld_from AS t WHERE {' OR '.join(named.values())}")
    for night in sorted(str(night) for night in nights["night"].to_list()):
        shown.register(run.engine, table, view="withheld_from", nights={night})
        clear = [f"CASE WHEN NOT {told} THEN t.{text} END AS {text}" for text, told in named.items()]
        columns = ", ".join([*(c.name for c in table.columns if c.name not in named), *clear])
        frame = run.engine.query(f"SELECT {columns} FROM withheld_from AS t")
        shown.drop_nights(table, [night])
        shown.write_frame(table, night, frame)


def _drop_restated_cells(run: NightRun, shown: Candidate, table: Table) -> int:
    """Restated values of hidden cells of mart_kpi would tell what the cells no longer do. Returns the rows left out."""
    hidden = (
        "SELECT kpi, period_start, concat_ws('|', brand_id, campaign_id, network, tier, relation, period) AS key"
        " FROM cells_of_mart_kpi"
    )
    met = f"JOIN ({hidden}) AS c ON c.kpi = t.kpi AND c.key = t.key AND c.period_start = t.period_start"
    shown.register(run.engine, table, view="withheld_from")
    counts = run.engine.query(
        f"SELECT night, count(*) AS gone FROM withheld_from AS t SEMI {met} GROUP BY night ORDER BY night"
    )
    for night in map(str, counts["night"].to_list()):
        shown.register(run.engine, table, view="withheld_from", nights={night})
        frame = run.engine.query(f"SELECT t.* FROM withheld_from AS t ANTI {met}")
        shown.drop_nights(table, [night])
        shown.write_frame(table, night, frame)
    return int(counts["gone"].sum())
