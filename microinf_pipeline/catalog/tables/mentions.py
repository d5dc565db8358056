"""Mentions: which post names which brand and campaign."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import PERSONAL, hidden, own, pick
from microinf_pipeline.catalog.model import Layer, Read, Reference, Rule, Scope, Stage, Table

_POST = ("network", "post_id")

BRAND_MATCHES = Table(
    name="_brand_matches", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on",
    grain=("network", "post_id", "brand_id"), config=("brands", "campaigns"),
    purpose="Brands a post names by its own text, tags, handles, links, or by the export it came in.",
    reads=(Read("matched_brands", Scope.TOUCHED),),
    columns=(
        *pick("network!", "post_id!", "brand_id!"),
        hidden("matched_by", "VARCHAR", "hashtag > handle > domain > keyword > export."),
        hidden("matched_text", "VARCHAR", "What matched, as written."),
        hidden("in_own_words", "BOOLEAN", "Named beyond leading @handles."),
        hidden("only_leading_handle", "BOOLEAN", "Named only by a leading @handle."),
        *pick("posted_on!"),
    ),
)  # fmt: skip

POST_READINGS = Table(
    name="_post_readings", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on", grain=_POST,
    rule_files=("sentiment.npz", "sentiment.yaml", "safety.yaml"),
    purpose="What the words of posts that mention a brand say: how they feel, what in them is unsafe for a brand.",
    reads=(Read("mentioning_posts"), Read("_brand_matches", Scope.REFERENCED), Read("read_texts")),
    columns=(
        *pick("network!", "post_id!"),
        hidden("text_key", "VARCHAR", "Hash of language, title and text: the same words are read once a month of posts."),
        *pick("lang", "lang_source", published=False),
        hidden("sentiment", "DOUBLE", "How they feel, -1 to 1, by the model."),
        *pick("safety_flags", "safety_evidence", published=False),
        *pick("posted_on!"),
    ),
)  # fmt: skip

CORE_MENTIONS = Table(
    name="core_mentions", layer=Layer.CORE, stage=Stage.CLASSIFY, partition_by="posted_on", grain=("network", "post_id", "brand_id"),
    config=("brands", "campaigns"),
    purpose="Posts that name a brand, with the rule that matched and whether they count as earned; not what only a timeline brought.",
    reads=(
        Read("core_posts", Scope.TOUCHED), Read("_brand_matches", Scope.REFERENCED), Read("core_account_roles"), Read("_originals"),
        Read("brand_accounts"), Read("tied_accounts"), Read("_contest_posts", Scope.TOUCHED),
        Read("core_contests", Scope.ALL), Read("relation_order"),
    ),
    columns=(
        *pick("network!", "post_id!", "brand_id!"),
        own("matched_by", "VARCHAR", "Strongest rule that matched.", allowed=("hashtag", "handle", "domain", "keyword", "export"), required=True),
        own("matched_text", "VARCHAR", "What matched, as written.", privacy=PERSONAL),
        own("mention_mode", "VARCHAR", "About the brand, directed at it only, or through a quoted post.", allowed=("about", "directed", "quote"), required=True),
        *pick("relation!"),
        own("counts_as_earned", "BOOLEAN", "Counts in earned KPIs (K11).", required=True),
        own("not_counted_reason", "VARCHAR", "Why it does not."),
        hidden("listed_as", "VARCHAR", "Strongest tie by the brand's own lists: employee, vested, paid, gifted; NULL = on none."),
        *pick("posted_on!"),
    ),
    references=(Reference(_POST, "core_posts", _POST), Reference(("brand_id",), "core_brands", ("brand_id",))),
    rules=(
        Rule("says_why_not_counted", "counts_as_earned = (not_counted_reason IS NOT NULL)", "Whatever is left out of earned KPIs says why."),
        Rule("earns_only_by_relation", "counts_as_earned AND relation NOT IN ('organic', 'gifted', 'contest')", "K11: paid, owned, employee, vested are never earned."),
    ),
)  # fmt: skip

CORE_MENTION_CAMPAIGNS = Table(
    name="core_mention_campaigns", layer=Layer.CORE, stage=Stage.CLASSIFY, partition_by="posted_on",
    grain=("network", "post_id", "campaign_id"), config=("brands", "campaigns"),
    purpose="Posts that carry a campaign's tags inside its time.",
    reads=(
        Read("core_posts", Scope.TOUCHED), Read("core_post_hashtags", Scope.TOUCHED), Read("core_mentions", Scope.TOUCHED),
        Read("core_campaigns", Scope.ALL),
    ),
    columns=(
        *pick("network!", "post_id!", "campaign_id!"),
        own("tags_found", "VARCHAR", "Campaign tags the post carries, a JSON list.", required=True),
        *pick("posted_on!"),
    ),
    references=(
        Reference(_POST, "core_posts", _POST),
        Reference(("campaign_id",), "core_campaigns", ("campaign_id",)),
    ),
)  # fmt: skip
