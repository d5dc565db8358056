"""Brands among others, and creators over months: share of voice, retention of cohorts."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import hidden, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Rule, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import OF_A_BRAND, or_star

MART_SHARE_OF_VOICE = Table(
    name="mart_share_of_voice", layer=Layer.MART, stage=Stage.KPIS, partition_by="period_start", config=("brands",),
    grain=("brand_set_id", "brand_id", "network", "period", "period_start"),
    purpose="Share of voice of each brand within its declared set, per ended week and month (K4): mentions of every relation but owned, of sources that searched every brand of the set.",
    reads=(
        Read("_mention_facts", Scope.AROUND), Read("observations", Scope.AROUND), Read("_post_identity"), Read("core_brands"), Read("set_sources"),
    ),
    columns=(
        own("brand_set_id", "VARCHAR", "Set of brands that are compared (brands: brand_set).", required=True),
        *pick("brand_id!"), or_star("network"),
        own("period", "VARCHAR", "Length of the period.", allowed=("week", "month"), required=True),
        own("period_start", "DATE", "First day of the period, in the time zone the brands of the set share, else in UTC; weeks begin on Monday.", unit="day", required=True),
        own("posts", "BIGINT", "Posts that name the brand.", unit="count", minimum=0),
        own("set_posts", "BIGINT", "Distinct posts that name any brand of the set.", unit="count", minimum=1),
        Column("presence", "DOUBLE", "Posts naming the brand by distinct posts of the set; sums over brands may exceed 1.", unit="share", minimum=0, maximum=1),
        Column("split_share", "DOUBLE", "Posts shared out equally among the brands they name, by distinct posts of the set; sums to 1 over the brands.", unit="share", minimum=0, maximum=1),
        Column("engagement_share", "DOUBLE", "Engagements shared out likewise, by engagements of the set's posts; NULL over all networks (K1) and where none are known.", unit="share", minimum=0, maximum=1),
        *pick("is_total!"),
        hidden("split_sum", "DOUBLE", "Sum of split_share over the brands of the set."),
    ),
    references=OF_A_BRAND,
    rules=(
        Rule("adds_up_to_one", "abs(split_sum - 1) > 0.000001", "K4: split shares of a set sum to 1."),
        Rule("splits_at_most_what_is_present", "split_share > presence + 0.000001", "A post counts at most once for a brand."),
    ),
)  # fmt: skip

MART_CREATOR_RETENTION = Table(
    name="mart_creator_retention", layer=Layer.MART, stage=Stage.KPIS, grain=("brand_id", "cohort_month", "month"), config=("brands",),
    purpose="Creators by the month of their first earned mention of a brand, and the share of them that mentioned it in each month since (K6).",
    reads=(Read("mart_creator_brand_daily"), Read("_brand_completeness"), Read("core_brands")),
    columns=(
        *pick("brand_id!"),
        own("cohort_month", "DATE", "First day of the month of their first earned mention.", unit="brand-local day", required=True),
        own("month", "DATE", "First day of the month looked at.", unit="brand-local day", required=True),
        own("cohort_size", "BIGINT", "Creators of the cohort; NULL while its month is not complete.", unit="creators", minimum=1),
        own("active", "BIGINT", "Of those, creators with an earned mention in the month; NULL while complete is false.", unit="creators", minimum=0),
        Column("share", "DOUBLE", "Active by cohort size (K6).", unit="share", minimum=0, maximum=1),
        own("complete", "BOOLEAN", "The month and the cohort's have ended, and 0.8 or more of what was expected in them was captured (K16).", required=True),
        own("has_past", "BOOLEAN", "90 days of history lie before the cohort's month; else some of the cohort may have mentioned the brand earlier (K5).", required=True),
    ),
    references=OF_A_BRAND,
    rules=(
        Rule("tells_only_complete_months", "complete <> (share IS NOT NULL)", "K6: NULL while the month is unfinished or completeness is under 0.8."),
        Rule("begins_with_all", "month = cohort_month AND active <> cohort_size", "Who is in a cohort was active in its month."),
    ),
)  # fmt: skip
