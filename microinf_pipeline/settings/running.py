"""How nights are run, judged and handed out: tiers, policies, publishing, schedule, engine, gates.

Put here: sections that steer the pipeline. Keep out: what is looked for (`model`) and where (`sources`).
"""

from __future__ import annotations

import itertools
import re
from importlib.resources import files
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from microinf_pipeline.settings.fields import Secret, Section, TimeZone, problem, shaped

_CRON_FIELDS: Final = (("minute", 0, 59, ""), ("hour", 0, 23, ""), ("day", 1, 31, ""),
                       ("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
                       ("weekday", 0, 7, "sun mon tue wed thu fri sat"))  # fmt: skip


def _cron_numbers(text: str, names: str, lowest: int) -> str:
    for number, name in enumerate(names.split(), start=lowest):
        text = re.sub(name, str(number), text, flags=re.IGNORECASE)
    return text


def _cron_field(text: str, low: int, high: int) -> bool:
    """Whether every part of one field is `*`, a number or a range, with an optional step, within bounds."""
    for part in text.split(","):
        found = re.fullmatch(r"(\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
        if not found:
            return False
        first, last, step = (int(g) if g else None for g in found.group(2, 3, 4))
        if step == 0 or any(n is not None and not low <= n <= high for n in (first, last)):
            return False
        if first is not None and last is not None and first > last:
            return False
    return True


def _five_cron_fields(value: str) -> str:
    given = value.split()
    if len(given) != len(_CRON_FIELDS):
        raise problem("cron", f"a cron schedule has five fields, '{value}' has {len(given)}", "e.g. '0 3 * * *'")
    for text, (name, low, high, names) in zip(given, _CRON_FIELDS, strict=True):
        if not _cron_field(_cron_numbers(text, names, low), low, high):
            raise problem("cron", f"cron {name} '{text}' is not within {low} to {high}", "e.g. '0 3 * * *' for 03:00")
    return " ".join(given)


Cron = Annotated[str, AfterValidator(_five_cron_fields)]


def tier_rules() -> dict[str, Any]:
    """The defaults of `tiers:`, as shipped."""
    text = (files("microinf_pipeline") / "rules" / "tiers.yaml").read_text(encoding="utf-8")
    rules: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return rules


class Tiers(Section):
    """Where tiers begin; defaults from `rules/tiers.yaml`."""

    cuts: dict[str, int] = Field(
        default_factory=lambda: tier_rules()["cuts"],
        description="Lowest follower count of each tier, ascending from 0.",
    )
    down_below_share: float = Field(
        default_factory=lambda: tier_rules()["down_below_share"],
        gt=0,
        le=1,
        description="A tier falls at once below this share of its cut …",
    )
    down_after_days: int = Field(
        default_factory=lambda: tier_rules()["down_after_days"], ge=0, description="… or after this many days below it."
    )

    @field_validator("cuts")
    @classmethod
    def _ascending(cls, cuts: dict[str, int]) -> dict[str, int]:
        bounds = list(cuts.values())
        if not bounds or bounds[0] != 0 or any(a >= b for a, b in itertools.pairwise(bounds)):
            raise problem("tier_cuts", "tier cuts must begin at 0 and ascend", "e.g. {nano: 0, micro: 10000, macro: 100000}")
        if {"unknown", "owned", "*"} & cuts.keys():
            raise problem("tier_name", "unknown, owned and * are not names for a tier", "choose another name")
        return cuts


class Policy(Section):
    """What may be done with rows of one origin; what is left out stays as in the shipped `rules/policies.toml`."""

    max_age_days: int | None = Field(default=None, ge=1, description="Rows older than this are removed.")
    recheck_days: int | None = Field(default=None, ge=1, description="Rows are looked at again after this.")
    delete_within_hours: int | None = Field(default=None, ge=1, description="Time to follow a deletion.")
    may_store_text: bool | None = Field(default=None, description="Text and title may be kept.")
    may_store_author: bool | None = Field(default=None, description="Authors and profiles may be kept.")
    may_derive: bool | None = Field(default=None, description="Engagements, rates and scores may be formed.")
    may_aggregate: bool | None = Field(default=None, description="Sums over several owners' posts may be formed.")
    may_benchmark: bool | None = Field(default=None, description="Creators and brands may be compared with one another.")
    may_match_people: bool | None = Field(default=None, description="Accounts may be matched with persons.")


class Publish(Section):
    """How tables are handed out."""

    core: Literal["copy", "link", "none"] = Field(
        default="copy", description="Core tables: copied, linked as views, or left out."
    )
    identity: Literal["full", "pseudonymous"] = Field(
        default="full", description="Handles and ids as they are, or keyed pseudonyms."
    )
    pseudonym_key: Secret | None = Field(default=None, description="Key of the pseudonyms; needed for `pseudonymous`.")
    postgres: Secret | None = Field(
        default=None,
        description="Address (`postgresql://…`) that `microinf publish --postgres` writes marts to, as schema `microinf`.",
    )
    keep: int = Field(default=3, ge=1, description="Snapshots kept.")
    language: Literal["en", "de"] = Field(
        default="en", description="Language of the report that opens first, and of the digest; the other lies beside it."
    )


class Alert(Section):
    """Whom to tell that a night failed."""

    webhook: Secret | None = Field(default=None, description="Address that gets a POST with the night and the reason.")
    digest: bool = Field(
        default=False, description="Also post the five sentences of the report to `webhook` after each publication."
    )

    @field_validator("digest")
    @classmethod
    def _has_a_receiver(cls, digest: bool, info: ValidationInfo) -> bool:
        if digest and info.data.get("webhook") is None:
            raise problem("digest", "a digest needs a webhook to go to", "set schedule.alert.webhook, or leave digest out")
        return digest


class Schedule(Section):
    """When the night runs."""

    cron: Cron = Field(default="0 3 * * *", description="Five fields: minute, hour, day, month, weekday.")
    timezone: TimeZone = Field(default="UTC", description="Time zone of `cron`.")
    alert: Alert = Field(default=Alert(), description="Whom to tell that a night failed.")


class EngineChoice(Section):
    """What computes the tables."""

    name: Literal["duckdb", "spark"] = Field(default="duckdb", description="`spark` is not built in this version.")
    memory_limit: Annotated[str, shaped(r"[1-9]\d*(\.\d+)?\s?(MB|GB|MiB|GiB)", "a size such as 1300MB or 2 GB")] = Field(
        default="1300MB", description="Memory the engine may use; beyond it, it spills to disk."
    )
    threads: int | None = Field(default=None, ge=1, description="Default: all cores.")

    @field_validator("name")
    @classmethod
    def _built(cls, name: str) -> str:
        if name == "spark":
            raise problem("not_built", "the spark engine is not built in this version", "write 'duckdb'")
        return name


class Copies(Section):
    """When posts are told to be copies of one another."""

    window_days: int = Field(
        default=30, ge=1, le=366,
        description="Days between two posts beyond which they are no copies: a slogan comes back every spring.",
    )  # fmt: skip


class Gates(Section):
    """Where the blocking checks draw the line."""

    reject_share: float = Field(default=0.05, ge=0, le=1, description="Share of unreadable rows a source may have in a night.")
    volume_low_share: float = Field(
        default=0.3, ge=0, le=1, description="A network source below this share of its usual volume stops the night."
    )
