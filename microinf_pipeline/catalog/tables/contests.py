"""Contests: who entered, who may win and why not, who won, what it cost."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import ADD, PERSONAL, PSEUDO, hidden, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Rule, Scope, Stage, Table
from microinf_pipeline.catalog.tables.measures import share

_CONTEST = own("contest_id", "VARCHAR", "The contest, as configured.", required=True)
_OF_A_CONTEST = (Reference(("contest_id",), "core_contests", ("contest_id",)),)

CONTEST_POSTS = Table(
    name="_contest_posts", layer=Layer.CORE, stage=Stage.CLASSIFY, published=False, partition_by="posted_on",
    grain=("contest_id", "network", "post_id"), config=("brands", "campaigns"),
    purpose="Posts that carry a contest's tags or mention its accounts, in its time or shortly beside it.",
    reads=(
        Read("core_posts", Scope.TOUCHED), Read("core_post_hashtags", Scope.TOUCHED), Read("core_duplicates", Scope.TOUCHED),
        Read("_posts_latest", Scope.TOUCHED), Read("core_contests", Scope.ALL),
    ),
    columns=(
        _CONTEST, *pick("network!", "post_id!", "posted_on!", "account_id", "created_at!", "first_seen_at!", "post_type!"),
        *pick("is_counted!", "status!", "country"),
        hidden("entered_by", "VARCHAR", "hashtag or account."),
        hidden("is_near_copy", "BOOLEAN", "Nearly the words of an earlier post."),
    ),
)  # fmt: skip

CONTEST_ENTRANTS = Table(
    name="_contest_entrants", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("contest_id", "network", "post_id"),
    config=("brands", "campaigns"),
    purpose="Every entry, by tag, by mention or claimed in the brand's list, with all that may speak against it.",
    reads=(
        Read("_contest_posts", Scope.ALL), Read("core_contests", Scope.ALL), Read("core_posts", Scope.ALL), Read("core_account_roles", Scope.ALL),
        Read("core_account_aliases", Scope.ALL), Read("core_creator_links", Scope.ALL),
        Read("core_accounts", Scope.ALL), Read("contest_claims"), Read("contest_decisions"), Read("contest_exclusions"),
        Read("frozen_entries"),
    ),
    columns=(
        _CONTEST, *pick("network!", "post_id!", "brand_id!", "account_id"),
        hidden("person_key", "VARCHAR", "The person who entered; NULL without an author."),
        hidden("entered_at", "TIMESTAMP", "When the post was made, or the entry claimed."),
        hidden("entered_by", "VARCHAR", "hashtag, account or claim."),
        *pick("first_seen_at", "post_type", "is_counted", "status"),
        hidden("is_near_copy", "BOOLEAN", "Nearly the words of an earlier post."),
        hidden("is_owned", "BOOLEAN", "The account is the brand's."),
        hidden("exclusion", "VARCHAR", "Reason code of the brand's list of exclusions."),
        hidden("exclusion_clause", "VARCHAR", "Clause it names."),
        hidden("excluded_by", "VARCHAR", "Who put it there."),
        hidden("decision", "VARCHAR", "A person's decision: eligible or ineligible."),
        hidden("decision_reason", "VARCHAR", "Its reason."),
        hidden("decision_by", "VARCHAR", "Who decided."),
        hidden("decision_on", "DATE", "When."),
        hidden("authenticity_score", "DOUBLE", "Of the account."),
        hidden("stated_country", "VARCHAR", "Country of the post, else of the account."),
    ),
)  # fmt: skip

MART_CONTEST_ENTRIES = Table(
    name="mart_contest_entries", layer=Layer.MART, stage=Stage.KPIS, grain=("contest_id", "network", "post_id"), config=("brands", "campaigns"),
    purpose="Every entry of a contest: whether it may win, and if not, why, by which clause, decided by whom (docs/contests.md).",
    reads=(
        Read("_contest_entrants", Scope.ALL), Read("core_contests", Scope.ALL), Read("core_creator_suggestions", Scope.ALL),
        Read("_employees", Scope.ALL), Read("vested_entrants"), Read("contest_reasons"), Read("contest_clauses"), Read("frozen_contests"),
        Read("frozen_entries"),
    ),
    columns=(
        _CONTEST,
        *pick("network!"),
        Column("post_id", "VARCHAR", "The post; 'e:' and a hash for an entry made off the networks.", privacy=PSEUDO, required=True),
        *pick("brand_id!", "account_id"),
        own("person_key", "VARCHAR", "The person who entered: the creator, or 'person:' and the brand's own id of one without account.", privacy=PSEUDO),
        own("entered_at", "TIMESTAMP", "When the post was made, or the entry claimed.", unit="UTC", required=True),
        own("entered_by", "VARCHAR", "How it came in: by hashtag, by mention of an account, or claimed in the brand's list.", allowed=("hashtag", "account", "claim"), required=True),
        own("eligibility", "VARCHAR", "May win, may not, or is waiting for a person's decision.", allowed=("eligible", "ineligible", "needs_review"), required=True),
        own("reason_code", "VARCHAR", "Why it may not win, or is reviewed; NULL for an eligible one. Codes: docs/contests.md."),
        *pick("reason"),
        own("terms_clause", "VARCHAR", "Clause of the terms behind the reason, as configured or listed."),
        own("decided_by", "VARCHAR", "'rule', or the person who decided; NULL while nobody has.", privacy=PERSONAL),
        own("decided_on", "DATE", "Day of a person's decision.", unit="day"),
        own("entry_hash", "VARCHAR", "The leaf that stands for it in the protocol; NULL until frozen, and where it was not.", privacy=PSEUDO),
    ),
    references=_OF_A_CONTEST,
    rules=(
        Rule("says_why_not", "(eligibility = 'eligible') <> (reason_code IS NULL)", "Who may not win is told why; who may needs no reason."),
        Rule("leaves_reviews_open", "eligibility = 'needs_review' AND decided_by IS NOT NULL", "A review is open until a person decides."),
        Rule("freezes_what_may_win", "entry_hash IS NOT NULL AND eligibility = 'needs_review'", "Nothing is frozen while it is under review."),
    ),
)  # fmt: skip

MART_CONTEST_DRAW = Table(
    name="mart_contest_draw", layer=Layer.MART, stage=Stage.KPIS, grain=("contest_id", "place"), config=("brands", "campaigns"),
    purpose="Winners and alternates of drawn contests, as their protocols show them: entries are hashes.",
    reads=(Read("drawn_places"), Read("frozen_entries"), Read("mart_contest_entries", Scope.ALL)),
    columns=(
        _CONTEST,
        own("place", "INTEGER", "Place in the order, from 1.", unit="place", required=True, minimum=1),
        own("role", "VARCHAR", "As drawn.", allowed=("winner", "alternate"), required=True),
        own("entry_hash", "VARCHAR", "The entry's leaf in the protocol.", privacy=PSEUDO, required=True),
        own("seed", "VARCHAR", "SHA-256 of root and beacon value; NULL where a jury decided."),
        own("commitment", "VARCHAR", "SHA-256 of the published freeze.", required=True),
        Column("status", "VARCHAR", "drawn; disqualified by a later decision; erased, the entry is known to nobody any more; moved_up, an alternate in place of such a winner.",
            allowed=("drawn", "disqualified", "erased", "moved_up"), required=True),
    ),
    references=_OF_A_CONTEST,
)  # fmt: skip

MART_CONTEST = Table(
    name="mart_contest", layer=Layer.MART, stage=Stage.KPIS, grain=("contest_id",), config=("brands", "campaigns"),
    purpose="Contests that have begun: entries, what one cost, who is still there three months later.",
    reads=(
        Read("core_contests", Scope.ALL), Read("mart_contest_entries", Scope.ALL), Read("mart_contest_draw", Scope.ALL),
        Read("mart_creator_brand_daily", Scope.ALL), Read("contest_costs"), Read("frozen_contests"),
    ),
    columns=(
        _CONTEST, *pick("brand_id!"),
        own("stage", "VARCHAR", "Where it stands.", allowed=("open", "ended", "frozen", "drawn"), required=True),
        Column("entries", "BIGINT", "Entries, refused ones included: rows of mart_contest_entries but those of employees.", unit="count", additivity=ADD, minimum=0, required=True),
        Column("eligible", "BIGINT", "Entries that may win.", unit="count", additivity=ADD, minimum=0, required=True),
        Column("ineligible", "BIGINT", "Entries that may not.", unit="count", additivity=ADD, minimum=0, required=True),
        Column("needs_review", "BIGINT", "Entries that wait for a decision.", unit="count", additivity=ADD, minimum=0, required=True),
        Column("persons", "BIGINT", "Distinct persons with an eligible entry.", unit="persons", minimum=0, required=True),
        own("cost", "DOUBLE", "Fees and gifts of the deals made for it, else its budget; NULL where neither is stated.", unit="currency", minimum=0),
        own("currency", "VARCHAR", "Currency of the cost, ISO 4217."),
        own("cost_per_entry", "DOUBLE", "cost by entries; NULL without a cost or an entry.", unit="currency", minimum=0),
        own("cost_per_eligible_entry", "DOUBLE", "cost by eligible entries; NULL without a cost or an eligible entry.", unit="currency", minimum=0),
        share("still_posting_90d", "Persons with an eligible entry who mention the brand on the 61st to 90th day after the end, by all of them; NULL until 90 days have passed."),
    ),
    references=_OF_A_CONTEST,
    rules=(Rule("adds_up_entries", "eligible + ineligible + needs_review <> entries", "Every entry is one of them."),),
)  # fmt: skip
