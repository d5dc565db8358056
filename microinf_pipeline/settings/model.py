"""What `microinf.yaml` holds, section by section (sources, campaigns and contests have their own modules).

Put here: the shape, defaults and meaning of each key; `docs/configuration.md` is rendered from the descriptions.
Keep out: reading the file (`load`) and rules across sections (`checks`).
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from microinf_pipeline.settings.events import Campaign, Contest, Moment
from microinf_pipeline.settings.fields import (
    Domains,
    FilePath,
    Handles,
    Hashtags,
    Identifier,
    Identifiers,
    Section,
    Texts,
    TimeZone,
)
from microinf_pipeline.settings.inputs import Inputs
from microinf_pipeline.settings.running import Copies, EngineChoice, Gates, Policy, Publish, Schedule, Tiers
from microinf_pipeline.settings.sources import Source


def _key_for_text(key: str) -> BeforeValidator:
    """A plain text as shorthand for a mapping with that one key."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class Keyword(Section):
    """A word or phrase that names the brand; a plain text stands for `{word: text}`."""

    word: str = Field(min_length=1, description="The word or phrase; case does not matter.")
    exclude: Texts = Field(
        default=(),
        description="A phrase that holds the word takes away those places ('S-Bahn'); any other, the whole post ('Modell').",
    )


class Target(Section):
    """Whom the brand wants to work with; ranks creators, never filters mentions."""

    topics: Texts = Field(default=(), description="Words for the niches that fit the brand.")
    languages: Texts = Field(default=(), description="ISO 639-1 codes.")
    countries: Texts = Field(default=(), description="ISO 3166 alpha-2 codes; quote 'NO', YAML reads it as false.")
    tiers: Texts = Field(default=(), description="Tiers to look for, by the names under `tiers:`.")
    networks: Texts = Field(default=(), description="Networks to look at.")


class Product(Section):
    """A product of the brand; a plain text stands for `{name: text}`."""

    name: str = Field(min_length=1, description="The product's name.")
    keywords: Texts = Field(default=(), description="Words that name it, beyond its name.")


class Brand(Section):
    """A brand whose mentions are looked for: one's own, or a competitor's."""

    id: Identifier = Field(description="Key in every table: letters, digits, `_` and `-`.")
    name: str = Field(default="", description="Name in reports. Default: the id.")
    timezone: TimeZone = Field(default="UTC", description="IANA time zone of the brand's local days and campaign bounds.")
    jurisdiction: Literal["US", "DE", "UK", "EU"] | None = Field(
        default=None,
        description="Whose rules the brand's disclosure rate goes by. Default: told by the time zone, else none.",
    )
    keywords: tuple[Annotated[Keyword, _key_for_text("word")], ...] = Field(
        default=(), description="Words that name the brand."
    )
    handles: dict[str, Handles] = Field(default={}, description="Per network: the handles people mention, without `@`.")
    hashtags: Hashtags = Field(default=(), description="Hashtags that name the brand. Quote them if you write the `#`.")
    domains: Domains = Field(default=(), description="Links to these domains name the brand.")
    owned_accounts: dict[str, Handles] = Field(
        default={},
        description="Per network: handles or account ids the brand posts from; their posts are never earned."
        " On Bluesky and Mastodon (user@domain) what they post and reply is captured.",
    )
    competitor_of: Identifiers = Field(default=(), description="Ids of the brands this one competes with.")
    brand_set: Identifier | None = Field(default=None, description="Name of the set in which share of voice is counted.")
    target: Target = Field(default=Target(), description="Whom the brand wants to work with.")
    products: tuple[Annotated[Product, _key_for_text("name")], ...] = Field(default=(), description="Products to tell apart.")

    @property
    def label(self) -> str:
        """What reports call the brand."""
        return self.name or self.id


class Settings(Section):
    """The whole of `microinf.yaml`."""

    home: FilePath = Field(default="home", validate_default=True, description="Folder of all data, on one file system.")
    brands: tuple[Brand, ...] = Field(default=(), description="Brands to look for.")
    campaigns: tuple[Campaign, ...] = Field(default=(), description="Hashtag campaigns.")
    contests: tuple[Contest, ...] = Field(default=(), description="Contests and sweepstakes.")
    sources: tuple[Source, ...] = Field(default=(), description="Where posts and profiles come from; the order ranks them.")
    tiers: Tiers = Field(default_factory=Tiers, description="Where tiers begin.")
    niches: FilePath | None = Field(
        default=None, description="Topics of your own for accounts, a YAML file in the form of the shipped `rules/niches.yaml`."
    )
    policies: dict[str, Policy] = Field(default={}, description="Per origin: what may be done with its rows.")
    inputs: Inputs = Field(default=Inputs(), description="CSV files of your own; their rows are data, not configuration.")
    publish: Publish = Field(default=Publish(), description="How tables are handed out.")
    schedule: Schedule = Field(default=Schedule(), description="When the night runs.")
    engine: EngineChoice = Field(default=EngineChoice(), description="What computes the tables.")
    copies: Copies = Field(default=Copies(), description="When posts are told to be copies of one another.")
    gates: Gates = Field(default=Gates(), description="Where the blocking checks draw the line.")

    def brand(self, brand_id: str) -> Brand:
        """The brand of that id; KeyError if there is none (loading has checked every reference)."""
        return {b.id: b for b in self.brands}[brand_id]

    def moment_utc(self, brand_id: str, moment: Moment) -> datetime:
        """A bound of a campaign or contest, written in the brand's time zone, as an aware UTC time."""
        return in_utc(moment, ZoneInfo(self.brand(brand_id).timezone))


def in_utc(moment: Moment, zone: ZoneInfo) -> datetime:
    """A date (its local midnight) or a time without zone as aware UTC; a time with an offset keeps its instant."""
    local = moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
