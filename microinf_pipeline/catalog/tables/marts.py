"""Marts: the published KPI tables. Daily marts hold leaves only; totals stand where the table says is_total."""

from __future__ import annotations

from dataclasses import replace

from microinf_pipeline.catalog.columns import ADD, PSEUDO, VOCABULARY, hidden, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Rule, Scope, Severity, Stage, Table

_MART = Layer.MART
_KPIS = Stage.KPIS
_PARTS = ("likes", "comments", "shares", "quotes", "saves", "views")


def _sum(name: str, meaning: str, type_: str = "BIGINT", unit: str = "count") -> Column:
    return Column(name, type_, meaning, unit=unit, additivity=ADD, minimum=0)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "DOUBLE", meaning, unit="share", minimum=0)


def _or_star(name: str) -> Column:
    """A dimension that is '*' in total rows."""
    column = VOCABULARY[name]
    allowed = (*column.allowed, "*") if column.allowed else ()
    return replace(column, meaning=f"{column.meaning} '*' = total.", required=True, allowed=allowed)


_BRAND = (Reference(("brand_id",), "core_brands", ("brand_id",)),)

_AUDIENCE = (
    Column("audience_low", "BIGINT", "Followers of the largest single account (K3). Potential audience, not reach.", unit="accounts", minimum=0),
    Column("audience_high", "BIGINT", "Sum over distinct accounts, upper end of rounded counts (K3); a floor while audience_known_share < 1.", unit="accounts", minimum=0),
    Column("audience_gross", "BIGINT", "Sum over posts: every double count included (K3).", unit="accounts", additivity=ADD, minimum=0),
    Column("audience_known_share", "DOUBLE", "Share of accounts whose followers are known.", unit="share", minimum=0, maximum=1),
)  # fmt: skip

_MENTION_FACTS = Table(
    name="_mention_facts", layer=_MART, stage=_KPIS, published=False, partition_by="day", grain=("network", "post_id", "brand_id"),
    config=("brands", "campaigns"),
    purpose="One thin row per mention on the brand's local day: all that marts need of a post.",
    reads=(
        Read("core_posts", Scope.AROUND), Read("core_mentions", Scope.AROUND), Read("core_mention_campaigns", Scope.AROUND),
        Read("core_post_metrics", Scope.AROUND), Read("core_brands", Scope.ALL), Read("core_accounts", Scope.ALL),
    ),
    columns=(
        *pick("day!", "network!", "post_id!", "brand_id!", "account_id", "creator_id"),
        hidden("created_at", "TIMESTAMP", "When the author made it."),
        *pick("post_type!", "relation!"),
        hidden("tier", "VARCHAR", "tier_at_post."),
        hidden("matched_by", "VARCHAR", "Rule that matched."),
        hidden("mention_mode", "VARCHAR", "about, directed, quote."),
        hidden("counts_as_earned", "BOOLEAN", "Counts in earned KPIs."),
        hidden("is_mention", "BOOLEAN", "Counts as a mention of its relation: counted post, not directed, not a repost, not a bridge copy."),
        *pick(*_PARTS, "engagements", "impressions", "reach_measured"),
        hidden("mature_engagements", "BIGINT", "Engagements of the first observation at age 7 days or more (K2)."),
        hidden("mature_views", "BIGINT", "Views of that observation."),
        hidden("mature_impressions", "BIGINT", "Impressions of that observation."),
        *pick("is_mature!", "followers_at_post", "followers_basis!"),
        hidden("followers_upper", "BIGINT", "Upper end of followers_at_post where the count is rounded."),
        hidden("format", "VARCHAR", "video > picture > audio > text: the post's leading medium."),
        hidden("has_picture", "BOOLEAN", "Has a picture."),
        hidden("has_video", "BOOLEAN", "Has a video."),
        hidden("has_audio", "BOOLEAN", "Has audio."),
        hidden("campaign_ids", "VARCHAR[]", "Campaigns it belongs to, in order."),
        hidden("repost_of_post_id", "VARCHAR", "Original of a repost."),
    ),
)  # fmt: skip

_ACCOUNT_BRAND_DAYS = Table(
    name="_account_brand_days", layer=_MART, stage=_KPIS, published=False, partition_by="day", grain=("brand_id", "network", "account_id", "day"),
    purpose="Days on which an account had an earned mention of a brand: the memory behind new, returning, reactivated (K5).",
    reads=(Read("_mention_facts", Scope.TOUCHED),),
    columns=(
        *pick("brand_id!", "network!", "account_id!", "day!"),
        hidden("posts", "BIGINT", "Earned mentions of the day."),
    ),
)  # fmt: skip

MART_BRAND_DAILY = Table(
    name="mart_brand_daily", layer=_MART, stage=_KPIS, partition_by="day", grain=("brand_id", "network", "tier", "relation", "day"),
    config=("brands",),
    purpose="A brand's mentions per local day, network, tier and relation. Leaves only: accounts of different rows overlap.",
    reads=(Read("_mention_facts", Scope.TOUCHED), Read("_account_brand_days", Scope.ALL), Read("core_brands", Scope.ALL)),
    columns=(
        *pick("brand_id!", "network!", "tier!", "relation!", "day!"),
        _sum("mentions", "Posts that name the brand and count (K11)."),
        Column("accounts", "BIGINT", "Distinct accounts behind them.", unit="accounts", minimum=0),
        Column("new_accounts", "BIGINT", "Accounts whose first earned mention ever is on this day (K5); NULL until 90 days of history.", unit="accounts", minimum=0),
        Column("returning_accounts", "BIGINT", "Accounts with another earned mention in the 90 days before (K5).", unit="accounts", minimum=0),
        Column("reactivated_accounts", "BIGINT", "Accounts whose earlier mentions are all older than 90 days (K5).", unit="accounts", minimum=0),
        _sum("authorless_posts", "Mentions without a known author, counted apart from accounts."),
        _sum("originals", "Mentions that are original posts or quotes."),
        _sum("replies", "Mentions that are replies."),
        _sum("reposts", "Reposts of posts that name the brand; never mentions."),
        Column("amplifications", "BIGINT", "Distinct accounts that reposted.", unit="accounts", minimum=0),
        *pick(*_PARTS, "engagements"),
        *_AUDIENCE,
        _sum("with_picture", "Mentions with a picture."), _sum("with_video", "Mentions with a video."),
        _sum("with_audio", "Mentions with audio."), _sum("with_text", "Mentions of text alone."),
    ),
    references=_BRAND,
    rules=(
        Rule("adds_up_accounts", "new_accounts + returning_accounts + reactivated_accounts <> accounts AND relation IN ('organic', 'gifted', 'contest')", "K5: the three add up."),
        Rule("adds_up_types", "originals + replies <> mentions", "Every mention is one of them."),
        Rule("orders_its_audience", "audience_low > audience_high OR audience_high > audience_gross", "K3: low <= high <= gross."),
    ),
)  # fmt: skip

MART_CREATOR_BRAND_DAILY = Table(
    name="mart_creator_brand_daily", layer=_MART, stage=_KPIS, partition_by="day", grain=("creator_id", "brand_id", "network", "relation", "day"),
    purpose="A creator's posts for a brand per local day: what person marts are built from.",
    reads=(Read("_mention_facts", Scope.TOUCHED),),
    columns=(
        *pick("creator_id!", "brand_id!", "network!", "relation!", "day!"),
        _sum("posts", "Mentions by the creator."),
        *pick(*_PARTS, "engagements", "followers_at_post"),
        own("campaign_ids", "VARCHAR", "Campaigns the posts belong to, a JSON list."),
    ),
    references=(Reference(("creator_id",), "core_creators", ("creator_id",)), *_BRAND),
)  # fmt: skip

MART_HASHTAG_DAILY = Table(
    name="mart_hashtag_daily", layer=_MART, stage=_KPIS, partition_by="day", grain=("brand_id", "hashtag", "network", "day", "campaign_id"),
    purpose="Hashtags in a brand's earned mentions per local day; campaign_id where the tag is a campaign's.",
    reads=(
        Read("_mention_facts", Scope.TOUCHED), Read("core_post_hashtags", Scope.AROUND), Read("core_campaigns", Scope.ALL),
        Read("_account_brand_days", Scope.ALL),
    ),
    columns=(
        *pick("brand_id!", "hashtag!", "network!", "day!"),
        _sum("posts", "Earned mentions with the tag."),
        Column("accounts", "BIGINT", "Distinct accounts behind them.", unit="accounts", minimum=0),
        Column("new_accounts", "BIGINT", "Of those, accounts new to the brand on this day (K5); NULL until 90 days of history.", unit="accounts", minimum=0),
        *pick("engagements", "campaign_id!"),
    ),
    references=_BRAND,
)  # fmt: skip

_ER = tuple(
    Column(f"er_{basis}_{stat}", "DOUBLE", f"Engagement rate by {basis}, {words} (K2).", unit="share", minimum=0)
    for basis in ("followers", "views")
    for stat, words in (("pooled", "sum over sum"), ("mean", "mean over posts"), ("median", "median over posts"))
)

MART_CAMPAIGN = Table(
    name="mart_campaign", layer=_MART, stage=_KPIS, grain=("campaign_id", "network", "tier"), config=("brands", "campaigns"),
    purpose="Campaigns from start to end, with totals over network and tier.",
    reads=(
        Read("_mention_facts", Scope.ALL), Read("core_campaigns", Scope.ALL), Read("_account_brand_days", Scope.ALL),
        Read("core_brands", Scope.ALL), Read("mart_completeness", Scope.ALL),
    ),
    columns=(
        *pick("campaign_id!"), _or_star("network"), _or_star("tier"),
        Column("posts", "BIGINT", "Earned posts with the campaign's tags (K8).", unit="count", minimum=0),
        Column("creators", "BIGINT", "Distinct creators behind them.", unit="creators", minimum=0),
        Column("new_creators", "BIGINT", "Of those, creators whose first earned mention of the brand lies in the campaign; NULL until 90 days of history.", unit="creators", minimum=0),
        _share("hashtag_adoption", "Creators with the campaign's tags by creators mentioning the brand in the same window (K8)."),
        *_AUDIENCE, *pick("engagements"), *_ER,
        own("n_posts", "BIGINT", "Posts the rates rest on.", unit="count", minimum=0),
        own("clicks", "BIGINT", "Clicks; NULL until the brand gives them.", unit="count", minimum=0),
        own("conversions", "BIGINT", "Conversions; NULL until the brand gives them.", unit="count", minimum=0),
        own("cost", "DOUBLE", "Cost; NULL until the brand gives it.", unit="currency", minimum=0),
        own("goal", "DOUBLE", "First goal's value, on the total row."),
        _share("goal_share", "Reached share of that goal."),
        _share("completeness", "Captured by expected over the campaign's nights (K16)."),
        *pick("is_total!"),
    ),
    references=(Reference(("campaign_id",), "core_campaigns", ("campaign_id",)),),
)  # fmt: skip

MART_TIER_BENCHMARK = Table(
    name="mart_tier_benchmark", layer=_MART, stage=_KPIS, grain=("network", "tier", "format", "source"),
    purpose="Engagement rates of creators by tier, network and format: what 'good' is among one's own mentions (K9).",
    reads=(Read("_mention_facts", Scope.ALL),),
    columns=(
        *pick("network!"),
        replace(VOCABULARY["tier"], allowed=("nano", "micro", "macro", "unknown", "owned"), required=True, meaning="Tier at post, or 'owned' for the brands' own posts."),
        own("format", "VARCHAR", "Leading medium of the posts; '*' = all.", required=True),
        own("n_creators", "BIGINT", "Creators with at least 5 mature posts.", unit="creators", minimum=0),
        own("n_posts", "BIGINT", "Posts the rates rest on.", unit="count", minimum=0),
        Column("er_median", "DOUBLE", "Median over creators of their median rate by followers.", unit="share", minimum=0),
        Column("er_mean", "DOUBLE", "Mean over creators of their mean rate.", unit="share", minimum=0),
        Column("er_pooled", "DOUBLE", "Sum of engagements by sum of followers.", unit="share", minimum=0),
        *(Column(f"p{p}", "DOUBLE", f"{p}th percentile of the creators' median rates.", unit="share", minimum=0) for p in (10, 25, 50, 75, 90)),
        replace(VOCABULARY["source"], meaning="Where the benchmark comes from.", allowed=("own", "imported"), required=True),
        own("definition", "VARCHAR", "What was divided by what.", required=True),
        *pick("is_total!"),
    ),
)  # fmt: skip

MART_CREATOR_SCORECARD = Table(
    name="mart_creator_scorecard", layer=_MART, stage=_KPIS, grain=("creator_id", "brand_id", "network"),
    purpose="Creators of the last 365 days per brand and network: rates, counts, and how they stand among their like.",
    reads=(Read("_mention_facts", Scope.ALL), Read("core_creators", Scope.ALL), Read("mart_tier_benchmark", Scope.ALL)),
    columns=(
        *pick("creator_id!", "brand_id!", "network!", "tier!"),
        own("mentions_90d", "BIGINT", "Mentions in the last 90 local days.", unit="count", minimum=0),
        own("first_mention_on", "DATE", "First mention of the brand.", unit="brand-local day"),
        own("last_mention_on", "DATE", "Last mention of the brand.", unit="brand-local day"),
        _share("active_weeks_share", "Weeks with a mention by weeks since the first, last 13 weeks."),
        *_ER,
        own("n_posts", "BIGINT", "Posts the rates rest on.", unit="count", minimum=0),
        own("benchmark_percentile", "DOUBLE", "Percentile of the median rate among creators of the same tier, network and format (K9).", minimum=0, maximum=1),
        own("benchmark_band", "VARCHAR", "Quartile, shown alone while the group is under 100 creators.", allowed=("q1", "q2", "q3", "q4")),
        _share("creator_reply_rate", "Comments on own posts answered by the author (K7); NULL where comments are unseen."),
        _share("brand_reply_share", "Mentions the brand answered; NULL where own replies are not captured."),
        _share("disclosure_rate", "Posts with adequate disclosure by posts with a known connection (K13)."),
        Column("authenticity_score", "DOUBLE", "1 = genuine, 0 = not; NULL with too little data.", minimum=0, maximum=1),
        own("score", "DOUBLE", "Score for the brand (K17); NULL until its parts are built.", minimum=0),
        own("score_parts", "VARCHAR", "Parts and weights, JSON."),
        own("confidence", "VARCHAR", "high from 100 posts, medium from 30, low from 10; NULL below (K10).", allowed=("high", "medium", "low")),
        own("rank", "BIGINT", "Rank for the brand; NULL below 10 posts or without a score.", minimum=1),
        own("rank_prev", "BIGINT", "Rank as of the previous calendar day.", minimum=1),
        own("why", "VARCHAR", "The reasons in words."),
        own("discovered_via", "VARCHAR", "Rule that matched the first mention.", allowed=("hashtag", "handle", "domain", "keyword", "export")),
    ),
    references=(Reference(("creator_id",), "core_creators", ("creator_id",)), *_BRAND),
)  # fmt: skip

MART_COMPLETENESS = Table(
    name="mart_completeness", layer=_MART, stage=_KPIS, grain=("source", "brand_id", "rule", "night"),
    purpose="Captured against expected, per source, brand, rule and night (K16).",
    reads=(Read("captures", Scope.ALL),),
    columns=(
        *pick("source!", "brand_id!"),
        own("rule", "VARCHAR", "The query; '*' for the whole source.", required=True),
        *pick("night!"),
        Column("expected", "BIGINT", "Posts expected: the source's stated total, else the median of up to 8 earlier accepted nights, else NULL.", unit="posts", minimum=0),
        own("expected_basis", "VARCHAR", "Where the expectation comes from.", allowed=("stated", "median", "none"), required=True),
        own("captured", "BIGINT", "Posts captured.", unit="posts", additivity=ADD, minimum=0, required=True),
        _share("share", "Captured by expected, at most 1; NULL without an expectation."),
        own("gap_reason", "VARCHAR", "Why it fell short."),
    ),
)  # fmt: skip

MART_KPI = Table(
    name="mart_kpi", layer=_MART, stage=_KPIS, config=("brands", "campaigns"),
    grain=("kpi", "brand_id", "campaign_id", "network", "tier", "relation", "period", "period_start"), partition_by="period_start",
    purpose="Every KPI with numerator, denominator, n, window, measured share, coverage, confidence.",
    reads=(
        Read("_mention_facts", Scope.AROUND), Read("_account_brand_days", Scope.ALL), Read("core_brands", Scope.ALL),
        Read("core_campaigns", Scope.ALL), Read("mart_completeness", Scope.ALL), Read("mart_brand_daily", Scope.AROUND),
    ),
    columns=(
        own("kpi", "VARCHAR", "KPI id, as in meta_kpi_definitions.", required=True),
        *pick("brand_id!", "campaign_id!"), _or_star("network"), _or_star("tier"),
        replace(VOCABULARY["relation"], allowed=(*VOCABULARY["relation"].allowed, "earned", "*"), required=True, meaning="Relation; 'earned' = organic, gifted and contest together; '*' = all."),
        own("period", "VARCHAR", "Length of the period.", allowed=("day", "week", "month"), required=True),
        own("period_start", "DATE", "First local day of the period.", unit="brand-local day", required=True),
        own("value", "DOUBLE", "The number; NULL where it cannot be formed."),
        own("numerator", "DOUBLE", "What is divided, or counted."),
        own("denominator", "DOUBLE", "What it is divided by; NULL for counts."),
        own("n", "BIGINT", "Sample: posts, accounts or creators, as the definition says.", minimum=0),
        own("window_days", "INTEGER", "Days the number looks at.", unit="days"),
        Column("measured_share", "DOUBLE", "Share of posts used whose denominator was measured.", minimum=0, maximum=1),
        Column("coverage", "DOUBLE", "Posts used by posts in scope.", minimum=0, maximum=1),
        Column("completeness", "DOUBLE", "Captured by expected over the period (K16).", minimum=0, maximum=1),
        own("ci_low", "DOUBLE", "Lower end of the 95 % interval (K10)."),
        own("ci_high", "DOUBLE", "Upper end of the 95 % interval (K10)."),
        Column("confidence", "VARCHAR", "high from 100, medium from 30, low from 10 (K10).", allowed=("high", "medium", "low")),
        own("null_reason", "VARCHAR", "Why the value is NULL."),
        own("definition_version", "INTEGER", "Version of the definition.", required=True),
        own("as_of", "TIMESTAMP", "End of the last accepted night behind it.", unit="UTC", run_time=True),
        *pick("is_total!"),
    ),
    references=_BRAND,
    rules=(
        Rule("says_why_null", "(value IS NULL) <> (null_reason IS NOT NULL)", "A number that cannot be formed is NULL with a reason."),
        Rule("stays_in_its_interval", "value < ci_low OR value > ci_high", "K10."),
        Rule("keeps_rates_plausible", "kpi LIKE 'er_followers%' AND value > 1", "A group whose rate exceeds 100 % is a wrong denominator.", severity=Severity.WARN),
    ),
)  # fmt: skip

MART_QUALITY = Table(
    name="mart_quality", layer=_MART, stage=Stage.PUBLISH, grain=("night", "table_name", "gate"), partition_by="night",
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

TABLES = (
    MART_COMPLETENESS, _MENTION_FACTS, _ACCOUNT_BRAND_DAYS, MART_BRAND_DAILY, MART_CREATOR_BRAND_DAILY, MART_HASHTAG_DAILY, MART_CAMPAIGN,
    MART_TIER_BENCHMARK, MART_CREATOR_SCORECARD, MART_KPI, MART_QUALITY,
)  # fmt: skip
