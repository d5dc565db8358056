"""Which table a table is made from, as Dagster shows it: the catalogue's reads, seen through the views of a session.

Put here: edges of the graph. Keep out: what the assets say about themselves (`specs`).
"""

from functools import cache

from microinf_pipeline.catalog.model import Scope, Stage, Table
from microinf_pipeline.catalog.tables import ORDER, PUBLISHED, TABLES, of_stage
from microinf_pipeline.models.files import model_files, parsed, relations_of
from microinf_pipeline.quality.volume import CAPTURES

#: The asset that stands for the snapshot that is handed out.
SNAPSHOT = "published"
ACCEPTED = "mart_quality"

#: Relations that code, not SQL, puts into the session, and what they are made from.
_BY_CODE = {
    "observations_all": ("observations",),
    "matched_brands": ("observations", "core_account_aliases"),
    "folded_tiers": ("core_account_history",),
    "read_labels": ("core_posts",),
    "judged_disclosures": ("_mention_facts", "_post_labels", "core_posts"),
    "read_names": ("account_observations", "core_account_aliases"),
    "known_roles": ("account_observations", "core_account_aliases", "core_creator_links"),
    "vested_hashes": ("account_observations", "core_account_aliases", "core_creator_links"),
    "tied_accounts": ("account_observations", "core_account_aliases", "core_creator_links"),
    "profile_candidates": ("core_posts", "core_mentions", "core_mention_campaigns"),
    "read_profiles": ("observations", "_account_days", "core_account_history", "core_posts"),
    "read_texts": ("observations", "_brand_matches"),
    "wanted_accounts": ("_account_days",),
    "suggested_links": ("core_accounts", "core_posts", "core_mentions", "core_mention_campaigns"),
    "vested_entrants": ("_contest_entrants", "_vested"),
    "employee_posts": ("core_posts", "_mention_facts", "_employees"),
    "linked_accounts": ("_profile_names", "core_account_aliases", "core_account_history"),
    "post_words": ("observations", "_post_identity"),
    "read_signatures": ("observations", "_post_identity"),
    "signatures_before": (),
    "found_edges": ("_post_signatures",),
    "looked_anew": ("_post_signatures",),
    "edges_before": (),
    "found_copies": ("_copy_edges", "core_creator_links", "_account_day_audience"),
    "clustered_anew": ("_copy_edges",),
    "copies_before": (),
    "refused_rows": ("observations", "core_mentions"),
    "recounted_refusals": (),
    "_account_post_days": ("observations", "_post_identity"),
}


@cache
def _views() -> dict[str, str]:
    return {m.name: m.sql for m in model_files() if m.name not in TABLES}


@cache
def tables_behind(relation: str) -> frozenset[str]:
    """The catalogued tables a relation is made from: itself, if it is one; none, if configuration gives it."""
    if relation in TABLES:
        return frozenset({relation})
    if relation in _BY_CODE:
        return frozenset(_BY_CODE[relation])
    statements = parsed(_views().get(relation, ""))
    read = {name.removesuffix("_before") for statement in statements if statement for name in relations_of(statement)}
    return frozenset(t for name in read - {relation} for t in tables_behind(name))


def upstream(table: Table) -> tuple[str, ...]:
    """Tables a table of a model stage, or of the publication, is made from, in build order."""
    if table.name == ACCEPTED:
        return _names_of(Stage.KPIS)
    if table.stage is Stage.PUBLISH:
        return (ACCEPTED,)
    found = _made_from(table) | _stage_before(table)
    return tuple(t.name for t in ORDER if t.name in found) or (CAPTURES,)


def snapshot_upstream() -> tuple[str, ...]:
    """Published tables nothing else is made from; all others are behind them."""
    read = {name for table in ORDER if table.name != ACCEPTED for name in upstream(table)}
    return tuple(t.name for t in PUBLISHED if t.name not in read or t.stage is Stage.PUBLISH)


@cache
def _made_from(table: Table) -> frozenset[str]:
    found = {t for read in table.reads if read.scope is not Scope.BEFORE for t in tables_behind(read.table)}
    earlier = {t.name for t in ORDER[: ORDER.index(table)]}
    return frozenset(found & earlier)


def _stage_before(table: Table) -> set[str]:
    """A stage begins when the one before held: its first table says so where no table of it reads from there."""
    tables, stages = of_stage(table.stage), list(Stage)
    before = of_stage(stages[stages.index(table.stage) - 1])
    joined = {name for t in tables for name in _made_from(t)} & {t.name for t in before}
    return {before[-1].name} if table is tables[0] and not joined else set()


def _names_of(stage: Stage) -> tuple[str, ...]:
    return tuple(t.name for t in of_stage(stage))
