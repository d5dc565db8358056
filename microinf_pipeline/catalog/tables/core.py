"""Core: what is one post, one mention, one account. Names with a leading underscore stay in the lake."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import ADD, DUPLICATE_TYPES, METRICS, PERSONAL, PSEUDO, hidden, own, pick
from microinf_pipeline.catalog.model import Layer, Read, Reference, Rule, Scope, Severity, Stage, Table

_CORE = Layer.CORE
_POST = ("network", "post_id")
_ACCOUNT = ("network", "account_id")

#: Relations of one night that are read by name but never stored: given by configuration and rules, or made on the way.
SESSION_RELATIONS = (
    "observations_all", "touched_months", "configured_brands", "configured_campaigns", "configured_contests", "configured_roles",
    "given_aliases", "brand_accounts", "engagement_parts", "kpi_cuts", "tier_cuts", "changed_accounts", "folded_tiers", "matched_brands",
    "read_names", "linked_accounts", "known_roles", "tied_accounts", "suggested_links",
    "_deliveries", "_posts_merged", "_posts_latest", "_originals", "_account_post_days", "_handle_key_days", "_resolved_keys", "_accounts_latest",
    "wanted_accounts", "read_profiles", "profile_candidates",
)  # fmt: skip

CORE_BRANDS = Table(
    name="core_brands", layer=_CORE, stage=Stage.DEDUPLICATE, grain=("brand_id",), config=("brands",),
    purpose="The brands, as configured.", reads=(Read("configured_brands"), Read("captures")),
    columns=(
        *pick("brand_id!"),
        own("name", "VARCHAR", "Name of the brand.", required=True),
        own("timezone", "VARCHAR", "Time zone of its local days.", required=True),
        own("brand_set", "VARCHAR", "Set of brands it is compared within."),
        own("competitor_of", "VARCHAR", "Brand it competes with."),
        own("hashtags", "VARCHAR", "Hashtags that name it, a JSON list."),
        own("keywords", "VARCHAR", "Keywords that name it, a JSON list."),
        own("domains", "VARCHAR", "Domains that name it, a JSON list."),
        own("history_from", "DATE", "First day the brand's history is known: its first accepted night or a covers_from.", unit="UTC day"),
    ),
)  # fmt: skip

CORE_CAMPAIGNS = Table(
    name="core_campaigns", layer=_CORE, stage=Stage.DEDUPLICATE, grain=("campaign_id",), config=("brands", "campaigns"),
    purpose="The campaigns, as configured. Bounds are UTC moments of the brand's local ones.", reads=(Read("configured_campaigns"),),
    columns=(
        *pick("campaign_id!", "brand_id!"),
        own("name", "VARCHAR", "Name of the campaign."),
        own("hashtags_any", "VARCHAR", "Any of these makes a post part of it, a JSON list."),
        own("hashtags_all", "VARCHAR", "All of these must be there, a JSON list."),
        own("starts_at", "TIMESTAMP", "Start, inclusive.", unit="UTC", required=True),
        own("ends_at", "TIMESTAMP", "End, exclusive.", unit="UTC", required=True),
        own("goals", "VARCHAR", "Goals as configured, a JSON list of metric, value, date_set."),
        own("budget", "DOUBLE", "Budget.", unit="currency"),
        own("currency", "VARCHAR", "Currency of the budget, ISO 4217."),
    ),
    references=(Reference(("brand_id",), "core_brands", ("brand_id",)),),
)  # fmt: skip

CORE_CONTESTS = Table(
    name="core_contests", layer=_CORE, stage=Stage.DEDUPLICATE, grain=("contest_id",), config=("brands", "campaigns"),
    purpose="The contests, as configured.", reads=(Read("configured_contests"),),
    columns=(
        own("contest_id", "VARCHAR", "The contest, as configured.", required=True),
        *pick("brand_id!"),
        own("name", "VARCHAR", "Name of the contest."),
        own("hashtags", "VARCHAR", "Hashtags of its entries, a JSON list."),
        own("starts_at", "TIMESTAMP", "Start, inclusive.", unit="UTC", required=True),
        own("ends_at", "TIMESTAMP", "End, exclusive.", unit="UTC", required=True),
    ),
)  # fmt: skip

_POST_IDENTITY = Table(
    name="_post_identity", layer=_CORE, stage=Stage.DEDUPLICATE, published=False,
    grain=("network", "post_id", "posted_on"),
    purpose="Only posts delivered under several ids or several days: which id and which day they end on.",
    reads=(Read("observations_all"),),
    columns=(
        *pick("network!", "post_id!", "posted_on!"),
        hidden("to_network", "VARCHAR", "Network of the surviving key."),
        hidden("to_post_id", "VARCHAR", "Id of the surviving key."),
        hidden("home_on", "DATE", "Day the merged post lies on."),
    ),
)  # fmt: skip

CORE_POST_STATUS = Table(
    name="core_post_status", layer=_CORE, stage=Stage.DEDUPLICATE, partition_by="posted_on",
    grain=("network", "post_id", "changed_at"),
    purpose="Availability history of each post; reversible, a later row says the newer state.",
    reads=(
        Read("_deliveries", Scope.TOUCHED), Read("_posts_latest", Scope.TOUCHED), Read("_post_identity"), Read("status_observations"),
    ),
    columns=(
        *pick("network!", "post_id!"),
        own("changed_at", "TIMESTAMP", "When the state was first seen.", unit="UTC", required=True),
        *pick("status!", "evidence", "posted_on!"),
    ),
)  # fmt: skip

CORE_POST_METRICS = Table(
    name="core_post_metrics", layer=_CORE, stage=Stage.DEDUPLICATE, partition_by="posted_on",
    grain=("network", "post_id", "observed_on"),
    purpose="Metrics of a post as seen on each day: the history rates are read from.",
    reads=(Read("_deliveries", Scope.TOUCHED),),
    columns=(
        *pick("network!", "post_id!", "observed_on!", *METRICS, "reach_measured"),
        own("age_days", "INTEGER", "Full days from the post to the day's last observation, so that 7 is at least 168 hours (K2).", unit="days"),
        *pick("source!", "posted_on!"),
    ),
)  # fmt: skip

CORE_DUPLICATES = Table(
    name="core_duplicates", layer=_CORE, stage=Stage.DEDUPLICATE, partition_by="posted_on",
    grain=("network", "post_id", "duplicate_type", "night", "source"),
    purpose="Every removed or uncounted row, with its survivor and the reason.",
    reads=(Read("_deliveries", Scope.TOUCHED), Read("_posts_latest", Scope.TOUCHED), Read("_originals", Scope.TOUCHED)),
    columns=(
        *pick("network!", "post_id!"),
        own("duplicate_type", "VARCHAR", "Kind of duplicate.", allowed=DUPLICATE_TYPES, required=True),
        *pick("night!", "source!"),
        own("survivor_network", "VARCHAR", "Network of the row that stays; NULL where a repost names no original."),
        own("survivor_post_id", "VARCHAR", "Post that stays; NULL where a repost names no original.", privacy=PSEUDO),
        own("removed_rows", "BIGINT", "Deliveries that became no row of their own; 0 for kinds that keep one.", unit="rows", additivity=ADD, required=True, minimum=0),
        own("similarity", "DOUBLE", "How alike, from 0 to 1; 1 where the key proves it.", minimum=0, maximum=1),
        *pick("reason!", "posted_on!"),
    ),
)  # fmt: skip

_ACCOUNT_DAYS = Table(
    name="_account_days", layer=_CORE, stage=Stage.ENRICH, published=False, partition_by="observed_on",
    grain=("network", "account_key", "observed_on"),
    purpose="One row per account as delivered and day: each attribute from the day's last delivery that has it.",
    reads=(Read("account_observations", Scope.TOUCHED),),
    columns=(
        *pick("network!"),
        hidden("account_key", "VARCHAR", "account_id, else 'h:' and the handle."),
        *pick("observed_on!", "account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision"),
        *pick("following", "post_count", "verified", "account_type", "created_at", "observed_at", "country", "source!"),
        hidden("email", "VARCHAR", "Contact address the profile shows."),
        hidden("category", "VARCHAR", "Category the network or export gives."),
    ),
)  # fmt: skip

CORE_ACCOUNT_ALIASES = Table(
    name="core_account_aliases", layer=_CORE, stage=Stage.ENRICH, grain=("network", "alias", "valid_from"),
    purpose="Handles an account has used; handles change hands, so each holds for a time.",
    reads=(Read("_account_days", Scope.ALL), Read("given_aliases")),
    columns=(
        *pick("network!"),
        own("alias", "VARCHAR", "Handle, lower case.", privacy=PSEUDO, required=True),
        *pick("valid_from!", "account_id!", "valid_to"),
    ),
)  # fmt: skip

CORE_ACCOUNT_HISTORY = Table(
    name="core_account_history", layer=_CORE, stage=Stage.ENRICH, partition_by="observed_on",
    grain=("network", "account_id", "observed_on"),
    purpose="Follower counts and handles as seen on each day.",
    reads=(Read("_account_days", Scope.TOUCHED), Read("_resolved_keys")),
    columns=pick("network!", "account_id!", "observed_on!", "followers", "followers_precision", "following", "post_count", "handle", "source!"),
)  # fmt: skip

CORE_ACCOUNT_ROLES = Table(
    name="core_account_roles", layer=_CORE, stage=Stage.ENRICH, grain=("network", "account_id", "brand_id", "role", "valid_from"),
    config=("brands",),
    purpose="What an account is to a brand, and when.",
    reads=(Read("configured_roles"), Read("core_account_aliases"), Read("known_roles")),
    columns=(
        *pick("network!", "account_id!", "brand_id!"),
        own("role", "VARCHAR", "Role of the account; an employee only while opted in.", allowed=("owned", "customer", "employee", "ambassador", "competitor"), required=True),
        *pick("valid_from!", "valid_to"),
        own("matched_by", "VARCHAR", "How the account was found: named by the brand's list, by a link, by an e-mail, or as another account of such a person.",
            allowed=("configuration", "account", "link", "email", "confirmed_link"), required=True),
    ),
    references=(Reference(("brand_id",), "core_brands", ("brand_id",)),),
)  # fmt: skip

_EMPLOYEES = Table(
    name="_employees", layer=_CORE, stage=Stage.ENRICH, published=False, grain=("network", "account_id", "brand_id", "person_id", "valid_from"),
    purpose="Employees found among the accounts, opted in or not, and when.",
    reads=(Read("known_roles"),),
    columns=(
        *pick("network!", "account_id!", "brand_id!"),
        hidden("person_id", "VARCHAR", "The employee, as the list names them."),
        *pick("valid_from!", "valid_to"),
        hidden("opted_in", "BOOLEAN", "Agreed that their posts are counted, on these days."),
        hidden("unit", "VARCHAR", "Unit of the company."),
        hidden("content_in_role", "BOOLEAN", "Making content is part of the job."),
        hidden("matched_by", "VARCHAR", "account, link, email or confirmed_link."),
    ),
)  # fmt: skip

CORE_TIER_HISTORY = Table(
    name="core_tier_history", layer=_CORE, stage=Stage.CLASSIFY, grain=("network", "account_id", "valid_from"), config=("tiers",),
    purpose="Audience tier of an account over time: up at the cut, down only clearly or lastingly below it.",
    reads=(Read("folded_tiers"), Read("changed_accounts"), Read("core_tier_history", Scope.BEFORE)),
    columns=(
        *pick("network!", "account_id!", "valid_from!", "tier!", "valid_to"),
        own("followers_at_change", "BIGINT", "Followers on the day the tier began.", unit="accounts", minimum=0),
        *pick("reason!"),
    ),
    references=(Reference(_ACCOUNT, "core_account_history", _ACCOUNT),),
)  # fmt: skip

#: Columns that are NULL for all but candidates (end of kpis.md), and with too little to go by.
_READ_OF_PROFILES = (
    own("niche", "VARCHAR", "Topic of the account (rules/niches.yaml), for candidates; NULL with too little to go by."),
    own("niche_confidence", "DOUBLE", "Confidence of the niche, 0 to 1.", minimum=0, maximum=1),
    own("niche_evidence", "VARCHAR", "Words that said so."),
    own("authority", "VARCHAR", "Authority the bio claims: academic, journalist, technical_expert, practitioner; for candidates."),
    own("authority_evidence", "VARCHAR", "Words that said so."),
    own("authenticity_score", "DOUBLE", "1 = genuine, 0 = not, for candidates; NULL with too little data.", minimum=0, maximum=1),
    own("authenticity_reasons", "VARCHAR", "The reasons in words."),
)  # fmt: skip

_ACCOUNT_PROFILES = Table(
    name="_account_profiles", layer=_CORE, stage=Stage.CLASSIFY, published=False, grain=_ACCOUNT,
    purpose="What was read of the profiles and posts of candidates; all other accounts are counts.",
    reads=(Read("read_profiles"), Read("profile_candidates"), Read("_account_profiles", Scope.BEFORE)),
    columns=(
        *pick("network!", "account_id!", "lang", "account_type", "country"), *_READ_OF_PROFILES,
    ),
)  # fmt: skip

CORE_ACCOUNTS = Table(
    name="core_accounts", layer=_CORE, stage=Stage.CLASSIFY, grain=_ACCOUNT,
    purpose="Every account seen, as last known.",
    reads=(
        Read("_accounts_latest"), Read("wanted_accounts"), Read("_account_profiles"), Read("core_tier_history"),
        Read("core_creator_links"), Read("tier_cuts"), Read("core_accounts", Scope.BEFORE),
    ),
    columns=(
        *pick("network!", "account_id!", "handle", "display_name", "bio", "url"),
        *pick("account_type!", "followers", "followers_precision!", "following", "post_count", "verified", "created_at", "observed_at"),
        *pick("lang", "country"),
        *_READ_OF_PROFILES,
        *pick("creator_id!", "tier!", "tier_raw!", "tier_since"),
    ),
    rules=(
        Rule("has_a_day_for_its_tier", "tier <> 'unknown' AND tier_since IS NULL", "A tier begins on a day."),
    ),
)  # fmt: skip

_PROFILE_NAMES = Table(
    name="_profile_names", layer=_CORE, stage=Stage.ENRICH, published=False,
    grain=("network", "account_id", "says", "to_network", "to_key", "origin"),
    purpose="What an account last named as its own in bio and URL: other accounts, pages its network checked, sites.",
    reads=(Read("read_names"), Read("changed_accounts"), Read("_profile_names", Scope.BEFORE)),
    columns=(
        *pick("network!", "account_id!"),
        hidden("says", "VARCHAR", "account, page (checked by the network) or site."),
        hidden("to_network", "VARCHAR", "Network of what is named; web for a site."),
        hidden("to_key", "VARCHAR", "The id, 'h:' and the handle, or the host of a site."),
        hidden("words", "VARCHAR", "As written."),
        *pick("origin"),
        hidden("first_on", "DATE", "First day it was seen to say so."),
    ),
)  # fmt: skip

CORE_CREATOR_LINKS = Table(
    name="core_creator_links", layer=_CORE, stage=Stage.ENRICH, grain=("creator_id", "network", "account_id"),
    purpose="Which accounts belong to one creator, with the evidence.",
    reads=(Read("core_account_history", Scope.ALL), Read("linked_accounts")),
    columns=(
        *pick("creator_id!", "network!", "account_id!", "evidence!"),
        own("confidence", "DOUBLE", "Confidence of the link, 0 to 1.", minimum=0, maximum=1, required=True),
        own("evidence_words", "VARCHAR", "What was said or checked, in words; NULL for a creator with one account.", privacy=PERSONAL),
        *pick("valid_from"),
    ),
)  # fmt: skip

CORE_CREATORS = Table(
    name="core_creators", layer=_CORE, stage=Stage.CLASSIFY, grain=("creator_id",),
    purpose="Persons: one account is one creator until evidence links more; a merged one stays and says into whom.",
    reads=(Read("core_accounts", Scope.ALL), Read("core_creator_links", Scope.ALL)),
    columns=(
        *pick("creator_id!", "display_name", "tier!"),
        own("tier_rule", "VARCHAR", "How the person's tier follows from the accounts'."),
        *pick("valid_from"),
        own("merged_into", "VARCHAR", "Creator this one was merged into.", privacy=PSEUDO),
    ),
)  # fmt: skip

_ACCOUNT_DAY_AUDIENCE = Table(
    name="_account_day_audience", layer=_CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on",
    grain=("network", "account_key", "posted_on"),
    purpose="Followers and tier of an author on each day a post of theirs lies on (interface rules of time 4, K2).",
    reads=(
        Read("_account_post_days", Scope.TOUCHED), Read("_resolved_keys"), Read("core_account_history"), Read("core_tier_history"),
    ),
    columns=(
        *pick("network!", "account_id!", "posted_on!"),
        hidden("account_key", "VARCHAR", "Author as delivered."),
        hidden("snapshot_followers", "BIGINT", "Last count of the 30 days up to the post."),
        hidden("later_followers", "BIGINT", "First later count."),
        *pick("tier"),
        hidden("seen_before", "BOOLEAN", "The account was observed on or before the day."),
        hidden("delivered_tier", "VARCHAR", "Tier at the first observation within 7 days after the post."),
        hidden("first_tier", "VARCHAR", "Tier at the account's earliest observation."),
    ),
)  # fmt: skip

CORE_POSTS = Table(
    name="core_posts", layer=_CORE, stage=Stage.CLASSIFY, partition_by="posted_on", grain=_POST, config=("tiers",),
    purpose="One row per post: text and identity from the last delivery, each metric from the last that had it.",
    reads=(
        Read("_posts_latest", Scope.TOUCHED), Read("core_post_status", Scope.TOUCHED), Read("core_post_metrics", Scope.TOUCHED),
        Read("core_duplicates", Scope.TOUCHED), Read("_account_day_audience", Scope.TOUCHED), Read("engagement_parts"),
    ),
    columns=(
        *pick("network!", "post_id!", "account_id", "handle", "url", "title", "text", "lang", "lang_source", "country"),
        *pick("created_at!", "posted_on!", "edited_at", "post_type!"),
        *pick("reply_to_post_id", "reply_to_account_id", "repost_of_post_id", "quote_of_post_id", "thread_root_post_id", "media_types"),
        *pick(*METRICS, "reach_measured", "engagements", "engagement_parts", "metrics_observed_at", "is_mature!"),
        *pick("followers_at_post", "followers_basis!", "tier_at_post!", "tier_basis!", "is_paid_label", "sponsor_accounts"),
        *pick("sentiment", "sentiment_source", "safety_flags", "origin", "capture_reason!", "first_seen_at!", "last_seen_at!"),
        *pick("status!", "is_counted!", "cluster_id"),
    ),
    references=(Reference(_ACCOUNT, "core_accounts", _ACCOUNT),),
    rules=(
        Rule("counts_no_repost", "post_type = 'repost' AND is_counted", "K11: a repost has no mention and no engagement of its own."),
        Rule("knows_tier_basis", "(tier_at_post = 'unknown') <> (tier_basis = 'unknown')", "A tier has a basis, an unknown one has none."),
        Rule("knows_followers_basis", "(followers_at_post IS NULL) <> (followers_basis = 'none')", "K2: followers_basis says where the count comes from."),
        Rule(
            "engages_plausibly", "followers_at_post >= 1000 AND engagements > 20 * followers_at_post",
            "More than 20 engagements a follower is a parsing error more often than a viral post; real posts reach 8.7.",
            severity=Severity.ERROR, allowed_share=0.01,
        ),
    ),
)  # fmt: skip

CORE_POST_HASHTAGS = Table(
    name="core_post_hashtags", layer=_CORE, stage=Stage.CLASSIFY, partition_by="posted_on", grain=("network", "post_id", "hashtag"),
    purpose="Hashtags of each post.",
    reads=(Read("_posts_latest", Scope.TOUCHED),),
    columns=(
        *pick("network!", "post_id!", "hashtag!"),
        own("hashtag_as_written", "VARCHAR", "Hashtag without '#', as the author wrote it.", required=True),
        *pick("posted_on!"),
    ),
    references=(Reference(_POST, "core_posts", _POST),),
)  # fmt: skip

_BRAND_MATCHES = Table(
    name="_brand_matches", layer=_CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on",
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

CORE_MENTIONS = Table(
    name="core_mentions", layer=_CORE, stage=Stage.CLASSIFY, partition_by="posted_on", grain=("network", "post_id", "brand_id"),
    config=("brands",),
    purpose="Posts that name a brand, with the rule that matched and whether they count as earned.",
    reads=(
        Read("core_posts", Scope.TOUCHED), Read("_brand_matches", Scope.REFERENCED), Read("core_account_roles"), Read("_originals"),
        Read("brand_accounts"), Read("tied_accounts"),
    ),
    columns=(
        *pick("network!", "post_id!", "brand_id!"),
        own("matched_by", "VARCHAR", "Strongest rule that matched.", allowed=("hashtag", "handle", "domain", "keyword", "export"), required=True),
        own("matched_text", "VARCHAR", "What matched, as written.", privacy=PERSONAL),
        own("mention_mode", "VARCHAR", "About the brand, directed at it only, or through a quoted post.", allowed=("about", "directed", "quote"), required=True),
        *pick("relation!"),
        own("counts_as_earned", "BOOLEAN", "Counts in earned KPIs (K11).", required=True),
        own("not_counted_reason", "VARCHAR", "Why it does not."),
        *pick("posted_on!"),
    ),
    references=(Reference(_POST, "core_posts", _POST), Reference(("brand_id",), "core_brands", ("brand_id",))),
    rules=(
        Rule("says_why_not_counted", "counts_as_earned = (not_counted_reason IS NOT NULL)", "Whatever is left out of earned KPIs says why."),
        Rule("earns_only_by_relation", "counts_as_earned AND relation NOT IN ('organic', 'gifted', 'contest')", "K11: paid, owned, employee, vested are never earned."),
    ),
)  # fmt: skip

CORE_MENTION_CAMPAIGNS = Table(
    name="core_mention_campaigns", layer=_CORE, stage=Stage.CLASSIFY, partition_by="posted_on",
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

CORE_CREATOR_SUGGESTIONS = Table(
    name="core_creator_suggestions", layer=_CORE, stage=Stage.CLASSIFY,
    grain=("network", "account_id", "other_network", "other_account_id", "evidence"),
    purpose="Pairs of accounts of candidates that may be one person's and are not merged: to be decided by a person (inputs: identity_links, exclusions).",
    reads=(Read("suggested_links"),),
    columns=(
        *pick("network!", "account_id!"),
        own("other_network", "VARCHAR", "Network of the other account.", required=True),
        own("other_account_id", "VARCHAR", "The other account.", privacy=PSEUDO, required=True),
        *pick("evidence!"),
        own("confidence", "DOUBLE", "How sure, 0 to 1; likeness alone stays below what merges.", minimum=0, maximum=1, required=True),
        own("evidence_words", "VARCHAR", "What they have in common, or what was said.", privacy=PERSONAL),
        *pick("reason!"),
    ),
)  # fmt: skip

TABLES = (
    CORE_BRANDS, CORE_CAMPAIGNS, CORE_CONTESTS, _POST_IDENTITY, CORE_POST_STATUS, CORE_POST_METRICS, CORE_DUPLICATES,
    _ACCOUNT_DAYS, CORE_ACCOUNT_ALIASES, CORE_ACCOUNT_HISTORY, _PROFILE_NAMES, CORE_CREATOR_LINKS, CORE_ACCOUNT_ROLES, _EMPLOYEES,
    CORE_TIER_HISTORY, _ACCOUNT_DAY_AUDIENCE, CORE_POSTS, CORE_POST_HASHTAGS, _BRAND_MATCHES,
    CORE_MENTIONS, CORE_MENTION_CAMPAIGNS, _ACCOUNT_PROFILES, CORE_ACCOUNTS, CORE_CREATORS, CORE_CREATOR_SUGGESTIONS,
)  # fmt: skip
