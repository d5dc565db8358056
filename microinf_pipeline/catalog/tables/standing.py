"""How creators stand beside their like: rates, benchmarks, scorecards."""

from __future__ import annotations

from dataclasses import replace

from microinf_pipeline.catalog.columns import VOCABULARY, hidden, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import OF_A_BRAND, RATES, RATES_N, REASON_PARTS, share

CREATOR_RATES = Table(
    name="_creator_rates", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("creator_id", "network", "tier", "format"),
    purpose="Rates by followers of a creator's mature posts, mentions or not, per network, tier at post and format (K9).",
    reads=(
        Read("_mention_facts", Scope.ALL), Read("core_posts", Scope.ALL), Read("core_post_metrics", Scope.ALL),
        Read("core_account_roles", Scope.ALL), Read("core_accounts", Scope.ALL), Read("_employees", Scope.ALL), Read("engagement_parts"),
        Read("refusing_origins"),
    ),
    columns=(
        *pick("creator_id!", "network!"),
        hidden("tier", "VARCHAR", "Tier at post, or 'owned'."),
        hidden("format", "VARCHAR", "Leading medium; '*' = all."),
        hidden("n_posts", "BIGINT", "Mature posts with a rate."),
        hidden("engagements", "BIGINT", "Their engagements."),
        hidden("followers", "BIGINT", "Their followers at post."),
        hidden("rate_mean", "DOUBLE", "Mean of the posts' rates."),
        hidden("rate_median", "DOUBLE", "Median of the posts' rates."),
    ),
)  # fmt: skip

MART_TIER_BENCHMARK = Table(
    name="mart_tier_benchmark", layer=Layer.MART, stage=Stage.KPIS, grain=("network", "tier", "format", "source", "definition"),
    purpose="Engagement rates by tier, network and format: what 'good' is among the creators seen, with their mentions and whatever else of theirs was captured, what the brands' own posts reach, and beside them what others published; the two sources are never mixed (K9).",
    reads=(Read("_creator_rates", Scope.ALL), Read("given_benchmarks")),
    columns=(
        *pick("network!"),
        replace(VOCABULARY["tier"], allowed=("nano", "micro", "macro", "unknown", "owned"), required=True, meaning="Tier at post, or 'owned' for the brands' own posts, also those that do not name the brand."),
        own("format", "VARCHAR", "Leading medium of the posts; '*' = all.", required=True),
        own("n_creators", "BIGINT", "Creators with at least 5 mature posts.", unit="creators", minimum=0),
        own("n_posts", "BIGINT", "Posts the rates rest on.", unit="count", minimum=0),
        Column("er_median", "DOUBLE", "Median over creators of their median rate by followers.", unit="share", minimum=0),
        Column("er_mean", "DOUBLE", "Mean over creators of their mean rate.", unit="share", minimum=0),
        Column("er_pooled", "DOUBLE", "Sum of engagements by sum of followers.", unit="share", minimum=0),
        *(Column(f"p{p}", "DOUBLE", f"{p}th percentile of the creators' median rates.", unit="share", minimum=0) for p in (10, 25, 50, 75, 90)),
        replace(VOCABULARY["source"], meaning="Where the benchmark comes from.", allowed=("own", "imported"), required=True),
        own("definition", "VARCHAR", "What was divided by what; of an imported one who says so, and of which year.", required=True),
        own("publisher", "VARCHAR", "Who published an imported benchmark."),
        own("year", "INTEGER", "Year an imported benchmark is of.", unit="year"),
        *pick("is_total!"),
    ),
)  # fmt: skip

MART_CREATOR_SCORECARD = Table(
    name="mart_creator_scorecard", layer=Layer.MART, stage=Stage.KPIS, grain=("creator_id", "brand_id", "network"),
    purpose="Creators of the last 365 days per brand and network: rates, counts, how they stand among their like, and their score.",
    reads=(
        Read("_mention_facts", Scope.ALL), Read("mart_creator_brand_daily", Scope.ALL), Read("core_brands", Scope.ALL),
        Read("core_creators", Scope.ALL), Read("_creator_rates", Scope.ALL), Read("mart_tier_benchmark", Scope.ALL),
        Read("core_accounts", Scope.ALL), Read("_account_talk", Scope.ALL), Read("score_weights"),
        Read("_answerable_mentions", Scope.ALL), Read("mart_disclosure", Scope.ALL), Read("_creator_money", Scope.ALL),
    ),
    parts=("_scorecard_counts", "_scorecard_standing", "_scorecard_scores"),
    columns=(
        *pick("creator_id!", "brand_id!", "network!", "tier!"),
        own("mentions_90d", "BIGINT", "Mentions in the last 90 local days.", unit="count", minimum=0),
        own("first_mention_on", "DATE", "First mention of the brand.", unit="brand-local day"),
        own("last_mention_on", "DATE", "Last mention of the brand.", unit="brand-local day"),
        share("active_weeks_share", "Of the last 13 weeks, counted back from the last ended day, or of those since the first mention: share with a mention."),
        *RATES, *RATES_N,
        own("benchmark_percentile", "DOUBLE", "Share of like creators (tier, network, format; else all formats) with a lower median rate, equals half, self left out; NULL while they are under 100 (K9).", minimum=0, maximum=1),
        own("benchmark_band", "VARCHAR", "Quartile of that percentile, q4 = highest; alone while the group is 30 to 99 creators.", allowed=("q1", "q2", "q3", "q4")),
        share("creator_reply_rate", "Comments seen below the mentions that the author answered (K7); NULL where comments are unseen."),
        share("brand_reply_share", "Answerable mentions the brand answered in public at any time (K7); NULL where own replies are not captured."),
        share("disclosure_rate", "Posts of the last 365 local days with adequate disclosure where the brand lives, by posts with a known connection (K13); NULL without one."),
        Column("authenticity_score", "DOUBLE", "1 = genuine, 0 = not; NULL with too little data.", minimum=0, maximum=1),
        own("mention_days", "BIGINT", "Days of the last 90 with a mention.", unit="brand-local days", minimum=0),
        own("score", "DOUBLE", "Score for the brand, 0 to 1: the sum of its parts' contributions (K17).", minimum=0, maximum=1, required=True),
        own("score_parts", "VARCHAR", "JSON list of relevance, resonance, relation, authenticity, audience, disclosure, cost, each with part, value (0 to 1; null = not known), weight (those known add up to 1), contribution.", required=True),
        own("confidence", "VARCHAR", "By the creator's posts with a rate, about the brand or not: high from 100, medium from 30, low from 10 and where no post about the brand is mature; NULL below (K10).", allowed=("high", "medium", "low")),
        own("rank", "BIGINT", "Rank by score for the brand; NULL below 10 posts with a rate, about the brand or not (K10), and while parts of half the weight are not known.", minimum=1),
        own("rank_prev", "BIGINT", "Rank as of the previous calendar day, recomputed: posts and windows end a day earlier; followers, standing and what profiles tell are as known now.", minimum=1),
        own("is_new", "BOOLEAN", "Not listed the day before: the last ended day brought the first mention of 365 days.", required=True),
        own("why", "VARCHAR", "The reasons as an English sentence: mentions, what speaks for and against, what is not known.", required=True),
        own("why_parts", "VARCHAR", f"The same for other languages. {REASON_PARTS}", required=True),
        own("discovered_via", "VARCHAR", "Rule that matched the first mention; of two at one moment the stronger.", allowed=("hashtag", "handle", "domain", "keyword", "export")),
    ),
    references=(Reference(("creator_id",), "core_creators", ("creator_id",)), *OF_A_BRAND),
)  # fmt: skip
