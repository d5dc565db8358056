"""What Dagster is told about each asset and check before anything runs: all of it comes from the catalogue.

Put here: asset and check specs, partitions. Keep out: what a run reports (`reports`), edges (`lineage`).
"""

from collections.abc import Iterator, Sequence
from functools import cache

import dagster as dg

from microinf_pipeline.catalog.model import Severity, Stage, Table
from microinf_pipeline.catalog.tables import PUBLISHED, TABLES, of_stage
from microinf_pipeline.orchestration.lineage import ACCEPTED, SNAPSHOT, snapshot_upstream, upstream
from microinf_pipeline.quality.gates import gates_of
from microinf_pipeline.quality.volume import CAPTURES, gate_of_source
from microinf_pipeline.settings import Settings

#: One partition a night, a UTC day; the last one is yesterday.
NIGHTLY = dg.DailyPartitionsDefinition(start_date="2010-01-01", timezone="UTC")
OWNERS = ("team:data-engineering",)
GROUPS = tuple(stage.value for stage in Stage)

#: Checks that show a table's own gates, by severity.
CHECKS = {Severity.ERROR: "holds_its_gates", Severity.WARN: "gives_no_warning"}
# Not `blocking` in Dagster's sense: that ends the step at the first red check, and the others would stay unsaid.
_CONSEQUENCES = {
    Severity.ERROR: "A red gate stops the night: its tables are not materialised, nothing is published.",
    Severity.WARN: "A red gate is shown, and never stops the night.",
}
#: Gates that are judged once a source: name, and what is true when green.
_SOURCE_GATES = {
    CAPTURES: (
        ("captures_what_was_stated", "the source answered, and brought what it said there is."),
        ("arrives_in_volume", "the night brought about as much as its last accepted nights."),
        ("reads_its_rows", "few of its rows were unreadable."),
    ),
    "core_duplicates": (("accounts_for_every_row", "every row is a first delivery, removed, rejected or withheld."),),
}


def raw_name(source: str) -> str:
    """Name of the asset that stands for a source's raw captures."""
    return f"raw_{source.replace('-', '_')}"


def raw_specs(settings: Settings) -> list[dg.AssetSpec]:
    """One asset a configured source."""
    return [
        dg.AssetSpec(
            raw_name(source.name),
            group_name=Stage.CAPTURE.value,
            owners=list(OWNERS),
            kinds={source.type.replace("files", "file")},
            description=f"Everything {source.name} delivered, as received, per night and attempt.",
            partitions_def=NIGHTLY,
            metadata={"source": source.name, "required": source.required},
        )
        for source in settings.sources
    ]


def table_specs(settings: Settings, tables: Sequence[Table], versions: dict[str, str]) -> list[dg.AssetSpec]:
    """One asset a table. `versions` are the hashes of the tables' models."""
    raws = [raw_name(source.name) for source in settings.sources]
    return [
        dg.AssetSpec(
            table.name,
            deps=raws if table.stage is Stage.CAPTURE else list(upstream(table)),
            description=_described(table),
            group_name=table.stage.value,
            owners=list(OWNERS),
            kinds=_kinds(table),
            code_version=versions[table.name],
            partitions_def=NIGHTLY,
            metadata=_metadata(table),
            tags={"layer": table.layer.value, "published": str(table.published).lower()},
        )
        for table in tables
    ]


def snapshot_spec() -> dg.AssetSpec:
    """The publication as a whole."""
    return dg.AssetSpec(
        SNAPSHOT,
        deps=list(snapshot_upstream()),
        group_name=Stage.PUBLISH.value,
        owners=list(OWNERS),
        kinds={"duckdb", "parquet"},
        description=f"The snapshot handed out: {len(PUBLISHED)} tables as DuckDB file and Parquet, report, dictionary.",
        partitions_def=NIGHTLY,
    )


def check_specs(settings: Settings, tables: Sequence[Table]) -> list[dg.AssetCheckSpec]:
    """The checks of tables: their own gates as one check a severity, then the gates each source has."""
    return [
        dg.AssetCheckSpec(name, asset=table.name, description=described)
        for table in tables
        for name, described in (*_own_checks(table), *_source_checks(settings, table))
    ]


def check_of(table: str, gate: str) -> str:
    """The check that shows a gate: a table's own gates of one severity share one, a source's gate has its own.

    234 checks cost a night twice the events of 60; evidence lists every gate.
    """
    severity = _severities(table).get(gate)
    return gate if severity is None else CHECKS[severity]


@cache
def _severities(table: str) -> dict[str, Severity]:
    return {gate.name: gate.severity for gate in gates_of(TABLES[table])}


def _own_checks(table: Table) -> Iterator[tuple[str, str]]:
    for severity, name in CHECKS.items():
        gates = [gate for gate in gates_of(table) if gate.severity is severity]
        if gates:
            listed = "\n".join(f"- {gate.name}: {gate.why}" for gate in gates)
            yield name, f"{_CONSEQUENCES[severity]}\n\n{listed}"


def _source_checks(settings: Settings, table: Table) -> Iterator[tuple[str, str]]:
    for gate, why in _SOURCE_GATES.get(table.name, ()):
        for source in settings.sources:
            yield gate_of_source(gate, source.name), f"{source.name}: {why}"


def stage_tables(stage: Stage) -> tuple[Table, ...]:
    """Tables of a stage; of the publication without the one that is written when the night is accepted."""
    return tuple(t for t in of_stage(stage) if t.name != ACCEPTED)


def _described(table: Table) -> str:
    return f"{table.purpose}\n\nOne row per {', '.join(table.grain)}."


def _kinds(table: Table) -> set[str]:
    by_code = table.stage is Stage.CAPTURE or table.name in ("core_tier_history", "_brand_matches", "_post_identity")
    return {"parquet", "polars"} if by_code else {"parquet", "duckdb", "sql"}


def _metadata(table: Table) -> dict[str, object]:
    columns = [dg.TableColumn(c.name, c.type.lower(), c.comment, _constraints(c.required)) for c in table.columns]
    return {
        "dagster/column_schema": dg.TableSchema(columns),
        "dagster/table_name": table.name,
        "grain": ", ".join(table.grain),
        "partition": f"month of {table.partition_by}" if table.partition_by else "none: rewritten whole",
    }


def _constraints(required: bool) -> dg.TableColumnConstraints:
    return dg.TableColumnConstraints(nullable=not required)
