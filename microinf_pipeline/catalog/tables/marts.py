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
    Column("audience_low", "BIGINT", "Followers of the largest single account, as last shown (K3). Potential audience, not reach.", unit="accounts", minimum=0),
    Column("audience_high", "BIGINT", "Sum over distinct accounts, upper end of rounded counts (K3); a floor while audience_known_share < 1.", unit="accounts", minimum=0),
    Column("audience_gross", "BIGINT", "Sum over posts with an author: every double count included, upper end of rounded counts as in audience_high (K3).", unit="accounts", additivity=ADD, minimum=0),
    Column("audience_known_share", "DOUBLE", "Share of accounts whose followers are known.", unit="share", minimum=0, maximum=1),
)  # fmt: skip

_MENTION_FACTS = Table(
    name="_mention_facts", layer=_MART, stage=_KPIS, published=False, partition_by="day", grain=("network", "post_id", "brand_id"),
    config=("brands", "campaigns"),
    purpose="One thin row per mention on the brand's local day: all that marts need of a post.",
    reads=(
        Read("core_posts", Scope.AROUND), Read("core_mentions", Scope.AROUND), Read("core_mention_campaigns", Scope.AROUND),
        Read("core_post_metrics", Scope.AROUND), Read("core_brands", Scope.ALL), Read("core_campaigns", Scope.ALL),
        Read("core_accounts", Scope.ALL), Read("engagement_parts"),
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
        hidden("in_cluster", "BOOLEAN", "The post is in a cluster of copies."),
        *pick(*_PARTS, "engagements", "impressions", "reach_measured"),
        hidden("mature_engagements", "BIGINT", "Engagements of the first observation at an age of 7 full days or more (K2)."),
        hidden("mature_views", "BIGINT", "Views of that observation."),
        hidden("mature_impressions", "BIGINT", "Impressions of that observation."),
        hidden("mature_reach", "BIGINT", "Reach of that observation."),
        *pick("is_mature!", "followers_at_post", "followers_basis!"),
        hidden("followers_upper", "BIGINT", "Upper end of followers_at_post where the count is rounded to one decimal of thousands or millions."),
        hidden("format", "VARCHAR", "video > picture > audio > text: the post's leading medium."),
        hidden("has_picture", "BOOLEAN", "Has a picture or gif; NULL where the media are unknown."),
        hidden("has_video", "BOOLEAN", "Has a video."),
        hidden("has_audio", "BOOLEAN", "Has audio."),
        hidden("campaign_ids", "VARCHAR[]", "Campaigns of the brand it belongs to, in order; NULL where none."),
    ),
    rules=(
        Rule(
            "earns_exactly_by_relation", "counts_as_earned <> (is_mention AND relation IN ('organic', 'gifted', 'contest'))",
            "K11: a mention is earned by its relation alone; accounts and their new, returning, reactivated add up only then.",
        ),
    ),
)  # fmt: skip

_BASES = ("followers", "views", "reach", "impressions")
_FIRST_BY = hidden(
    "first_by",
    "BIGINT",
    "Of the earliest earned mention: microseconds since 1970 times 8, plus the place of the rule that matched.",
)

_ACCOUNT_SUMS = Table(
    name="_account_sums", layer=_MART, stage=_KPIS, published=False, partition_by="day",
    grain=("brand_id", "campaign_id", "network", "tier", "relation", "day", "author", "is_mention", "is_mature"),
    purpose="What each account posted about a brand per local day: the sums that brands, creators and KPIs are added up from.",
    reads=(Read("_mention_facts", Scope.TOUCHED),),
    columns=(
        *pick("brand_id!", "campaign_id!", "network!"),
        hidden("tier", "VARCHAR", "Tier at post."),
        *pick("relation!", "day!"),
        hidden("author", "VARCHAR", "The account; of a post without one, the post."),
        hidden("is_mention", "BOOLEAN", "Sums over mentions; else over reposts, directed posts and bridge copies."),
        *pick("is_mature!", "account_id", "creator_id"),
        *(hidden(name, "BIGINT", meaning) for name, meaning in (
            ("mentions", "Mentions."), ("replies", "Mentions that are replies."), ("directed", "Posts directed at the brand alone."),
            ("copies", "Mentions in a cluster of copies."), ("reposts", "Reposts."), ("tagged", "Mentions with a campaign's tags."),
            ("told", "Mentions with known engagements."), ("engagements", "Engagements of the mentions."),
            *((part, f"Their {part}.") for part in _PARTS),
            *((f"with_{medium}", f"Mentions with {medium}.") for medium in ("picture", "video", "audio", "text")),
            ("followers", "Highest count of a mention."), ("followers_upper", "Its upper end."), ("followers_gross", "Sum over mentions, upper ends."),
            ("followers_measured", "Posts in followers_n with a measured count."),
            *((f"{basis}_{side}", f"Rates by {basis}: {meaning}") for basis in _BASES for side, meaning in (
                ("n", "posts with both sides."), ("e", "sum of engagements."), ("d", "sum of the denominator."), ("r", "sum of rates in 1e-9."),
            )),
        )),
        _FIRST_BY,
    ),
)  # fmt: skip

_ACCOUNT_BRAND_DAYS = Table(
    name="_account_brand_days", layer=_MART, stage=_KPIS, published=False, partition_by="day", grain=("brand_id", "network", "account_id", "day"),
    purpose="Days on which an account had an earned mention of a brand: the memory behind new, returning, reactivated (K5).",
    reads=(Read("_account_sums", Scope.TOUCHED),),
    columns=(
        *pick("brand_id!", "network!", "account_id!", "day!"),
        hidden("posts", "BIGINT", "Earned mentions of the day."),
    ),
)  # fmt: skip

_ACCOUNT_VISITS = Table(
    name="_account_visits", layer=_MART, stage=_KPIS, published=False, partition_by="day", grain=("brand_id", "network", "account_id", "day"),
    purpose="An account's days with an earned mention of a brand, each with the one before it (K5).",
    reads=(Read("_account_sums", Scope.TOUCHED), Read("_account_brand_days", Scope.ALL)),
    columns=(
        *pick("brand_id!", "network!", "account_id!", "day!"),
        hidden("previous_day", "DATE", "Day of its earned mention before; NULL = none."),
    ),
)  # fmt: skip

MART_BRAND_DAILY = Table(
    name="mart_brand_daily", layer=_MART, stage=_KPIS, partition_by="day", grain=("brand_id", "network", "tier", "relation", "day"),
    config=("brands",),
    purpose="A brand's mentions per local day, network, tier and relation. Leaves only: accounts of different rows overlap.",
    reads=(Read("_account_sums", Scope.TOUCHED), Read("_account_visits", Scope.TOUCHED), Read("core_brands", Scope.ALL)),
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
        _sum("directed", "Posts directed at the brand alone; never mentions (K11)."),
        _sum("copies", "Mentions that are cross-posts, near duplicates or templates: counted, and shown apart (K11)."),
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
    reads=(Read("_account_sums", Scope.TOUCHED),),
    columns=(
        *pick("creator_id!", "brand_id!", "network!", "relation!", "day!"),
        _sum("posts", "Mentions by the creator."),
        *pick(*_PARTS, "engagements", "followers_at_post"),
        own("campaign_ids", "VARCHAR", "Campaigns the posts belong to, a JSON list."),
        _FIRST_BY,
    ),
    references=(Reference(("creator_id",), "core_creators", ("creator_id",)), *_BRAND),
)  # fmt: skip

MART_HASHTAG_DAILY = Table(
    name="mart_hashtag_daily", layer=_MART, stage=_KPIS, partition_by="day", grain=("brand_id", "hashtag", "network", "day", "campaign_id"),
    purpose="Hashtags in a brand's earned mentions per local day; campaign_id where the tag is a campaign's.",
    reads=(
        Read("_mention_facts", Scope.TOUCHED), Read("core_post_hashtags", Scope.AROUND), Read("core_campaigns", Scope.ALL),
        Read("_account_visits", Scope.TOUCHED), Read("core_brands", Scope.ALL),
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
_ER_N = (
    own("n_posts", "BIGINT", "Posts the rates by followers rest on.", unit="count", minimum=0),
    own("n_posts_views", "BIGINT", "Posts the rates by views rest on.", unit="count", minimum=0),
)

_CAMPAIGN_CREATORS = Table(
    name="_campaign_creators", layer=_MART, stage=_KPIS, published=False, partition_by="day",
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

_CAMPAIGN_POSTS = Table(
    name="_campaign_posts", layer=_MART, stage=_KPIS, published=False, grain=("campaign_id", "network", "tier", "own_network", "post_id"),
    config=("brands", "campaigns"),
    purpose="Earned mentions with a campaign's tags, once for each total they belong to.",
    reads=(Read("_mention_facts", Scope.ALL),),
    columns=(
        *pick("campaign_id!"), _or_star("network"), _or_star("tier"),
        hidden("own_network", "VARCHAR", "The post's network."),
        *pick("post_id!", "account_id", "creator_id", "engagements", "is_mature!", "followers_at_post"),
        hidden("followers_upper", "BIGINT", "Upper end of followers_at_post."),
        hidden("e", "BIGINT", "Engagements the rates use: mature where the post is."),
        hidden("v", "BIGINT", "Views the rates use."),
    ),
)  # fmt: skip

_BRAND_COMPLETENESS = Table(
    name="_brand_completeness", layer=_MART, stage=_KPIS, published=False, grain=("brand_id", "source", "night"), config=("brands",),
    purpose="Expected and captured posts of a brand, by source and night: its own queries, else the whole source (K16).",
    reads=(Read("mart_completeness", Scope.ALL), Read("core_brands", Scope.ALL)),
    columns=(
        *pick("brand_id!", "source!", "night!"),
        hidden("captured", "BIGINT", "Sum of the lesser of captured and expected."),
        hidden("expected", "BIGINT", "Sum of the expected; NULL where a gap cannot be sized."),
    ),
)  # fmt: skip

_CREATOR_RATES = Table(
    name="_creator_rates", layer=_MART, stage=_KPIS, published=False, grain=("creator_id", "network", "tier", "format"),
    purpose="Rates by followers of a creator's mature posts, per network, tier at post and format (K9).",
    reads=(Read("_mention_facts", Scope.ALL),),
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

MART_CAMPAIGN = Table(
    name="mart_campaign", layer=_MART, stage=_KPIS, grain=("campaign_id", "network", "tier"), config=("brands", "campaigns"),
    purpose="Campaigns from start to end, with totals over network and tier.",
    reads=(
        Read("_campaign_posts", Scope.ALL), Read("_campaign_creators", Scope.ALL), Read("mart_creator_brand_daily", Scope.ALL),
        Read("core_campaigns", Scope.ALL), Read("core_brands", Scope.ALL), Read("_brand_completeness", Scope.ALL),
    ),
    columns=(
        *pick("campaign_id!"), _or_star("network"), _or_star("tier"),
        Column("posts", "BIGINT", "Earned posts with the campaign's tags (K8).", unit="count", minimum=0),
        Column("creators", "BIGINT", "Distinct creators behind them.", unit="creators", minimum=0),
        Column("new_creators", "BIGINT", "Of those, creators whose first earned mention of the brand lies in the campaign; NULL until 90 days of history.", unit="creators", minimum=0),
        _share("hashtag_adoption", "Creators with the campaign's tags by creators mentioning the brand in the same window (K8)."),
        *_AUDIENCE, *pick("engagements"), *_ER,
        *_ER_N,
        own("clicks", "BIGINT", "Clicks; NULL until the brand gives them.", unit="count", minimum=0),
        own("conversions", "BIGINT", "Conversions; NULL until the brand gives them.", unit="count", minimum=0),
        own("cost", "DOUBLE", "Cost; NULL until the brand gives it.", unit="currency", minimum=0),
        own("goal", "DOUBLE", "First goal's value, on the total row."),
        _share("goal_share", "Reached share of that goal; NULL for rates, which have no value over all networks (K1)."),
        _share("completeness", "Captured by expected over the campaign's nights (K16)."),
        *pick("is_total!"),
    ),
    references=(Reference(("campaign_id",), "core_campaigns", ("campaign_id",)),),
)  # fmt: skip

MART_TIER_BENCHMARK = Table(
    name="mart_tier_benchmark", layer=_MART, stage=_KPIS, grain=("network", "tier", "format", "source"),
    purpose="Engagement rates of creators by tier, network and format: what 'good' is among one's own mentions (K9).",
    reads=(Read("_creator_rates", Scope.ALL),),
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
    reads=(
        Read("_mention_facts", Scope.ALL), Read("mart_creator_brand_daily", Scope.ALL), Read("core_brands", Scope.ALL),
        Read("core_creators", Scope.ALL), Read("_creator_rates", Scope.ALL), Read("mart_tier_benchmark", Scope.ALL),
    ),
    columns=(
        *pick("creator_id!", "brand_id!", "network!", "tier!"),
        own("mentions_90d", "BIGINT", "Mentions in the last 90 local days.", unit="count", minimum=0),
        own("first_mention_on", "DATE", "First mention of the brand.", unit="brand-local day"),
        own("last_mention_on", "DATE", "Last mention of the brand.", unit="brand-local day"),
        _share("active_weeks_share", "Of the last 13 weeks, counted back from the last ended day, or of those since the first mention: share with a mention."),
        *_ER, *_ER_N,
        own("benchmark_percentile", "DOUBLE", "Share of like creators (tier, network, format; else all formats) with a lower median rate, equals half, self left out; NULL while they are under 100 (K9).", minimum=0, maximum=1),
        own("benchmark_band", "VARCHAR", "Quartile of that percentile, q4 = highest; alone while the group is 30 to 99 creators.", allowed=("q1", "q2", "q3", "q4")),
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
        own("discovered_via", "VARCHAR", "Rule that matched the first mention; of two at one moment the stronger.", allowed=("hashtag", "handle", "domain", "keyword", "export")),
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
        own("holds", "VARCHAR", "What is counted: posts, or of a source of profiles alone its profiles.", allowed=("posts", "profiles"), required=True),
        Column("expected", "BIGINT", "Posts (or profiles) expected: the source's stated total (files: rows read), else the median of up to 8 earlier nights captured whole, if 5 or more, else NULL.", unit="rows", minimum=0),
        own("expected_basis", "VARCHAR", "Where the expectation comes from.", allowed=("stated", "median", "none"), required=True),
        own("captured", "BIGINT", "Posts (or profiles) captured.", unit="rows", additivity=ADD, minimum=0, required=True),
        _share("share", "Captured by expected, at most 1; NULL without an expectation."),
        own("gap_reason", "VARCHAR", "Why it fell short."),
    ),
)  # fmt: skip

_GROUP = (
    *pick("brand_id!", "campaign_id!"),
    _or_star("network"),
    _or_star("tier"),
    replace(VOCABULARY["relation"], allowed=(*VOCABULARY["relation"].allowed, "earned", "*"), required=True, meaning="Relation; 'earned' = organic, gifted and contest together; '*' = all."),
    own("period", "VARCHAR", "Length of the period.", allowed=("day", "week", "month"), required=True),
    own("period_start", "DATE", "First local day of the period; weeks begin on Monday.", unit="brand-local day", required=True),
)  # fmt: skip
_GROUP_GRAIN = tuple(column.name for column in _GROUP)

_KPI_COUNTS = Table(
    name="_kpi_counts", layer=_MART, stage=_KPIS, published=False, grain=_GROUP_GRAIN, partition_by="period_start", config=("brands", "campaigns"),
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
            ("amplifications", "Distinct reposting accounts."), ("audience_low", "K3."), ("audience_high", "K3."), ("audience_gross", "K3."),
            ("accounts_known", "Accounts with known followers."), ("tagged_posts", "Mentions with a campaign tag."),
            ("mature_posts", "Mature mentions."), ("told_posts", "Mentions with known engagements."),
        )),
    ),
)  # fmt: skip

_RATE_GRAIN = (*_GROUP_GRAIN, "basis", "is_mature")

_KPI_MEDIANS = Table(
    name="_kpi_medians", layer=_MART, stage=_KPIS, published=False, grain=_RATE_GRAIN, partition_by="period_start", config=("brands", "campaigns"),
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

_KPI_RATES = Table(
    name="_kpi_rates", layer=_MART, stage=_KPIS, published=False, grain=_RATE_GRAIN, partition_by="period_start",
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

_KPI_ADOPTION = Table(
    name="_kpi_adoption", layer=_MART, stage=_KPIS, published=False, grain=("brand_id", "campaign_id", "network", "period", "period_start"),
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

MART_KPI = Table(
    name="mart_kpi", layer=_MART, stage=_KPIS, config=("brands", "campaigns"), grain=("kpi", *_GROUP_GRAIN), partition_by="period_start",
    purpose="Every KPI with numerator, denominator, n, window, measured share, coverage, confidence. Ended periods with a post; no row = no post, or of rates by views, reach, impressions: no post tells them.",
    reads=(
        Read("_kpi_counts", Scope.TOUCHED), Read("_kpi_rates", Scope.TOUCHED), Read("_kpi_adoption", Scope.TOUCHED),
        Read("_brand_completeness", Scope.ALL), Read("core_brands", Scope.ALL),
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
    MART_COMPLETENESS, _BRAND_COMPLETENESS, _MENTION_FACTS, _ACCOUNT_SUMS, _ACCOUNT_BRAND_DAYS, _ACCOUNT_VISITS,
    MART_BRAND_DAILY, MART_CREATOR_BRAND_DAILY, MART_HASHTAG_DAILY,
    _CAMPAIGN_CREATORS, _CAMPAIGN_POSTS, MART_CAMPAIGN, _CREATOR_RATES, MART_TIER_BENCHMARK, MART_CREATOR_SCORECARD,
    _KPI_COUNTS, _KPI_MEDIANS, _KPI_RATES, _KPI_ADOPTION, MART_KPI, MART_QUALITY,
)  # fmt: skip
