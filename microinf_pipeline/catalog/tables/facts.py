"""What marts are added up from: mentions on the brand's local day, and sums of an account's day. Not published."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import hidden, pick
from microinf_pipeline.catalog.model import Layer, Read, Rule, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import FIRST_BY, PARTS

MENTION_FACTS = Table(
    name="_mention_facts", layer=Layer.MART, stage=Stage.KPIS, published=False, partition_by="day", grain=("network", "post_id", "brand_id"),
    config=("brands", "campaigns", "policies"), rule_files=("policies.toml",),
    purpose="One thin row per mention on the brand's local day: all that marts need of a post.",
    reads=(
        Read("core_posts", Scope.AROUND), Read("core_mentions", Scope.AROUND), Read("core_mention_campaigns", Scope.AROUND),
        Read("core_post_metrics", Scope.AROUND), Read("core_brands", Scope.ALL), Read("core_campaigns", Scope.ALL),
        Read("core_accounts", Scope.ALL), Read("engagement_parts"), Read("refusing_origins"),
        Read("sealed_mentions", Scope.TOUCHED),
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
        *pick(*PARTS, "engagements", "impressions", "reach_measured"),
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
        hidden("not_derived", "BOOLEAN", "Its origin's policy forms no engagements, rates and scores: they are NULL."),
        hidden("not_summed", "BOOLEAN", "Its origin's policy keeps it out of sums over owners."),
        hidden("not_compared", "BOOLEAN", "And out of comparisons of creators or brands."),
    ),
    rules=(
        Rule(
            "earns_exactly_by_relation", "counts_as_earned <> (is_mention AND relation IN ('organic', 'gifted', 'contest'))",
            "K11: a mention is earned by its relation alone; accounts and their new, returning, reactivated add up only then.",
        ),
    ),
)  # fmt: skip

SEALED_MENTIONS = Table(
    name="sealed_mentions", layer=Layer.OBSERVED, stage=Stage.CAPTURE, published=False, partition_by="day",
    grain=("night", "network", "post_id", "brand_id"),
    purpose="Mentions whose posts grew too old to be kept: what they added to sums, by origin, and nothing that tells whose they were.",
    columns=(
        *pick("night!", "origin"),
        *(column if column.name != "post_id" else hidden("post_id", "VARCHAR", "'sealed:' and a number nobody can trace.") for column in MENTION_FACTS.columns),
    ),
)  # fmt: skip

_BASES = ("followers", "views", "reach", "impressions")

ACCOUNT_SUMS = Table(
    name="_account_sums", layer=Layer.MART, stage=Stage.KPIS, published=False, partition_by="day",
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
            ("told", "Mentions with known engagements."), ("not_derived", "Mentions whose policy forms none."), ("engagements", "Engagements of the mentions."),
            *((part, f"Their {part}.") for part in PARTS),
            *((f"with_{medium}", f"Mentions with {medium}.") for medium in ("picture", "video", "audio", "text")),
            ("followers", "Highest count of a mention."), ("followers_upper", "Its upper end."), ("followers_gross", "Sum over mentions, upper ends."),
            ("followers_measured", "Posts in followers_n with a measured count."),
            *((f"{basis}_{side}", f"Rates by {basis}: {meaning}") for basis in _BASES for side, meaning in (
                ("n", "posts with both sides."), ("e", "sum of engagements."), ("d", "sum of the denominator."), ("r", "sum of rates in 1e-9."),
            )),
        )),
        FIRST_BY,
    ),
)  # fmt: skip

ACCOUNT_BRAND_DAYS = Table(
    name="_account_brand_days", layer=Layer.MART, stage=Stage.KPIS, published=False, partition_by="day", grain=("brand_id", "network", "account_id", "day"),
    purpose="Days on which an account had an earned mention of a brand: the memory behind new, returning, reactivated (K5).",
    reads=(Read("_account_sums", Scope.TOUCHED),),
    columns=(
        *pick("brand_id!", "network!", "account_id!", "day!"),
        hidden("posts", "BIGINT", "Earned mentions of the day."),
    ),
)  # fmt: skip

ACCOUNT_VISITS = Table(
    name="_account_visits", layer=Layer.MART, stage=Stage.KPIS, published=False, partition_by="day", grain=("brand_id", "network", "account_id", "day"),
    purpose="An account's days with an earned mention of a brand, each with the one before it (K5).",
    reads=(Read("_account_sums", Scope.TOUCHED), Read("_account_brand_days", Scope.ALL)),
    columns=(
        *pick("brand_id!", "network!", "account_id!", "day!"),
        hidden("previous_day", "DATE", "Day of its earned mention before; NULL = none."),
    ),
)  # fmt: skip

ACCOUNT_TALK = Table(
    name="_account_talk", layer=Layer.MART, stage=Stage.KPIS, published=False, partition_by="posted_on",
    grain=("network", "account_id", "brand_id", "posted_on"), config=("brands",),
    purpose="What an account's own posts (originals, quotes) of a day are about: a brand or its topics; all of them under '*' (K17).",
    reads=(
        Read("core_posts", Scope.TOUCHED), Read("core_mentions", Scope.TOUCHED), Read("core_post_hashtags", Scope.TOUCHED),
        Read("_brand_matches", Scope.TOUCHED), Read("brand_topics"),
    ),
    columns=(
        *pick("network!", "account_id!", "brand_id!", "posted_on!"),
        hidden("posts", "BIGINT", "Own posts; in a brand's row those that name it or carry a topic of its target as a hashtag."),
        hidden("beyond", "BIGINT", "Of all own posts, those that no search for a brand brought: they name none, or come from a timeline."),
    ),
)  # fmt: skip
