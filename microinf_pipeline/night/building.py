"""Building a stage: its tables in order, each measured, then judged together by their gates.

Put here: the order of things in a stage. Keep out: what a table's rows are (models) and whether they may pass (quality).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from microinf_pipeline.catalog.model import Stage, Table
from microinf_pipeline.catalog.tables import of_stage
from microinf_pipeline.night import (
    advocacy,
    copies,
    disclosing,
    linking,
    policies,
    profiling,
    suggesting,
    text_reading,
    touching,
)
from microinf_pipeline.night.contests import lists as contest_lists
from microinf_pipeline.night.gating import judge_sources, judge_tables
from microinf_pipeline.night.lists import people as listed_people
from microinf_pipeline.night.model_runs import run_model
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.quality.verdict import Verdict


@dataclass(frozen=True)
class TableOutcome:
    """What one stage did to one table."""

    table: Table
    rows_written: int
    rows_total: int
    partitions: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def is_red(self) -> bool:
        return any(v.stops_the_night for v in self.verdicts)


def _nothing(run: NightRun) -> None:
    """No preparation."""


#: What must be known before a table can be built.
_BEFORE: dict[str, Callable[[NightRun], None]] = {
    "_post_identity": touching.find_post_days,
    "_account_days": touching.find_account_months,
    "core_account_history": touching.find_changed_accounts,
    "_profile_names": linking.read_profile_names,
    "core_creator_links": linking.link_accounts,
    "core_tier_history": touching.fold_tiers,
    "core_account_roles": listed_people.match_listed_people,
    "_account_day_audience": touching.find_audience_days,
    "_post_signatures": copies.sign_posts,
    "_copy_edges": copies.find_edges,
    "_post_copies": copies.find_clusters,
    "core_duplicates": copies.find_copy_days,
    "_brand_matches": touching.match_touched_brands,
    "_post_readings": text_reading.read_texts,
    "_post_labels": disclosing.read_labels,
    "_account_profiles": profiling.read_profiles,
    "core_creator_suggestions": suggesting.suggest_links,
    "_mention_facts": touching.find_mart_days,
    "mart_employee_advocacy": advocacy.read_employee_posts,
    "mart_disclosure": disclosing.judge_disclosures,
    "_account_visits": touching.find_memory_days,
    "_contest_entrants": contest_lists.register_contests,
    "mart_contest_entries": contest_lists.find_vested_entrants,
    "mart_policy_refusals": policies.count_refusals,
}


def build_stage(run: NightRun, stage: Stage) -> list[TableOutcome]:
    """Build and judge the tables of a stage that are computed by models."""
    written: dict[str, int] = {}
    tables = of_stage(stage)
    for table in tables:
        written[table.name] = build_table(run, table)
    verdicts = [*judge_tables(run, tables), *judge_sources(run, stage)]
    run.verdicts += verdicts
    return outcomes(run, tables, written, verdicts)


def build_table(run: NightRun, table: Table) -> int:
    """Make known what a table needs, then compute it. Returns the rows written."""
    _BEFORE.get(table.name, _nothing)(run)
    return run.candidate.rows_of(table) if table.name == "_post_identity" else run_model(run, table)


def outcomes(
    run: NightRun, tables: Iterable[Table], written: dict[str, int], verdicts: Iterable[Verdict]
) -> list[TableOutcome]:
    """One outcome a table, with the verdicts on it."""
    told = list(verdicts)
    return [
        TableOutcome(
            table, written.get(table.name, 0), run.candidate.rows_of(table), tuple(run.candidate.state.partitions(table.name)),
            tuple(v for v in told if v.table == table.name),
        )
        for table in tables
    ]  # fmt: skip
