"""Who answers whom, and who waits: replies as a relation, and mentions the brand has not answered (K7)."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import PSEUDO, hidden, own, pick
from microinf_pipeline.catalog.model import Layer, Read, Reference, Rule, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import OF_A_BRAND, REASON_PARTS

_POST = ("network", "post_id")

CORE_INTERACTIONS = Table(
    name="core_interactions", layer=Layer.CORE, stage=Stage.CLASSIFY, grain=("network", "post_id", "reply_post_id"),
    purpose="Replies that were captured, with the captured post they answer, and who speaks to whom.",
    reads=(Read("core_posts", Scope.ALL), Read("core_account_roles"), Read("_post_identity")),
    columns=(
        *pick("network!", "post_id!"),
        own("reply_post_id", "VARCHAR", "The reply, a post of the same network.", privacy=PSEUDO, required=True),
        *pick("account_id"),
        own("reply_account_id", "VARCHAR", "Author of the reply.", privacy=PSEUDO),
        own("answering_brand_id", "VARCHAR", "The brand whose owned account replies; NULL for others."),
        own("direction", "VARCHAR",
            "brand_to_creator: an owned account replies to somebody; creator_to_brand: somebody to an owned account; creator_to_public: an author to a comment below the own post;"
            " public_to_creator: any other comment on somebody's post; brand_to_brand; own_thread: an author goes on with the own post.",
            allowed=("brand_to_creator", "creator_to_brand", "creator_to_public", "public_to_creator", "brand_to_brand", "own_thread"), required=True),
        own("hours", "DOUBLE", "Hours from the post to the reply; NULL where the reply is dated before the post.", unit="hours", minimum=0),
        own("replied_on", "DATE", "UTC day of the reply.", unit="UTC day", required=True),
        *pick("posted_on!"),
    ),
    references=(Reference(_POST, "core_posts", _POST),),
    rules=(
        Rule("names_the_answering_brand", "(answering_brand_id IS NOT NULL) <> (direction IN ('brand_to_creator', 'brand_to_brand')) AND direction <> 'own_thread'", "Only owned accounts speak for a brand."),
    ),
)  # fmt: skip

ANSWERABLE_MENTIONS = Table(
    name="_answerable_mentions", layer=Layer.MART, stage=Stage.KPIS, published=False, partition_by="day", grain=("network", "post_id", "brand_id"),
    config=("brands",),
    purpose="Mentions a brand could answer, and whether it did: earned ones and those directed at it, with an author, still there (K7).",
    reads=(Read("_mention_facts", Scope.TOUCHED), Read("core_posts", Scope.AROUND), Read("core_interactions", Scope.ALL)),
    columns=(
        *pick("day!", "network!", "post_id!", "brand_id!", "account_id!", "creator_id"),
        hidden("created_at", "TIMESTAMP", "When the author made it."),
        hidden("tier", "VARCHAR", "tier_at_post."),
        hidden("mention_mode", "VARCHAR", "about, directed, quote."),
        hidden("answered_hours", "DOUBLE", "Hours to the first reply by an owned account; NULL = none."),
        hidden("is_captured", "BOOLEAN", "The brand's own replies on the network are captured since that day or before: from the day of its first held reply on."),
        hidden("is_follow_up", "BOOLEAN", "Goes on with a talk: it answers a reply of the brand."),
        hidden("comments", "BIGINT", "Comments of others below it that were seen; NULL where the network's comments are unseen."),
        hidden("comments_answered", "BIGINT", "Of those, answered by the author."),
        hidden("not_summed", "BOOLEAN", "Its origin's policy keeps it out of sums over owners."),
    ),
)  # fmt: skip

MART_OPEN_MENTIONS = Table(
    name="mart_open_mentions", layer=Layer.MART, stage=Stage.KPIS, grain=("network", "post_id", "brand_id"),
    purpose="Mentions of the last 30 days that wait for a public reply of the brand, as of the last accepted night.",
    reads=(Read("_answerable_mentions", Scope.ALL), Read("core_posts", Scope.ALL)),
    columns=(
        *pick("network!", "post_id!", "brand_id!"),
        own("hours_open", "DOUBLE", "Hours from the post to the end of the last accepted night.", unit="hours", minimum=0, required=True),
        *pick("tier_at_post!", "sentiment", "safety_flags"),
        own("why", "VARCHAR", "Why it can be answered and what is known of it, as an English sentence.", required=True),
        own("why_parts", "VARCHAR", f"The same for other languages. {REASON_PARTS}", required=True),
    ),
    references=(Reference(_POST, "core_posts", _POST), *OF_A_BRAND),
)  # fmt: skip
