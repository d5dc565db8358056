"""Content of others that a brand may show on its own channels, and what it brought where the brand did."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Rule, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import OF_A_BRAND, REASON_PARTS

MART_CONTENT_LIBRARY = Table(
    name="mart_content_library", layer=Layer.MART, stage=Stage.KPIS, grain=("network", "post_id", "brand_id"), config=("brands",),
    purpose="Posts of the last 90 days worth showing on the brand's channels (rules/content.toml), and all of those that the brand re-shared or keeps on its list of rights. Brands configured as competitors have none. Nothing here is free to use unless rights_status says granted.",
    reads=(
        Read("_mention_facts", Scope.ALL), Read("core_posts", Scope.ALL), Read("core_post_metrics", Scope.ALL),
        Read("core_account_roles", Scope.ALL), Read("core_accounts", Scope.ALL), Read("core_duplicates", Scope.ALL),
        Read("core_brands", Scope.ALL), Read("engagement_parts"), Read("given_rights"),
    ),
    columns=(
        *pick("network!", "post_id!", "brand_id!"),
        own("why", "VARCHAR", "Why it is here, as an English sentence.", required=True),
        own("why_parts", "VARCHAR", f"The same for other languages. {REASON_PARTS}", required=True),
        own("is_proposed", "BOOLEAN", "The rules propose it (rules/content.toml); false: here because it was shared, or is on the list of rights.", required=True),
        own("to_median", "DOUBLE", "Engagements by the median of the brand's earned posts of the same network and tier; NULL under 10 posts.", unit="times", minimum=0),
        own("rights_status", "VARCHAR", "Permission to use it, by the brand's own list; not_asked where the list does not name it, expired where valid_until has passed.", allowed=("not_asked", "requested", "granted", "denied", "revoked", "expired"), required=True),
        own("rights_until", "DATE", "Last day of the permission; NULL = none stated.", unit="brand-local day"),
        *pick("safety_flags"),
        own("amplified_on", "DATE", "Day of the brand's first repost or quote of it.", unit="brand-local day"),
        own("amplified_by", "VARCHAR", "The brand's account that did."),
        Column("uplift_72h", "BIGINT", "Engagements gained in the 3 UTC days from that day on minus those of the 3 days before (K15); NULL where no snapshot of the needed days was taken.", unit="count"),
        Column("uplift_control", "DOUBLE", "The same, mean over posts nobody amplified, of equal network, tier and age; NULL under 5 such posts.", unit="count"),
    ),
    references=(Reference(("network", "post_id"), "core_posts", ("network", "post_id")), *OF_A_BRAND),
    rules=(
        Rule("knows_who_amplified", "(amplified_on IS NULL) <> (amplified_by IS NULL)", "What was re-shared was re-shared by an account."),
        Rule("has_an_uplift_only_where_amplified", "amplified_on IS NULL AND (uplift_72h IS NOT NULL OR uplift_control IS NOT NULL)", "K15."),
    ),
)  # fmt: skip
