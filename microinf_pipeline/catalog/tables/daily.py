"""Daily marts. They hold leaves only, no totals."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Rule, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import AUDIENCE, FIRST_BY, OF_A_BRAND, PARTS, summed

MART_BRAND_DAILY = Table(
    name="mart_brand_daily", layer=Layer.MART, stage=Stage.KPIS, partition_by="day", grain=("brand_id", "network", "tier", "relation", "day"),
    config=("brands",),
    purpose="A brand's mentions per local day, network, tier and relation. Leaves only: accounts of different rows overlap.",
    reads=(Read("_account_sums", Scope.TOUCHED), Read("_account_visits", Scope.TOUCHED), Read("core_brands", Scope.ALL)),
    columns=(
        *pick("brand_id!", "network!", "tier!", "relation!", "day!"),
        summed("mentions", "Posts that name the brand and count (K11)."),
        Column("accounts", "BIGINT", "Distinct accounts behind them.", unit="accounts", minimum=0),
        Column("new_accounts", "BIGINT", "Accounts whose first earned mention ever is on this day (K5); NULL until 90 days of history.", unit="accounts", minimum=0),
        Column("returning_accounts", "BIGINT", "Accounts with another earned mention in the 90 days before (K5).", unit="accounts", minimum=0),
        Column("reactivated_accounts", "BIGINT", "Accounts whose earlier mentions are all older than 90 days (K5).", unit="accounts", minimum=0),
        summed("authorless_posts", "Mentions without a known author, counted apart from accounts."),
        summed("originals", "Mentions that are original posts or quotes."),
        summed("replies", "Mentions that are replies."),
        summed("directed", "Posts directed at the brand alone; never mentions (K11)."),
        summed("copies", "Mentions that are cross-posts, near duplicates or templates: counted, and shown apart (K11)."),
        summed("reposts", "Reposts of posts that name the brand; never mentions."),
        Column("amplifications", "BIGINT", "Distinct accounts that reposted.", unit="accounts", minimum=0),
        *pick(*PARTS, "engagements"),
        *AUDIENCE,
        summed("with_picture", "Mentions with a picture."), summed("with_video", "Mentions with a video."),
        summed("with_audio", "Mentions with audio."), summed("with_text", "Mentions of text alone."),
    ),
    references=OF_A_BRAND,
    rules=(
        Rule("adds_up_accounts", "new_accounts + returning_accounts + reactivated_accounts <> accounts AND relation IN ('organic', 'gifted', 'contest')", "K5: the three add up."),
        Rule("adds_up_types", "originals + replies <> mentions", "Every mention is one of them."),
        Rule("orders_its_audience", "audience_low > audience_high OR audience_high > audience_gross", "K3: low <= high <= gross."),
    ),
)  # fmt: skip

MART_CREATOR_BRAND_DAILY = Table(
    name="mart_creator_brand_daily", layer=Layer.MART, stage=Stage.KPIS, partition_by="day", grain=("creator_id", "brand_id", "network", "relation", "day"),
    purpose="A creator's posts for a brand per local day: what person marts are built from.",
    reads=(Read("_account_sums", Scope.TOUCHED),),
    columns=(
        *pick("creator_id!", "brand_id!", "network!", "relation!", "day!"),
        summed("posts", "Mentions by the creator."),
        *pick(*PARTS, "engagements", "followers_at_post"),
        own("campaign_ids", "VARCHAR", "Campaigns the posts belong to, a JSON list."),
        FIRST_BY,
    ),
    references=(Reference(("creator_id",), "core_creators", ("creator_id",)), *OF_A_BRAND),
)  # fmt: skip

MART_HASHTAG_DAILY = Table(
    name="mart_hashtag_daily", layer=Layer.MART, stage=Stage.KPIS, partition_by="day", grain=("brand_id", "hashtag", "network", "day", "campaign_id"),
    purpose="Hashtags in a brand's earned mentions per local day; campaign_id where the tag is a campaign's.",
    reads=(
        Read("_mention_facts", Scope.TOUCHED), Read("core_post_hashtags", Scope.AROUND), Read("core_campaigns", Scope.ALL),
        Read("_account_visits", Scope.TOUCHED), Read("core_brands", Scope.ALL),
    ),
    columns=(
        *pick("brand_id!", "hashtag!", "network!", "day!"),
        summed("posts", "Earned mentions with the tag."),
        Column("accounts", "BIGINT", "Distinct accounts behind them.", unit="accounts", minimum=0),
        Column("new_accounts", "BIGINT", "Of those, accounts new to the brand on this day (K5); NULL until 90 days of history.", unit="accounts", minimum=0),
        *pick("engagements", "campaign_id!"),
    ),
    references=OF_A_BRAND,
)  # fmt: skip
