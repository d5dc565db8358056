"""A golden case: a folder of CSV files that says what a model makes of some rows. See README.md here.

Put here: reading a case and running its model. Keep out: what is asserted (test_golden.py).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml

from microinf_pipeline.catalog.model import Scope, Table
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.models import parameters
from microinf_pipeline.night import model_runs

FOLDER = Path(__file__).parent
_MODELS = Path(parameters.__file__).parent
#: Everything in the given rows lies before it, unless params.yaml says otherwise.
_AS_OF = datetime(2026, 7, 1)
#: Relations of one night that are made on the way: what their models read. They need not be given.
SESSION_READS: Mapping[str, tuple[str, ...]] = {
    "observations_all": ("observations",),
    "touched_months": ("observations", "_post_identity"),
    "_deliveries": ("observations", "_post_identity", "touched_months"),
    "_posts_merged": ("_deliveries",),
    "_posts_latest": ("_deliveries", "_posts_merged"),
    "_originals": ("_deliveries", "observations_all", "_post_identity"),
    "_resolved_keys": ("_handle_key_days", "core_account_aliases"),
    "mentioning_posts": ("_posts_latest", "_originals", "_brand_matches"),
}
_ALL_IS_TOUCHED = {
    "observations_all": "SELECT * FROM observations",
    "touched_months": "SELECT DISTINCT date_trunc('month', posted_on) AS first_day FROM observations"
    " UNION SELECT DISTINCT date_trunc('month', home_on) FROM _post_identity",
}
_TEXT, _DAY = "VARCHAR", "DATE"
_TEXTS = {
    "contest_clauses": "contest_id reason_code terms_clause",
    "contest_claims": "contest_id network post_id account person_id entered_at",
    "contest_decisions": "contest_id network post_id account decision reason decided_by decided_on",
    "contest_exclusions": "contest_id network account reason_code terms_clause decided_by",
    "contest_costs": "contest_id cost currency",
    "frozen_contests": "contest_id",
    "frozen_entries": "contest_id network post_id account_id entered_by entry_hash entered_at",
    "drawn_places": "contest_id place role entry_hash seed commitment",
    "vested_entrants": "network account_id brand_id valid_from valid_to",
}
_NOT_TEXT = {
    "entered_at": "TIMESTAMP",
    "decided_on": _DAY,
    "valid_from": _DAY,
    "valid_to": _DAY,
    "cost": "DOUBLE",
    "place": "INTEGER",
}
_OF_CONTESTS = {name: {column: _NOT_TEXT.get(column, _TEXT) for column in columns.split()} for name, columns in _TEXTS.items()}
#: Columns of relations of the night that a case may give by hand.
SESSION_TYPES: Mapping[str, Mapping[str, str]] = {
    "touched_months": {"first_day": _DAY},
    "given_aliases": {"network": _TEXT, "alias": _TEXT, "account_id": _TEXT, "valid_from": _DAY, "valid_to": _DAY},
    "given_outreach": {
        "network": _TEXT,
        "account": _TEXT,
        "brand_id": _TEXT,
        "status": _TEXT,
        "changed_on": _DAY,
        "place": "BIGINT",
    },
    "given_benchmarks": {
        "network": _TEXT,
        "tier": _TEXT,
        "format": _TEXT,
        "definition": _TEXT,
        "publisher": _TEXT,
        "er_median": "DOUBLE",
        "year": "INTEGER",
    },
    "given_rights": {
        "network": _TEXT,
        "post_id": _TEXT,
        "brand_id": _TEXT,
        "status": _TEXT,
        "granted_on": _DAY,
        "valid_until": _DAY,
    },
    "given_suppressions": {
        "network": _TEXT,
        "account": _TEXT,
        "brand_id": _TEXT,
        "decision": _TEXT,
        "reason": _TEXT,
        "decided_on": _DAY,
    },
    "tier_cuts": {"tier": _TEXT, "followers_from": "BIGINT", "followers_below": "BIGINT"},
    "brand_targets": {"brand_id": _TEXT, "kind": _TEXT, "value": _TEXT},
    "brand_topics": {"brand_id": _TEXT, "topic": _TEXT},
    "brand_accounts": {"network": _TEXT, "handle": _TEXT, "brand_id": _TEXT},
    "changed_accounts": {"network": _TEXT, "account_id": _TEXT},
    "tied_accounts": {
        "network": _TEXT,
        "account_id": _TEXT,
        "brand_id": _TEXT,
        "relation": _TEXT,
        "valid_from": _DAY,
        "valid_to": _DAY,
    },
    "known_roles": {
        "network": _TEXT,
        "account_id": _TEXT,
        "brand_id": _TEXT,
        "role": _TEXT,
        "valid_from": _DAY,
        "valid_to": _DAY,
        "matched_by": _TEXT,
        "person_id": _TEXT,
        "unit": _TEXT,
        "opted_in": "BOOLEAN",
        "content_in_role": "BOOLEAN",
    },
    "vested_hashes": {"account_hash": _TEXT, "brand_id": _TEXT, "valid_from": _DAY, "valid_to": _DAY},
    "set_sources": {"brand_set": _TEXT, "source": _TEXT},
    "refusing_origins": {
        "origin": _TEXT,
        **dict.fromkeys(("not_derived", "not_summed", "not_compared", "follows_deletions"), "BOOLEAN"),
    },
    "refused_rows": {"origin": _TEXT, "table_name": _TEXT, "reason": _TEXT, "night": _DAY, "rows_withheld": "BIGINT"},
    "recounted_refusals": {"night": _DAY, "reason": _TEXT},
    "headcount_given": {"brand_id": _TEXT, "unit": _TEXT, "month": _DAY, "head_count": "BIGINT"},
    "employee_posts": {
        **dict.fromkeys(("brand_id", "unit", "person_id", "network", "post_id", "post_type"), _TEXT),
        "month": _DAY,
        **dict.fromkeys(("is_recruiting", "is_product", "is_culture"), "BOOLEAN"),
    },
    "given_deals": {c.name: c.type for c in TABLES["_deals"].columns if c.name not in ("account_id", "cost")},
    "given_rate_card": {c.name: c.type for c in TABLES["_rate_card"].columns if c.name != "gap_reason"},
    "given_clicks": {
        "click_key": _TEXT,
        "day": _DAY,
        "brand_id": _TEXT,
        "campaign_id": _TEXT,
        "network": _TEXT,
        "account": _TEXT,
        "link": _TEXT,
        "clicks": "BIGINT",
    },
    "given_conversions": {
        "touch_key": _TEXT,
        "conversion_id": _TEXT,
        "brand_id": _TEXT,
        "converted_at": "TIMESTAMP",
        "net_revenue": "DOUBLE",
        "currency": _TEXT,
        "campaign_id": _TEXT,
        "network": _TEXT,
        "account": _TEXT,
        "link": _TEXT,
        "code": _TEXT,
        "clicked_at": "TIMESTAMP",
    },
    "configured_roles": {
        "network": _TEXT,
        "account_key": _TEXT,
        "brand_id": _TEXT,
        "role": _TEXT,
        "valid_from": _DAY,
        "valid_to": _DAY,
    },
    "suggested_links": {
        "network": _TEXT,
        "account_id": _TEXT,
        "other_network": _TEXT,
        "other_account_id": _TEXT,
        "evidence": _TEXT,
        "confidence": "DOUBLE",
        "words": _TEXT,
        "reason": _TEXT,
    },
    "linked_accounts": {
        "creator_id": _TEXT,
        "network": _TEXT,
        "account_id": _TEXT,
        "evidence": _TEXT,
        "confidence": "DOUBLE",
        "words": _TEXT,
        "valid_from": _DAY,
    },
    "judged_disclosures": {
        "day": _DAY,
        **dict.fromkeys(("network", "post_id", "brand_id", "connection_type", "jurisdiction", "verdict", "rule_id"), _TEXT),
        **dict.fromkeys(("label_found", "label_in"), _TEXT),
        "platform_label": "BOOLEAN",
        **dict.fromkeys(("char_offset", "line_no", "tag_place", "tags_in_run"), "BIGINT"),
    },
    "_accounts_latest": {
        c.name: c.type for c in TABLES["_account_days"].columns if c.name not in ("account_key", "observed_on", "source")
    },
    "read_texts": {
        "text_key": _TEXT,
        "lang": _TEXT,
        "lang_source": _TEXT,
        "sentiment": "DOUBLE",
        "safety_flags": _TEXT,
        "safety_evidence": _TEXT,
    },
    "wanted_accounts": {"network": _TEXT, "account_id": _TEXT},
    "profile_candidates": {"network": _TEXT, "account_id": _TEXT},
    "_account_post_days": {"network": _TEXT, "account_key": _TEXT, "posted_on": _DAY},
    "_handle_key_days": {"network": _TEXT, "account_key": _TEXT, "day": _DAY},
    "_resolved_keys": {"network": _TEXT, "account_key": _TEXT, "day": _DAY, "account_id": _TEXT},
    **_OF_CONTESTS,
    "_posts_latest": {"network": _TEXT, "post_id": _TEXT, "mentioned": "VARCHAR[]"},
    "_originals": {"network": _TEXT, "ref_id": _TEXT, "to_network": _TEXT, "to_post_id": _TEXT, "home_on": _DAY},
}
_LIKE = {
    "observations_all": "observations",
    "matched_brands": "_brand_matches",
    "folded_tiers": "core_tier_history",
    "read_names": "_profile_names",
    "read_profiles": "_account_profiles",
    "read_labels": "_post_labels",
}


@dataclass(frozen=True)
class Case:
    """`golden/<table>/<name>`. Settings of params.yaml that are no parameter: `build`, `only`."""

    folder: Path

    @property
    def table(self) -> Table:
        return TABLES[self.folder.parent.name]

    @property
    def id(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def settings(self) -> dict[str, Any]:
        path = self.folder / "params.yaml"
        return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}

    def given(self) -> dict[str, Path]:
        """Input name → file."""
        return {path.name.removeprefix("given.").removesuffix(".csv"): path for path in sorted(self.folder.glob("given.*.csv"))}

    def parameters(self) -> dict[str, Any]:
        own = {name: value for name, value in self.settings.items() if name not in ("build", "only")}
        return {**model_runs.parameters(_AS_OF), **own}


def cases() -> list[Case]:
    """Every folder with an expect.csv."""
    return [Case(path.parent) for path in sorted(FOLDER.glob("*/*/expect.csv"))]


def csv_rows(path: Path) -> tuple[list[str], list[dict[str, str | None]]]:
    """Header and rows; empty fields are NULL, lines that begin with # are comments."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(line for line in file if not line.startswith("#") and line.strip())
        rows = [{name: value or None for name, value in row.items()} for row in reader]
    return list(reader.fieldnames or []), rows


def run(case: Case, *, backwards: bool = False) -> duckdb.DuckDBPyConnection:
    """A database with the inputs (last row first if `backwards`), the tables of `build` in their order, and the case's table."""
    db = duckdb.connect(config={"threads": 1})
    db.execute("SET TimeZone = 'UTC'")
    for relation in parameters.relations():
        _fill(db, relation.name, relation.columns, [dict(zip(relation.columns, row, strict=True)) for row in relation.rows])
    built = [*case.settings.get("build", []), case.table.name]
    given = case.given()
    for name, path in given.items():
        header, rows = csv_rows(path)
        types = _types(name)
        unknown = set(header) - types.keys()
        assert not unknown, f"{path}: {name} has no column {sorted(unknown)}"
        _fill(db, name, types, rows[::-1] if backwards else rows)
    for name in sorted(_inputs(built) - set(built)):
        _provide(db, name, case.parameters())
    for name in built:
        _build(db, TABLES[name], case.parameters())
    return db


def _inputs(built: list[str]) -> set[str]:
    return {f"{r.table}_before" if r.scope is Scope.BEFORE else r.table for name in built for r in TABLES[name].reads}


def _provide(db: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any]) -> None:
    """An input that is not there: made by its model where it is a relation of the night, else empty."""
    if db.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [name]).fetchone():
        return
    for read in SESSION_READS.get(name, ()):
        _provide(db, read, values)
    sql = _ALL_IS_TOUCHED.get(name) or (model_runs.sql_of(name) if name in SESSION_READS else None)
    if sql is None:
        _fill(db, name, _types(name), [])
    else:
        db.execute(f'CREATE TABLE "{name}" AS {sql}', parameters.bound(sql, values))


def _types(name: str) -> dict[str, str]:
    if name in SESSION_TYPES:
        return dict(SESSION_TYPES[name])
    table = TABLES.get(name) or TABLES[_LIKE.get(name, name.removesuffix("_before"))]
    return {column.name: column.type for column in table.columns}


def _fill(db: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], rows: list[dict[str, Any]]) -> None:
    db.execute(f'CREATE OR REPLACE TABLE "{name}" ({", ".join(f"{column} {type_}" for column, type_ in types.items())})')
    for row in rows:
        columns = [column for column in types if column in row]
        places = ", ".join(
            f"CAST(CAST(? AS JSON) AS {types[c]})" if types[c].endswith("[]") else f"CAST(? AS {types[c]})" for c in columns
        )
        db.execute(f'INSERT INTO "{name}" ({", ".join(columns)}) SELECT {places}', [row[c] for c in columns])


def _build(db: duckdb.DuckDBPyConnection, table: Table, values: Mapping[str, Any]) -> None:
    """Run a table's model after its parts; its columns are put in the catalogue's order and types, as the engine does."""
    for part in table.parts:
        sql = model_runs.sql_of(part)
        db.execute(f'CREATE OR REPLACE TABLE "{part}" AS {sql}', parameters.bound(sql, values))
    [path] = _MODELS.glob(f"*/{table.name}.sql")
    sql = path.read_text(encoding="utf-8")
    db.execute(f"CREATE TABLE made AS {sql}", parameters.bound(sql, values))
    made = {row[0] for row in db.execute("DESCRIBE made").fetchall()}
    assert made == set(table.column_names), f"{table.name}: model and catalogue differ in {made ^ set(table.column_names)}"
    columns = ", ".join(f"CAST({column.name} AS {column.type}) AS {column.name}" for column in table.columns)
    db.execute(f'CREATE TABLE "{table.name}" AS SELECT {columns} FROM made')
    db.execute("DROP TABLE made")


def expected(case: Case, db: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Rows of expect.csv in the types of the table."""
    header, rows = csv_rows(case.folder / "expect.csv")
    unknown = set(header) - set(case.table.column_names)
    assert not unknown, f"{case.id}: {case.table.name} has no column {sorted(unknown)}"
    types = {name: case.table.column(name).type for name in header}
    _fill(db, "expected", types, rows)
    return _rows(db, "expected", header, case)


def actual(case: Case, db: duckdb.DuckDBPyConnection, columns: list[str]) -> list[dict[str, Any]]:
    """The table's rows (those `only` selects), in the columns the case speaks of."""
    return _rows(db, f'(SELECT * FROM "{case.table.name}" WHERE {case.settings.get("only", "true")})', columns, case)


def _rows(db: duckdb.DuckDBPyConnection, source: str, columns: list[str], case: Case) -> list[dict[str, Any]]:
    order = [name for name in case.table.grain if name in columns] + [name for name in columns if name not in case.table.grain]
    found = db.execute(f"SELECT {', '.join(columns)} FROM {source} ORDER BY {', '.join(order)}").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in found]


def broken_rules(case: Case, db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What the catalogue says of single rows and does not hold: grain, required columns, sets, bounds, rules."""
    table = case.table
    checks = {f"{c.name} is never NULL": f"{c.name} IS NULL" for c in table.columns if c.required}
    checks |= {f"{c.name} is one of {c.allowed}": f"{c.name} NOT IN {(*c.allowed, '')}" for c in table.columns if c.allowed}
    checks |= {f"{c.name} >= {c.minimum}": f"{c.name} < {c.minimum}" for c in table.columns if c.minimum is not None}
    checks |= {f"{c.name} <= {c.maximum}": f"{c.name} > {c.maximum}" for c in table.columns if c.maximum is not None}
    checks |= {rule.name: rule.failing for rule in table.rules}
    for name, failing in checks.items():
        if _count(db, f'SELECT count(*) FROM "{table.name}" WHERE {failing}'):
            yield name
    if _count(db, f'SELECT count(*) FROM (SELECT 1 FROM "{table.name}" GROUP BY {", ".join(table.grain)} HAVING count(*) > 1)'):
        yield f"{table.grain} names one row"


def _count(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    [number] = db.execute(sql).fetchone() or (0,)
    return int(number)
