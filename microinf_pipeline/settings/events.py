"""What begins and ends: campaigns and contests, with the tags, goals and money they share.

Put here: their keys in `microinf.yaml`. Keep out: rules across sections (`checks`, `contest_checks`).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from microinf_pipeline.settings.fields import Handles, Hashtags, Identifier, Section, Texts, shaped

Currency = Annotated[str, shaped(r"[A-Z]{3}", "three capitals, such as EUR")]
Moment = datetime | date


class TagRule(Section):
    """Which hashtags bring a post in; a list stands for `any`."""

    any: Hashtags = Field(default=(), description="One of these is enough.")
    all: Hashtags = Field(default=(), description="Every one of these is needed.")


TagRules = Annotated[TagRule, BeforeValidator(lambda v: {"any": v} if isinstance(v, str | list) else v)]


class Goal(Section):
    """A measure agreed before the campaign."""

    metric: str = Field(min_length=1, description="Id of the KPI, as in `meta_kpi_definitions`.")
    value: float = Field(description="The value to reach.")
    date_set: date | None = Field(default=None, description="When it was agreed.")


class Budget(Section):
    """Money set aside; one currency, never added to another."""

    amount: Decimal = Field(ge=0, description="Amount in units of the currency.")
    currency: Currency = Field(description="ISO 4217, e.g. EUR.")


class Campaign(Section):
    """A hashtag campaign of one brand."""

    id: Identifier = Field(description="Key in every table.")
    name: str = Field(default="", description="Name in reports. Default: the id.")
    brand: Identifier = Field(description="Id of the brand.")
    hashtags: TagRules = Field(description="`{any: […], all: […]}`, or a list (any).")
    start: Moment = Field(description="First moment, inclusive: a date or a time, in the brand's time zone.")
    end: Moment | None = Field(default=None, description="End, exclusive, in the brand's time zone. Default: open.")
    goals: tuple[Goal, ...] = Field(default=(), description="Measures agreed before the campaign.")
    budget: Budget | None = Field(default=None, description="Money set aside.")


class Contest(Section):
    """A contest or sweepstake that people enter by posting with its hashtags, or by mentioning its accounts."""

    id: Identifier = Field(description="Key in every table, and the name of its folder.")
    name: str = Field(default="", description="Name in reports. Default: the id.")
    brand: Identifier = Field(description="Id of the brand.")
    hashtags: TagRules = Field(default=TagRule(), description="`{any: […], all: […]}`, or a list (any).")
    accounts: dict[str, Handles] = Field(
        default={}, description="Per network: handles; a post that mentions one of them enters, with or without hashtags."
    )
    start: Moment = Field(description="First moment of entry, inclusive, in the brand's time zone.")
    end: Moment = Field(description="End of entry, exclusive, in the brand's time zone.")
    seen_by: Moment | None = Field(default=None, description="Entries first seen at or after this are late. Default: no limit.")
    freeze_at: Moment | None = Field(
        default=None, description="Entries are not frozen before this moment. Default: seen_by, else the end."
    )
    method: Literal["lot", "jury"] = Field(default="lot", description="Who wins: by lot, or by the points of `inputs: jury`.")
    winners: int = Field(default=1, ge=1, description="How many win.")
    alternates: int = Field(default=0, ge=0, description="How many stand by.")
    entries_per_person: int = Field(default=1, ge=1, description="Entries that count for one person, on all networks together.")
    sources: Texts = Field(
        default=(),
        description="Sources that must be complete before entries are frozen. Default: all required sources of posts.",
    )
    countries: Texts = Field(
        default=(), description="ISO 3166 alpha-2 codes the terms allow; another stated country is reviewed. Default: any."
    )
    minimum_age: int | None = Field(
        default=None, ge=1, le=120, description="Age the terms ask for; never guessed, printed for winners to declare."
    )
    budget: Budget | None = Field(default=None, description="Prizes and handling, where `inputs: deals` does not say the cost.")
    terms: str | None = Field(default=None, description="Address of the published terms.")
    clauses: dict[str, str] = Field(
        default={}, description="Per reason an entry is refused or reviewed for (docs/contests.md): the clause of the terms."
    )

    @property
    def entry_closes(self) -> Moment:
        """Before this moment entries cannot be frozen."""
        return self.freeze_at or self.seen_by or self.end
