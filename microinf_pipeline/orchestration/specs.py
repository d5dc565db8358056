"""What Dagster is told about each asset and check before anything runs: all of it comes from the catalogue.

Put here: asset and check specs, partitions. Keep out: what a run reports (`reports`), edges (`lineage`).
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from microinf_pipeline.catalog.model import Severity, Stage, Table
from microinf_pipeline.catalog.tables import PUBLISHED, of_stage
from microinf_pipeline.orchestration.lineage import ACCEPTED, SNAPSHOT, snapshot_upstream, upstream
from microinf_pipeline.quality.gates import gates_of
from microinf_pipeline.quality.volume import CAPTURES, gate_of_source
from microinf_pipeline.settings import Settings

#: One partition a night, a UTC day; the last one is yesterday.
NIGHTLY = dg.DailyPartitionsDefinition(start_date="2010-01-01", timezone="UTC")
OWNERS = ("team:data-engineering",)
GROUPS = tuple(stage.value for stage in Stage)

#: Gates that are judged once a source: name, severity, what is true when green.
_SOURCE_GATES = {
    CAPTURES: (
        ("captures_what_was_stated", Severity.ERROR, "The source answered, and brought what it said there is."),
        ("arrives_in_volume", Severity.WARN, "The night brought about as much as the source's last accepted nights."),
        ("reads_its_rows", Severity.ERROR, "Few of its rows were unreadable."),
    ),
    "core_duplicates": (
        ("accounts_for_every_row", Severity.ERROR, "Every row of the source is a first delivery, removed, rejected or withheld."),
    ),
}  # fmt: skip


def raw_name(source: str) -> str:
    """Name of the asset that stands for a source's raw captures."""
    return f"raw_{source.replace('-', '_')}"


def raw_specs(settings: Settings) -> list[dg.AssetSpec]:
    """One asset a configured source."""
    return [
        dg.AssetSpec(
            raw_name(source.name), group_name=Stage.CAPTURE.value, owners=list(OWNERS), kinds={source.type.replace("files", "file")},
            description=f"Everything {source.name} delivered, as received, per night and attempt.", partitions_def=NIGHTLY,
            metadata={"source": source.name, "required": source.required},
        )
        for source in settings.sources
    ]  # fmt: skip


def table_specs(settings: Settings, tables: Sequence[Table], versions: dict[str, str]) -> list[dg.AssetSpec]:
    """One asset a table. `versions` are the hashes of the tables' models."""
    raws = [raw_name(source.name) for source in settings.sources]
    return [
        dg.AssetSpec(
            table.name, deps=raws if table.stage is Stage.CAPTURE else list(upstream(table)), description=_described(table),
            group_name=table.stage.value, owners=list(OWNERS), kinds=_kinds(table), code_version=versions[table.name],
            partitions_def=NIGHTLY, metadata=_metadata(table), tags={"layer": table.layer.value, "published": str(table.published).lower()},
        )
        for table in tables
    ]  # fmt: skip


def snapshot_spec() -> dg.AssetSpec:
    """The publication as a whole."""
    return dg.AssetSpec(
        SNAPSHOT, deps=list(snapshot_upstream()), group_name=Stage.PUBLISH.value, owners=list(OWNERS), kinds={"duckdb", "parquet"},
        description=f"The snapshot handed out: {len(PUBLISHED)} tables as a DuckDB file and as Parquet, with dictionary and manifest.",
        partitions_def=NIGHTLY,
    )  # fmt: skip


def check_specs(settings: Settings, tables: Sequence[Table]) -> list[dg.AssetCheckSpec]:
    """One check a gate: those of the table's declaration, then those a source has."""
    return [
        dg.AssetCheckSpec(name, asset=table.name, description=why, metadata={"severity": severity.value})
        for table in tables
        for name, severity, why in (*_gates(table), *source_gates(settings, table.name))
    ]


def _gates(table: Table) -> Iterator[tuple[str, Severity, str]]:
    return ((gate.name, gate.severity, gate.why) for gate in gates_of(table))


def source_gates(settings: Settings, table: str) -> Iterator[tuple[str, Severity, str]]:
    """Gates judged once a configured source, on the table that shows them."""
    for gate, severity, why in _SOURCE_GATES.get(table, ()):
        for source in settings.sources:
            yield gate_of_source(gate, source.name), severity, f"{source.name}: {why}"


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
        "dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": table.name, "grain": ", ".join(table.grain),
        "partition": f"month of {table.partition_by}" if table.partition_by else "none: rewritten whole",
    }  # fmt: skip


def _constraints(required: bool) -> dg.TableColumnConstraints:
    return dg.TableColumnConstraints(nullable=not required)
