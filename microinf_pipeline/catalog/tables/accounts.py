"""Accounts: their history, names, roles, tiers, and what their profiles say."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import PSEUDO, hidden, own, pick
from microinf_pipeline.catalog.model import Layer, Read, Reference, Rule, Scope, Stage, Table

_ACCOUNT = ("network", "account_id")

ACCOUNT_DAYS = Table(
    name="_account_days", layer=Layer.CORE, stage=Stage.ENRICH, published=False, partition_by="observed_on",
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
    name="core_account_aliases", layer=Layer.CORE, stage=Stage.ENRICH, grain=("network", "alias", "valid_from"),
    purpose="Handles an account has used; handles change hands, so each holds for a time.",
    reads=(Read("_account_days", Scope.ALL), Read("given_aliases")),
    columns=(
        *pick("network!"),
        own("alias", "VARCHAR", "Handle, lower case.", privacy=PSEUDO, required=True),
        *pick("valid_from!", "account_id!", "valid_to"),
    ),
)  # fmt: skip

CORE_ACCOUNT_HISTORY = Table(
    name="core_account_history", layer=Layer.CORE, stage=Stage.ENRICH, partition_by="observed_on",
    grain=("network", "account_id", "observed_on"),
    purpose="Follower counts and handles as seen on each day.",
    reads=(Read("_account_days", Scope.TOUCHED), Read("_resolved_keys")),
    columns=pick("network!", "account_id!", "observed_on!", "followers", "followers_precision", "following", "post_count", "handle", "source!"),
)  # fmt: skip

CORE_ACCOUNT_ROLES = Table(
    name="core_account_roles", layer=Layer.CORE, stage=Stage.ENRICH, grain=("network", "account_id", "brand_id", "role", "valid_from"),
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

EMPLOYEES = Table(
    name="_employees", layer=Layer.CORE, stage=Stage.ENRICH, published=False, grain=("network", "account_id", "brand_id", "person_id", "valid_from"),
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

VESTED = Table(
    name="_vested", layer=Layer.CORE, stage=Stage.ENRICH, published=False, grain=("account_hash", "brand_id", "valid_from"),
    purpose="Persons with other ties to a brand (agencies, family, investors), as keyed hashes of their accounts: to be left out, never to be listed.",
    reads=(Read("vested_hashes"),),
    columns=(
        hidden("account_hash", "VARCHAR", "HMAC-SHA256 of network and account, by the home's key."),
        *pick("brand_id!", "valid_from!", "valid_to"),
    ),
)  # fmt: skip

CORE_TIER_HISTORY = Table(
    name="core_tier_history", layer=Layer.CORE, stage=Stage.CLASSIFY, grain=("network", "account_id", "valid_from"), config=("tiers",),
    purpose="Audience tier of an account over time: up at the cut, down only clearly or lastingly below it.",
    reads=(Read("folded_tiers"), Read("changed_accounts"), Read("core_tier_history", Scope.BEFORE)),
    columns=(
        *pick("network!", "account_id!", "valid_from!", "tier!", "valid_to"),
        own("followers_at_change", "BIGINT", "Followers on the day the tier began.", unit="accounts", minimum=0),
        *pick("reason!"),
    ),
    references=(Reference(_ACCOUNT, "core_account_history", _ACCOUNT),),
)  # fmt: skip

ACCOUNT_DAY_AUDIENCE = Table(
    name="_account_day_audience", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on",
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

#: Columns that are NULL for all but candidates (end of kpis.md), and with too little to go by.
_READ_OF_PROFILES = (
    own("account_type_evidence", "VARCHAR", "What said the kind of account: 'network', or the place and the words, for candidates; NULL where it is unknown."),
    own("niche", "VARCHAR", "Topic of the account (rules/niches.yaml, or the file under `niches:`), for candidates; NULL with too little to go by."),
    own("niche_confidence", "DOUBLE", "Confidence of the niche, 0 to 1.", minimum=0, maximum=1),
    own("niche_evidence", "VARCHAR", "Words that said so."),
    own("authority", "VARCHAR", "Authority the bio claims: academic, journalist, technical_expert, practitioner; for candidates."),
    own("authority_evidence", "VARCHAR", "Words that said so."),
    own("authenticity_score", "DOUBLE", "1 = genuine, 0 = not, for candidates; NULL with too little data.", minimum=0, maximum=1),
    own("authenticity_reasons", "VARCHAR", "The reasons in words."),
)  # fmt: skip

ACCOUNT_PROFILES = Table(
    name="_account_profiles", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, grain=_ACCOUNT, config=("niches", "brands"),
    purpose="What was read of the profiles and posts of candidates; all other accounts are counts.",
    reads=(Read("read_profiles"), Read("profile_candidates"), Read("_account_profiles", Scope.BEFORE)),
    columns=(
        *pick("network!", "account_id!", "lang", "account_type", "country"), *_READ_OF_PROFILES,
        hidden("email", "VARCHAR", "Address the bio states."),
        hidden("invites_business", "BOOLEAN", "The owner's words ask for business contact; false where they refuse it or say nothing."),
        hidden("invitation_evidence", "VARCHAR", "The words that ask for it, or refuse it."),
    ),
)  # fmt: skip

CORE_ACCOUNTS = Table(
    name="core_accounts", layer=Layer.CORE, stage=Stage.CLASSIFY, grain=_ACCOUNT,
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
