"""Running models: inputs by scope, the SQL of a table, and the hashes that tell when a table is out of date."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from microinf_pipeline.catalog.model import Layer, Scope, Table
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.catalog.tables.session import SESSION_RELATIONS
from microinf_pipeline.models import parameters as bound
from microinf_pipeline.models.files import FOLDERS
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings import Settings, config_hash
from microinf_pipeline.storage.hashing import sha256_of
from microinf_pipeline.storage.partitions import neighbours

_PACKAGE = files("microinf_pipeline")
_NUMBERS = ("core.toml", "near_copies.toml")
_ANY_NIGHT = datetime(2026, 1, 1, tzinfo=UTC)  # as_of differs from night to night and makes no table stale


@cache
def sql_of(name: str) -> str:
    """The text of a model, by the name of its table or session relation."""
    for folder in FOLDERS:
        path = _PACKAGE / "models" / folder / f"{name}.sql"
        if path.is_file():
            return path.read_text(encoding="utf-8").rstrip().rstrip(";")
    raise KeyError(name)


def parameters(as_of: datetime) -> dict[str, Any]:
    """Every parameter a model may bind."""
    return {**_numbers(), **bound.values(as_of)}


@cache
def _numbers() -> dict[str, int | float]:
    read = [tomllib.loads((_PACKAGE / "rules" / name).read_text(encoding="utf-8")) for name in _NUMBERS]
    return {name: value for rules in read for name, value in rules.items() if isinstance(value, int | float)}


def months_of(run: NightRun, table: Table) -> set[str] | None:
    """The months of a table that are recomputed; None = the whole table."""
    if table.partition_by is None:
        return None
    if table.partition_by == "observed_on" and table.layer is Layer.CORE and "account" in table.name:
        return run.touched.account_months
    if table.name in ("_copy_edges", "_post_copies"):
        return run.touched.copy_months
    if table.partition_by == "day":
        return run.touched.mart_months
    return run.touched.period_months if table.partition_by == "period_start" else run.touched.post_months


def register_inputs(run: NightRun, table: Table) -> None:
    """Make every input of a table's model readable, in the partitions its scope shows."""
    months = months_of(run, table)
    for read in table.reads:
        if read.table in SESSION_RELATIONS or read.table in _rule_relations():
            continue
        source = TABLES[read.table]
        if read.scope is Scope.BEFORE:
            run.candidate.register(run.engine, source, view=f"{source.name}_before", accepted=True)
        else:
            run.candidate.register(run.engine, source, _shown_months(run, read.scope, months))


@cache
def _rule_relations() -> frozenset[str]:
    return frozenset(relation.name for relation in bound.relations())


def _shown_months(run: NightRun, scope: Scope, months: Collection[str] | None) -> Collection[str] | None:
    if months is None or scope is Scope.ALL:
        return None
    if scope is Scope.AROUND:
        return neighbours(months)
    return {*months, *_original_months(run)} if scope is Scope.REFERENCED else months


def _original_months(run: NightRun) -> set[str]:
    found = run.engine.query("SELECT DISTINCT strftime(home_on, '%Y-%m') AS month FROM _originals")
    return set(found["month"].to_list())


def run_model(run: NightRun, table: Table) -> int:
    """Compute a table's touched months (or all of it) from its model. Returns the rows written."""
    months = months_of(run, table)
    if months is not None and not months:
        return 0
    register_inputs(run, table)
    for part in table.parts:
        run.engine.define_table(part, sql_of(part), run.params())
    rows = run.candidate.write_model(run.engine, table, sql_of(table.name), run.params(), months)
    for part in table.parts:
        run.engine.drop(part)
    return rows


def hashes(settings: Settings) -> dict[str, tuple[str, str]]:
    """Per table: (hash of its model, declaration and rules, hash of the configuration its rows depend on)."""
    slices = {part: config_hash(settings, part) for part in ("brands", "campaigns", "tiers", "niches", "copies", "policies")}
    return {name: (_code_hash(table), sha256_of(slices[part] for part in table.config)) for name, table in TABLES.items()}


def _code_hash(table: Table) -> str:
    declared = [f"{c.name} {c.type}" for c in table.columns]
    text = "\n".join((_sql_or_nothing(table.name), *map(sql_of, table.parts)))
    views = [_sql_or_nothing(name) for name in _session_relations_of(text)]
    return sha256_of([text, *views, *declared, *table.grain, *_rules_of(table, "\n".join((text, *views)))])


def _sql_or_nothing(name: str) -> str:
    try:
        return sql_of(name)
    except KeyError:
        return ""


@cache
def _session_relations_of(sql: str) -> tuple[str, ...]:
    """Relations made on the way that a model stands on, and those they stand on: theirs is its logic too."""
    found: dict[str, None] = {}
    open_ = [sql]
    while open_:
        words = set(re.findall(r"\w+", open_.pop()))
        new = [name for name in SESSION_RELATIONS if name in words and name not in found]
        found |= dict.fromkeys(new)
        open_ += map(_sql_or_nothing, new)
    return tuple(sorted(found))


def _rules_of(table: Table, sql: str) -> list[str]:
    """What a model takes from rules/: parameters it binds (not `as_of`), rows of the relations it reads, files behind it."""
    values = parameters(_ANY_NIGHT)
    named = bound.names_in(sql) - {"as_of"}
    reads = {read.table for read in table.reads}
    return [
        *(f"{name} = {values[name]!r}" for name in sorted(named)),
        *(f"{r.name} {dict(r.columns)} {r.rows}" for r in bound.relations() if r.name in reads),
        *(f"{name} {sha256(_PACKAGE.joinpath('rules', name).read_bytes()).hexdigest()}" for name in table.rule_files),
    ]


def stale_tables(run_settings: Settings, stored: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Tables whose stored rows no longer match: name → what changed ('model' or 'configuration')."""
    now = hashes(run_settings)
    changed = {}
    for name, (code, config) in stored.items():
        if name in now and now[name] != (code, config):
            changed[name] = "model" if now[name][0] != code else "configuration"
    return changed
