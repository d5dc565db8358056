"""Whom to write to: proposals with their reason, where a contact stands, what may be offered."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import PERSONAL, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Rule, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import OF_A_BRAND, REASON_PARTS

MART_OUTREACH = Table(
    name="mart_outreach", layer=Layer.MART, stage=Stage.KPIS, grain=("creator_id", "brand_id"), config=("brands", "tiers"),
    purpose="Creators to talk to, per brand that is not configured as a competitor: candidates with a mention in 90 days and all of the outreach log. Not proposed: the brand's own and its competitors' accounts, vested persons, employees who have not agreed, brands, media and bots.",
    reads=(
        Read("mart_creator_scorecard", Scope.ALL), Read("mart_creator_brand_daily", Scope.ALL), Read("_mention_facts", Scope.ALL),
        Read("core_posts", Scope.ALL), Read("core_accounts", Scope.ALL), Read("core_account_aliases", Scope.ALL),
        Read("core_account_roles", Scope.ALL), Read("_account_profiles", Scope.ALL), Read("_employees", Scope.ALL),
        Read("core_brands", Scope.ALL), Read("core_creators", Scope.ALL), Read("_rate_card", Scope.ALL), Read("_creator_money", Scope.ALL),
        Read("tied_accounts"), Read("tier_cuts"), Read("brand_targets"), Read("given_outreach"), Read("given_suppressions"),
    ),
    parts=("_outreach_log", "_outreach_people", "_outreach_offers"),
    columns=(
        *pick("creator_id!", "brand_id!"),
        own("rank", "BIGINT", "Rank among those who may be contacted, whom the brand looks for first (its target), then by score; NULL for all others, for employees, and below 10 posts with a rate (K10).", minimum=1),
        own("why", "VARCHAR", "The reasons as an English sentence; begins with a caution where the last mentions, up to three, are all negative.", required=True),
        own("why_parts", "VARCHAR", f"The same for other languages. {REASON_PARTS}", required=True),
        Column("status", "VARCHAR", "Where the contact stands, by the outreach log and the decisions; new where neither speaks of the creator.", allowed=("new", "contacted", "answered", "active", "declined", "suppressed"), required=True),
        own("last_contacted_on", "DATE", "Last contact in the outreach log.", unit="day"),
        own("cooldown_until", "DATE", "First day on which a contact that brought no answer, or a no, allows another.", unit="day"),
        own("contact_allowed", "VARCHAR", "invited by the owner's words; platform_only: by the network's own message; no.", allowed=("invited", "platform_only", "no"), required=True),
        own("contact_rule", "VARCHAR", "Why so, as an English sentence; may quote the bio.", required=True),
        own("contact_parts", "VARCHAR", f"The same for other languages. {REASON_PARTS}", required=True),
        own("contact", "VARCHAR", "The address the bio states, else the profile; only where invited.", privacy=PERSONAL),
        own("compensation_model", "VARCHAR", "paid (per post, click or bundle), product (exchange, featuring, support), programme (employees: programme and competition); NULL without a follower count.", allowed=("paid", "product", "programme")),
        own("compensation_low", "DOUBLE", "Lowest amount of the range.", unit="currency", minimum=0),
        own("compensation_high", "DOUBLE", "Highest amount of the range.", unit="currency", minimum=0),
        own("compensation_range", "VARCHAR", "For paid creators: lowest and highest amount by the rate card of today; else the middle half of what a post under the brand's deals with five or more creators of the tier cost, never one creator's fee; NULL without either."),
        own("currency", "VARCHAR", "Currency of the range, ISO 4217."),
        own("compensation_basis", "VARCHAR", "What the guide rests on, as an English sentence.", required=True),
        own("compensation_parts", "VARCHAR", f"The same for other languages. {REASON_PARTS}", required=True),
    ),
    references=(Reference(("creator_id",), "core_creators", ("creator_id",)), *OF_A_BRAND),
    rules=(
        Rule("shows_a_contact_only_where_invited", "contact IS NOT NULL AND contact_allowed <> 'invited'", "End of kpis.md: an address is shown only with the rule that allows it."),
        Rule("ranks_only_whom_one_may_write_to", "rank IS NOT NULL AND contact_allowed = 'no'", "A proposal that must not be followed is none."),
        Rule("names_the_currency_of_a_range", "(compensation_range IS NULL) <> (currency IS NULL)", "An amount without a currency is none."),
    ),
)  # fmt: skip
