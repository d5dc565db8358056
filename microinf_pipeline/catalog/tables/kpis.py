"""KPIs per period and cut, and what they are formed from."""

from __future__ import annotations

from dataclasses import replace

from microinf_pipeline.catalog.columns import VOCABULARY, hidden, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Rule, Scope, Severity, Stage, Table
from microinf_pipeline.catalog.tables.measures import OF_A_BRAND, or_star

_GROUP = (
    *pick("brand_id!", "campaign_id!"),
    or_star("network"),
    or_star("tier"),
    replace(VOCABULARY["relation"], allowed=(*VOCABULARY["relation"].allowed, "earned", "*"), required=True, meaning="Relation; 'earned' = organic, gifted and contest together; '*' = all."),
    own("period", "VARCHAR", "Length of the period.", allowed=("day", "week", "month"), required=True),
    own("period_start", "DATE", "First local day of the period; weeks begin on Monday.", unit="brand-local day", required=True),
)  # fmt: skip

_GROUP_GRAIN = tuple(column.name for column in _GROUP)

KPI_COUNTS = Table(
    name="_kpi_counts", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=_GROUP_GRAIN, partition_by="period_start", config=("brands", "campaigns"),
    purpose="Posts, accounts and audience per period and cut, network by network and over all, finished or not.",
    reads=(Read("_account_sums", Scope.AROUND), Read("_account_visits", Scope.AROUND), Read("kpi_cuts")),
    columns=(
        *_GROUP,
        hidden("has_rates", "BOOLEAN", "Engagement rates are formed for this cut."),
        hidden("has_every_count", "BOOLEAN", "Every counting KPI is shown for this cut."),
        *(hidden(name, "BIGINT", meaning) for name, meaning in (
            ("mentions", "Mentions."), ("engagements", "Their engagements."), ("authorless_posts", "Mentions without an author."),
            ("accounts", "Distinct accounts."), ("new_accounts", "Without an earlier earned mention."),
            ("returning_accounts", "With one in the 90 days before the period."), ("reactivated_accounts", "With older ones only."),
            ("repeat_accounts", "With two mentions or more in the period."), ("amplifications", "Distinct reposting accounts."), ("audience_low", "K3."), ("audience_high", "K3."), ("audience_gross", "K3."),
            ("accounts_known", "Accounts with known followers."), ("tagged_posts", "Mentions with a campaign tag."),
            ("mature_posts", "Mature mentions."), ("told_posts", "Mentions with known engagements."),
            ("not_derived", "Mentions whose policy forms none."),
        )),
    ),
)  # fmt: skip

_RATE_GRAIN = (*_GROUP_GRAIN, "basis", "is_mature")

KPI_MEDIANS = Table(
    name="_kpi_medians", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=_RATE_GRAIN, partition_by="period_start", config=("brands", "campaigns"),
    purpose="Medians of posts' engagement rates with intervals, per period and cut, for mature and other posts apart (K2, K10).",
    reads=(Read("_mention_facts", Scope.AROUND), Read("kpi_cuts")),
    columns=(
        *_GROUP,
        hidden("basis", "VARCHAR", "followers, views, reach, impressions."),
        *pick("is_mature!"),
        hidden("median", "DOUBLE", "Median over posts."),
        hidden("median_low", "DOUBLE", "95 % interval."),
        hidden("median_high", "DOUBLE", "95 % interval."),
    ),
)  # fmt: skip

KPI_RATES = Table(
    name="_kpi_rates", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=_RATE_GRAIN, partition_by="period_start",
    config=("brands", "campaigns"),
    purpose="Engagement rates with intervals per period and cut, for mature and other posts apart (K2, K10).",
    reads=(Read("_account_sums", Scope.AROUND), Read("_kpi_medians", Scope.TOUCHED), Read("kpi_cuts")),
    columns=(
        *_GROUP,
        hidden("basis", "VARCHAR", "followers, views, reach, impressions."),
        *pick("is_mature!"),
        hidden("n_posts", "BIGINT", "Posts with both sides."), hidden("n_creators", "BIGINT", "Their creators; each authorless post is one."),
        hidden("n_measured", "BIGINT", "Of the posts, those with a measured denominator."),
        *(hidden(name, "DOUBLE", meaning) for name, meaning in (
            ("engagements", "Sum of engagements."), ("denominator", "Sum of the denominator."), ("rate_sum", "Sum of the posts' rates."),
            ("pooled", "Sum over sum."), ("mean", "Mean over posts."), ("median", "Median over posts."),
            ("pooled_low", "95 % interval."), ("pooled_high", "95 % interval."), ("mean_low", "95 % interval."),
            ("mean_high", "95 % interval."), ("median_low", "95 % interval."), ("median_high", "95 % interval."),
        )),
    ),
)  # fmt: skip

KPI_ADOPTION = Table(
    name="_kpi_adoption", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("brand_id", "campaign_id", "network", "period", "period_start"),
    partition_by="period_start", config=("brands", "campaigns"),
    purpose="Creators with a campaign tag beside all who mention the brand in the same window (K8).",
    reads=(Read("_account_sums", Scope.AROUND), Read("_campaign_creators", Scope.AROUND), Read("kpi_cuts")),
    columns=(
        *(column for column in _GROUP if column.name not in ("tier", "relation")),
        hidden("creators", "BIGINT", "Creators with an earned mention."),
        hidden("tagged_creators", "BIGINT", "Of those, with a campaign tag."),
        hidden("share", "DOUBLE", "Their share."), hidden("share_low", "DOUBLE", "95 % interval."), hidden("share_high", "DOUBLE", "95 % interval."),
    ),
)  # fmt: skip

KPI_RESPONSE = Table(
    name="_kpi_response", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("brand_id", "network", "period", "period_start"),
    partition_by="period_start", config=("brands",),
    purpose="How a brand answers its mentions, and authors their commenters, per period (K7).",
    reads=(Read("_answerable_mentions", Scope.AROUND), Read("kpi_cuts")),
    columns=(
        *(column for column in _GROUP if column.name not in ("campaign_id", "tier", "relation")),
        hidden("is_captured", "BOOLEAN", "Some mention lies where the brand's own replies are captured."),
        *(hidden(name, "BIGINT", meaning) for name, meaning in (
            ("old_24h", "Answerable mentions at least 24 hours old."), ("answered_24h", "Of those, answered within 24 hours."),
            ("old_72h", "Answerable mentions at least 72 hours old."), ("answered_72h", "Of those, answered within 72 hours."),
            ("answered", "Answered mentions."), ("comments", "Comments seen below mentions about the brand; NULL where unseen."),
            ("comments_answered", "Of those, answered by the author."),
        )),
        hidden("median_hours", "DOUBLE", "Median over answered mentions of the hours to the brand's first reply."),
    ),
)  # fmt: skip

MART_KPI = Table(
    name="mart_kpi", layer=Layer.MART, stage=Stage.KPIS, config=("brands", "campaigns"), grain=("kpi", *_GROUP_GRAIN), partition_by="period_start",
    purpose="Every KPI with numerator, denominator, n, window, measured share, coverage, confidence. Ended periods with a post; no row = no post, or of rates by views, reach, impressions: no post tells them.",
    reads=(
        Read("_kpi_counts", Scope.TOUCHED), Read("_kpi_rates", Scope.TOUCHED), Read("_kpi_adoption", Scope.TOUCHED),
        Read("_kpi_response", Scope.TOUCHED), Read("_kpi_disclosure", Scope.TOUCHED), Read("_brand_completeness", Scope.ALL), Read("core_brands", Scope.ALL),
    ),
    columns=(
        own("kpi", "VARCHAR", "KPI id, as in meta_kpi_definitions.", required=True),
        *_GROUP,
        own("value", "DOUBLE", "The number; NULL where it cannot be formed."),
        own("numerator", "DOUBLE", "What is divided, or counted."),
        own("denominator", "DOUBLE", "What it is divided by; NULL for counts."),
        own("n", "BIGINT", "Sample: posts, accounts or creators, as the definition says.", minimum=0),
        own("window_days", "INTEGER", "Days the number looks at.", unit="days"),
        Column("measured_share", "DOUBLE", "Share of posts used whose denominator was measured.", minimum=0, maximum=1),
        Column("coverage", "DOUBLE", "Posts used by posts in scope.", minimum=0, maximum=1),
        Column("completeness", "DOUBLE", "Captured by expected of the brand's sources over the nights of the period (K16).", minimum=0, maximum=1),
        own("ci_low", "DOUBLE", "Lower end of the 95 % interval (K10)."),
        own("ci_high", "DOUBLE", "Upper end of the 95 % interval (K10)."),
        Column("confidence", "VARCHAR", "Of rates and shares: high from 100 posts or creators, medium from 30, low from 10 and wherever no post is mature, else NULL (K2, K10).", allowed=("high", "medium", "low")),
        own("null_reason", "VARCHAR", "Why the value is NULL."),
        own("definition_version", "INTEGER", "Version of the definition.", required=True),
        own("as_of", "TIMESTAMP", "End of the last accepted night behind it.", unit="UTC", run_time=True),
        *pick("is_total!"),
    ),
    references=OF_A_BRAND,
    rules=(
        Rule("says_why_null", "(value IS NULL) <> (null_reason IS NOT NULL)", "A number that cannot be formed is NULL with a reason."),
        Rule("stays_in_its_interval", "value < ci_low OR value > ci_high", "K10."),
        Rule("keeps_rates_plausible", "kpi LIKE 'er_followers%' AND value > 1", "A group whose rate exceeds 100 % is a wrong denominator.", severity=Severity.WARN),
    ),
)  # fmt: skip
