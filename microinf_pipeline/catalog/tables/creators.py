"""Creators: which accounts are one person, and how that is known."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import PERSONAL, PSEUDO, hidden, own, pick
from microinf_pipeline.catalog.model import Layer, Read, Scope, Stage, Table

PROFILE_NAMES = Table(
    name="_profile_names", layer=Layer.CORE, stage=Stage.ENRICH, published=False,
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
    name="core_creator_links", layer=Layer.CORE, stage=Stage.ENRICH, grain=("creator_id", "network", "account_id"),
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
    name="core_creators", layer=Layer.CORE, stage=Stage.CLASSIFY, grain=("creator_id",),
    purpose="Persons: one account is one creator until evidence links more; a merged one stays and says into whom.",
    reads=(Read("core_accounts", Scope.ALL), Read("core_creator_links", Scope.ALL)),
    columns=(
        *pick("creator_id!", "display_name", "tier!"),
        own("tier_rule", "VARCHAR", "How the person's tier follows from the accounts'."),
        *pick("valid_from"),
        own("merged_into", "VARCHAR", "Creator this one was merged into.", privacy=PSEUDO),
    ),
)  # fmt: skip

CORE_CREATOR_SUGGESTIONS = Table(
    name="core_creator_suggestions", layer=Layer.CORE, stage=Stage.CLASSIFY,
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
