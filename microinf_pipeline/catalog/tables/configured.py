"""Configuration as data: brands, campaigns, contests."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import own, pick
from microinf_pipeline.catalog.model import Layer, Read, Reference, Stage, Table

CORE_BRANDS = Table(
    name="core_brands", layer=Layer.CORE, stage=Stage.DEDUPLICATE, grain=("brand_id",), config=("brands",),
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
        own("jurisdiction", "VARCHAR", "Whose rules of disclosure its rate goes by (K13); NULL = not told.", allowed=("US", "DE", "UK", "EU")),
        own("history_from", "DATE", "First day the brand's history is known: its first accepted night or a covers_from.", unit="UTC day"),
    ),
)  # fmt: skip

CORE_CAMPAIGNS = Table(
    name="core_campaigns", layer=Layer.CORE, stage=Stage.DEDUPLICATE, grain=("campaign_id",), config=("brands", "campaigns"),
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
    name="core_contests", layer=Layer.CORE, stage=Stage.DEDUPLICATE, grain=("contest_id",), config=("brands", "campaigns"),
    purpose="The contests, as configured. Bounds are UTC moments of the brand's local ones.", reads=(Read("configured_contests"),),
    columns=(
        own("contest_id", "VARCHAR", "The contest, as configured.", required=True),
        *pick("brand_id!"),
        own("name", "VARCHAR", "Name of the contest."),
        own("hashtags", "VARCHAR", "All hashtags of its entries, a JSON list."),
        own("hashtags_any", "VARCHAR", "Any of these makes a post an entry, a JSON list."),
        own("hashtags_all", "VARCHAR", "All of these must be there, a JSON list."),
        own("accounts", "VARCHAR", "A post that mentions one of these enters as well, a JSON list of network:handle."),
        own("starts_at", "TIMESTAMP", "Start of entry, inclusive.", unit="UTC", required=True),
        own("ends_at", "TIMESTAMP", "End of entry, exclusive.", unit="UTC", required=True),
        own("seen_by", "TIMESTAMP", "Entries first seen at or after this are late; NULL = no limit.", unit="UTC"),
        own("freeze_from", "TIMESTAMP", "Entries cannot be frozen before this.", unit="UTC", required=True),
        own("method", "VARCHAR", "Who wins: by lot or by the points of a jury.", allowed=("lot", "jury"), required=True),
        own("winners", "INTEGER", "How many win.", unit="persons", required=True, minimum=1),
        own("alternates", "INTEGER", "How many stand by.", unit="persons", required=True, minimum=0),
        own("entries_per_person", "INTEGER", "Entries that count for one person, on all networks together.", unit="count", required=True, minimum=1),
        own("countries", "VARCHAR", "Countries the terms allow, a JSON list; NULL = any."),
        own("minimum_age", "INTEGER", "Age the terms ask for, to be declared by winners; NULL = none stated.", unit="years", minimum=1),
        own("terms", "VARCHAR", "Address of the published terms."),
        own("budget", "DOUBLE", "Prizes and handling, as planned.", unit="currency"),
        own("currency", "VARCHAR", "Currency of the budget, ISO 4217."),
    ),
    references=(Reference(("brand_id",), "core_brands", ("brand_id",)),),
)  # fmt: skip
