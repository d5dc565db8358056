"""How far the numbers can be trusted: completeness and gates."""

from __future__ import annotations

from dataclasses import replace

from microinf_pipeline.catalog.columns import ADD, PSEUDO, VOCABULARY, hidden, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import share

MART_COMPLETENESS = Table(
    name="mart_completeness", layer=Layer.MART, stage=Stage.KPIS, grain=("source", "brand_id", "rule", "night"),
    purpose="Captured against expected, per source, brand, rule and night (K16).",
    reads=(Read("captures", Scope.ALL),),
    columns=(
        *pick("source!", "brand_id!"),
        own("rule", "VARCHAR", "The query; '*' for the whole source.", required=True),
        *pick("night!"),
        own("holds", "VARCHAR", "What is counted: posts, or of a source of profiles alone its profiles.", allowed=("posts", "profiles"), required=True),
        Column("expected", "BIGINT", "Posts (or profiles) expected: the source's stated total (files: rows read), else the median of up to 8 earlier nights captured whole, if 5 or more, else NULL.", unit="rows", minimum=0),
        own("expected_basis", "VARCHAR", "Where the expectation comes from.", allowed=("stated", "median", "none"), required=True),
        own("captured", "BIGINT", "Posts (or profiles) captured.", unit="rows", additivity=ADD, minimum=0, required=True),
        share("share", "Captured by expected, at most 1; NULL without an expectation."),
        own("gap_reason", "VARCHAR", "Why it fell short."),
    ),
)  # fmt: skip

BRAND_COMPLETENESS = Table(
    name="_brand_completeness", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("brand_id", "source", "night"), config=("brands",),
    purpose="Expected and captured posts of a brand, by source and night: its own queries, else the whole source (K16).",
    reads=(Read("mart_completeness", Scope.ALL), Read("core_brands", Scope.ALL)),
    columns=(
        *pick("brand_id!", "source!", "night!"),
        hidden("captured", "BIGINT", "Sum of the lesser of captured and expected."),
        hidden("expected", "BIGINT", "Sum of the expected; NULL where a gap cannot be sized."),
    ),
)  # fmt: skip

MART_QUALITY = Table(
    name="mart_quality", layer=Layer.MART, stage=Stage.PUBLISH, grain=("night", "table_name", "gate"), partition_by="night",
    purpose="Every gate of every accepted night, with evidence and overrides.",
    columns=(
        *pick("night!", run_time=True),
        own("table_name", "VARCHAR", "Table judged.", required=True, run_time=True),
        own("gate", "VARCHAR", "The gate, a sentence that is true when green.", required=True, run_time=True),
        own("severity", "VARCHAR", "ERROR stops the night, WARN is shown.", allowed=("ERROR", "WARN"), required=True, run_time=True),
        own("passed", "BOOLEAN", "Held.", required=True, run_time=True),
        *pick("evidence", run_time=True),
        own("failing_keys", "VARCHAR", "Up to 20 keys of failing rows, a JSON list.", privacy=PSEUDO, run_time=True),
        own("accepted_reason", "VARCHAR", "Why a failed gate was overridden.", run_time=True),
    ),
)  # fmt: skip

MART_RESTATEMENTS = Table(
    name="mart_restatements", layer=Layer.MART, stage=Stage.PUBLISH, grain=("kpi", "key", "period_start", "night"), partition_by="night",
    purpose="Published values of mart_kpi that a later night changed by more than the threshold in rules/kpis.toml, and why.",
    columns=(
        own("kpi", "VARCHAR", "KPI id.", required=True, run_time=True),
        own("key", "VARCHAR", "The row of mart_kpi: brand_id|campaign_id|network|tier|relation|period.", required=True, run_time=True),
        own("period_start", "DATE", "First local day of the period.", unit="brand-local day", required=True, run_time=True),
        *pick("night!", "brand_id!", run_time=True),
        own("period", "VARCHAR", "Length of the period.", allowed=("day", "week", "month"), required=True, run_time=True),
        own("old_value", "DOUBLE", "What was published before the night.", run_time=True),
        own("new_value", "DOUBLE", "What is published since; NULL = the number, or its row, is gone.", run_time=True),
        replace(VOCABULARY["reason"], meaning="The most specific of what the night touched in that period: erased, expired (too old for the policy of their origin), deleted or merged posts and persons, a new definition or configuration; else refresh: late posts and newer metrics.",
            allowed=("refresh", "deletion", "erasure", "expiry", "merge", "definition", "configuration"), required=True, run_time=True),
    ),
)  # fmt: skip
