"""Campaigns, with totals where is_total says so."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import hidden, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import AUDIENCE, RATES, RATES_N, or_star, share

CAMPAIGN_CREATORS = Table(
    name="_campaign_creators", layer=Layer.MART, stage=Stage.KPIS, published=False, partition_by="day",
    grain=("campaign_id", "network", "tier", "day", "creator_id"), config=("brands", "campaigns"),
    purpose="Creators with an earned mention of a brand inside a campaign's time, per local day (K8).",
    reads=(Read("_mention_facts", Scope.TOUCHED), Read("core_campaigns", Scope.ALL)),
    columns=(
        *pick("campaign_id!", "brand_id!", "network!"),
        hidden("tier", "VARCHAR", "Tier at post."),
        *pick("day!", "creator_id!"),
        hidden("tagged", "BOOLEAN", "A post of the day carries the campaign's tags."),
    ),
)  # fmt: skip

CAMPAIGN_POSTS = Table(
    name="_campaign_posts", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("campaign_id", "network", "tier", "own_network", "post_id"),
    config=("brands", "campaigns"),
    purpose="Earned mentions with a campaign's tags, once for each total they belong to.",
    reads=(Read("_mention_facts", Scope.ALL),),
    columns=(
        *pick("campaign_id!"), or_star("network"), or_star("tier"),
        hidden("own_network", "VARCHAR", "The post's network."),
        *pick("post_id!", "account_id", "creator_id", "engagements", "is_mature!", "followers_at_post"),
        hidden("followers_upper", "BIGINT", "Upper end of followers_at_post."),
        hidden("e", "BIGINT", "Engagements the rates use: mature where the post is."),
        hidden("v", "BIGINT", "Views the rates use."),
    ),
)  # fmt: skip

MART_CAMPAIGN = Table(
    name="mart_campaign", layer=Layer.MART, stage=Stage.KPIS, grain=("campaign_id", "network", "tier"), config=("brands", "campaigns"),
    purpose="Campaigns from start to end, with totals over network and tier.",
    reads=(
        Read("_campaign_posts", Scope.ALL), Read("_campaign_creators", Scope.ALL), Read("mart_creator_brand_daily", Scope.ALL),
        Read("core_campaigns", Scope.ALL), Read("core_brands", Scope.ALL), Read("_brand_completeness", Scope.ALL),
        Read("mart_disclosure", Scope.ALL), Read("_mention_facts", Scope.ALL), Read("_money", Scope.ALL),
    ),
    columns=(
        *pick("campaign_id!"), or_star("network"), or_star("tier"),
        Column("posts", "BIGINT", "Earned posts with the campaign's tags (K8).", unit="count", minimum=0),
        Column("creators", "BIGINT", "Distinct creators behind them.", unit="creators", minimum=0),
        Column("new_creators", "BIGINT", "Of those, creators whose first earned mention of the brand lies in the campaign; NULL until 90 days of history.", unit="creators", minimum=0),
        share("hashtag_adoption", "Creators with the campaign's tags by creators mentioning the brand in the same window (K8)."),
        *AUDIENCE, *pick("engagements"), *RATES,
        *RATES_N,
        Column("clicks", "BIGINT", "Clicks of the whole campaign, on the total row; NULL until the brand gives them, and with several currencies.", unit="count", minimum=0),
        Column("conversions", "BIGINT", "Orders the campaign explains, on the total row (K12).", unit="count", minimum=0),
        Column("revenue", "DOUBLE", "Their net revenue, on the total row.", unit="currency"),
        Column("cost", "DOUBLE", "Fees and gifts of its deals, on the total row; NULL without a deal, or while one has no amount.", unit="currency", minimum=0),
        Column("currency", "VARCHAR", "ISO 4217 of revenue and cost; NULL where there are several: mart_roi has a row for each."),
        own("goal", "DOUBLE", "First goal's value, on the total row."),
        Column("goal_share", "DOUBLE", "Reached by that goal; below 1 is good where less is better (cost, cpc, cpa, cpe). NULL for rates, which have no value over all networks (K1).", unit="share"),
        share("completeness", "Captured by expected over the campaign's nights (K16)."),
        share("disclosure_rate", "Of the campaign's posts with a known connection, paid ones too: share with adequate disclosure where the brand lives (K13)."),
        *pick("is_total!"),
    ),
    references=(Reference(("campaign_id",), "core_campaigns", ("campaign_id",)),),
)  # fmt: skip
