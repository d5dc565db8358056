"""Meta tables: what the numbers are, how fresh they are, what the networks never give. Written at publication."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import own, pick
from microinf_pipeline.catalog.model import Layer, Stage, Table

_META = Layer.META
_PUBLISH = Stage.PUBLISH

META_RUNS = Table(
    name="meta_runs", layer=_META, stage=_PUBLISH, grain=("run",),
    purpose="Accepted nights, newest attempt each.",
    columns=(
        own("run", "VARCHAR", "Key of the run.", required=True, run_time=True),
        *pick("night!", run_time=True),
        own("finished_at", "TIMESTAMP", "When it was accepted.", unit="UTC", required=True, run_time=True),
        own("version", "VARCHAR", "Version of the software.", required=True, run_time=True),
        own("engine", "VARCHAR", "Engine that ran it.", required=True, run_time=True),
        own("row_count", "BIGINT", "Rows the night delivered.", unit="rows", run_time=True),
    ),
)  # fmt: skip

META_DATA_AS_OF = Table(
    name="meta_data_as_of", layer=_META, stage=_PUBLISH, grain=("as_of",),
    purpose="One row: how far the data reaches.",
    columns=(own("as_of", "TIMESTAMP", "End of the last accepted night.", unit="UTC", required=True, run_time=True),),
)  # fmt: skip

META_KPI_DEFINITIONS = Table(
    name="meta_kpi_definitions", layer=_META, stage=_PUBLISH, grain=("kpi", "version"),
    purpose="Definition of every KPI.",
    columns=(
        own("kpi", "VARCHAR", "KPI id.", required=True),
        own("version", "INTEGER", "Version of the definition.", required=True),
        own("unit", "VARCHAR", "Unit of the value.", required=True),
        own("formula", "VARCHAR", "The formula in words.", required=True),
        own("numerator_sql", "VARCHAR", "SQL of the numerator over published tables."),
        own("denominator_sql", "VARCHAR", "SQL of the denominator."),
        own("additivity", "VARCHAR", "Whether values may be added.", allowed=("additive", "semi-additive", "non-additive"), required=True),
        own("label_de", "VARCHAR", "Label in German.", required=True),
        own("label_en", "VARCHAR", "Label in English.", required=True),
    ),
)  # fmt: skip

META_CAPABILITIES = Table(
    name="meta_capabilities", layer=_META, stage=_PUBLISH, grain=("origin", "metric"),
    purpose="What each origin gives, refuses, or never has.",
    columns=(
        *pick("origin!"),
        own("metric", "VARCHAR", "What is asked for.", required=True),
        own("availability", "VARCHAR", "allowed, refused or unavailable.", allowed=("allowed", "refused", "unavailable"), required=True),
        own("why", "VARCHAR", "Why.", required=True),
    ),
)  # fmt: skip

META_DISCLOSURE_RULES = Table(
    name="meta_disclosure_rules", layer=_META, stage=_PUBLISH, grain=("rule_id",),
    purpose="The rules behind the verdicts of mart_disclosure, with who says so. Not legal advice.",
    columns=(
        own("rule_id", "VARCHAR", "Jurisdiction, wording and grade.", required=True),
        own("jurisdiction", "VARCHAR", "Whose guidance it is.", allowed=("US", "DE", "UK", "EU"), required=True),
        own("verdict", "VARCHAR", "The verdict it leads to.", allowed=("adequate", "weak", "missing", "not_required", "not_assessable"), required=True),
        own("words", "VARCHAR", "What it says; {label} stands for the label found.", required=True),
        own("label_language", "VARCHAR", "Language of the wording, ISO 639-1; NULL = no wording."),
        *pick("valid_from"),
        own("rule_source", "VARCHAR", "Who says so, or that it is our reading.", required=True),
    ),
)  # fmt: skip

TABLES = (META_RUNS, META_DATA_AS_OF, META_KPI_DEFINITIONS, META_CAPABILITIES, META_DISCLOSURE_RULES)
