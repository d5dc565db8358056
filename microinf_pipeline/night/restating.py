"""What a run changes of numbers that were published before: rows of mart_restatements.

Only partitions of mart_kpi that the run replaced are compared. Put here: which are compared, and why a number moved as far
as the run can tell. Keep out: what the numbers are (models), and who is told (report).
"""

from __future__ import annotations

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.model_runs import sql_of, stale_tables
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.storage.partitions import neighbours

_KPI, _TABLE = TABLES["mart_kpi"], TABLES["mart_restatements"]
_GRAIN = ["kpi", "key", "period_start", "night"]
#: What causes are read from, now and before.
_FACTS = ("core_post_status", "_mention_facts")


def remember_restatements(run: NightRun) -> int:
    """Write what the run restates under its last night. Returns the rows.

    A night that is run again keeps its first old value: what readers had before that night. Nothing is restated by the
    first run of a home.
    """
    months = _replaced_months(run)
    night = run.as_of_night if run.touched.everything else max(run.nights)
    if not months or not run.accepted_nights:
        return 0
    found = _restated(run, months).with_columns(night=pl.lit(night))
    run.candidate.register(run.engine, _TABLE, nights={night.isoformat()}, view="restated_before")
    told = run.engine.query("SELECT * FROM restated_before")
    rows = merged(told, found)
    run.candidate.drop_nights(_TABLE, [night.isoformat()])
    run.candidate.write_frame(_TABLE, night.isoformat(), rows)
    return rows.height


def merged(told: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Restatements of one night from an earlier run of it and from this one: the old value of the first, the new of the last;
    what moved back is no restatement."""
    first = told.select(*_GRAIN, first_value="old_value").with_columns(was_told=True)
    again = found.join(first, on=_GRAIN, how="left", nulls_equal=True)
    again = again.with_columns(old_value=pl.when("was_told").then("first_value").otherwise("old_value"))
    kept = told.join(found, on=_GRAIN, how="anti", nulls_equal=True).select(_TABLE.column_names)
    rows = pl.concat([kept, again.select(_TABLE.column_names)])
    return rows.filter(pl.col("old_value").ne_missing(pl.col("new_value")))


def _replaced_months(run: NightRun) -> set[str]:
    now, before = run.candidate.state.partitions(_KPI.name), run.candidate.before.partitions(_KPI.name)
    return {key for key, part in before.items() if now.get(key) is None or now[key].sha256 != part.sha256}


def _restated(run: NightRun, months: set[str]) -> pl.DataFrame:
    engine, candidate = run.engine, run.candidate
    candidate.register(engine, _KPI, months)
    candidate.register(engine, _KPI, months, view="mart_kpi_before", accepted=True)
    around = neighbours(neighbours(months))
    for name in _FACTS:
        candidate.register(engine, TABLES[name], around)
        candidate.register(engine, TABLES[name], around, view=f"{name}_before", accepted=True)
    candidate.register(engine, TABLES["core_posts"], around)
    candidate.register(engine, TABLES["_post_identity"])
    engine.define_table("causes", sql_of("causes_of_restatements"), {})
    found = engine.query(sql_of("restated_kpis"), run.params())
    if run.expired:  # what is gone was not asked for by anybody: it was too old to be kept
        found = found.with_columns(cause=pl.col("cause").replace("erasure", "expiry"))
    return found.with_columns(reason=pl.coalesce("cause", pl.lit(_otherwise(run)))).drop("cause")


def _otherwise(run: NightRun) -> str:
    """The reason where nothing more specific is known: of a rebuild what made it necessary, of a night newer metrics."""
    if run.removal:
        return "expiry" if run.expired else "erasure"
    if not run.touched.everything:
        return "refresh"
    stored = {name: (table.code, table.config) for name, table in run.candidate.before.tables.items() if table.code}
    changed = set(stale_tables(run.settings, stored).values())
    return "configuration" if "configuration" in changed else "definition" if changed else "refresh"
