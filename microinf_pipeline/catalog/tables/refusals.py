"""What is not there because a policy or an erasure says so, counted."""

from __future__ import annotations

from dataclasses import replace

from microinf_pipeline.catalog.columns import ADD, VOCABULARY, own, pick
from microinf_pipeline.catalog.model import Layer, Read, Scope, Stage, Table
from microinf_pipeline.catalog.policies import BEFORE_CORE, BEFORE_MARTS

MART_POLICY_REFUSALS = Table(
    name="mart_policy_refusals", layer=Layer.MART, stage=Stage.KPIS, grain=("origin", "table_name", "reason", "night"),
    purpose="Rows that policies and erasures keep out of a table, per origin, reason and night.",
    reads=(Read("refused_rows"), Read("recounted_refusals"), Read("mart_policy_refusals", Scope.BEFORE)),
    columns=(
        *pick("origin!"),
        own("table_name", "VARCHAR", "The table they are kept out of, or in which what may not be stored of them is NULL.", required=True),
        replace(
            VOCABULARY["reason"], meaning="The duty of the origin's policy, or tombstone: the person was erased.",
            allowed=(*BEFORE_CORE, *BEFORE_MARTS), required=True,
        ),
        *pick("night!"),
        own("rows_withheld", "BIGINT", "Before core: rows delivered; before marts: mentions of brands.", unit="rows", additivity=ADD, minimum=1, required=True),
    ),
)  # fmt: skip
