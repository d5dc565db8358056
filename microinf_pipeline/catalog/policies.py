"""What may be done with rows of each origin: the shipped rules, what a configuration overrides, and which tables a refusal empties.

Pure values over `rules/policies.toml`. Put here: what a policy is and what it means. Keep out: counting and leaving out
rows (`night.policies`), removing them (`night.removing`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from microinf_pipeline.catalog.capabilities import Capability
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings.running import Policy as GivenPolicy


@dataclass(frozen=True)
class Policy:
    """The duties that hold for one origin. NULL (None) is no limit."""

    origin: str
    max_age_days: int | None = None  # rows seen longer ago are removed
    recheck_days: int | None = None  # rows are looked at again after this
    delete_within_hours: int | None = None  # a deletion is followed within this
    may_store_text: bool = True  # title and text of posts, bios
    may_store_author: bool = True  # who posted, and profiles
    may_derive: bool = True  # sums of parts, rates, scores of single posts and accounts
    may_aggregate: bool = True  # sums over posts of several owners
    may_benchmark: bool = True  # comparisons of creators or brands with one another
    may_match_people: bool = True  # accounts become persons

    @property
    def refuses(self) -> tuple[str, ...]:
        """The duties that take something away, in the order of the fields."""
        return tuple(name for name in WITHHELD_FROM if not getattr(self, name))


@dataclass(frozen=True)
class PolicyRule:
    """One shipped duty of one origin, with its reason and who says so."""

    origin: str
    duty: str
    value: int | bool
    reason: str
    source: str


#: Duty → tables its rows are left out of. The first two are refused before core, the others before marts.
WITHHELD_FROM: Final[Mapping[str, tuple[str, ...]]] = {
    "may_store_text": ("core_posts",),
    "may_store_author": ("core_accounts",),
    "may_derive": ("mart_kpi", "mart_creator_scorecard"),
    "may_aggregate": ("mart_brand_daily", "mart_creator_brand_daily", "mart_hashtag_daily", "mart_kpi", "mart_campaign"),
    "may_benchmark": ("mart_tier_benchmark", "mart_share_of_voice"),
    "may_match_people": (),
}
BEFORE_MARTS: Final = ("may_derive", "may_aggregate", "may_benchmark")
#: Reasons that are no duty of an origin, and those that take rows away before core.
MAX_AGE, TOMBSTONE = "max_age_days", "tombstone"
BEFORE_CORE: Final = ("may_store_text", "may_store_author", MAX_AGE, TOMBSTONE)

#: Duty → what a reader misses, as meta_capabilities names it.
_METRICS: Final[Mapping[str, str]] = {
    "may_store_text": "stored_text", "may_store_author": "stored_authors", "may_derive": "derived_metrics",
    "may_aggregate": "aggregates_over_owners", "may_benchmark": "benchmarks", "may_match_people": "persons_of_several_accounts",
    MAX_AGE: "history",
}  # fmt: skip
_DUTIES: Final = tuple(f.name for f in fields(Policy) if f.name != "origin")


@cache
def reject_days() -> int:
    """Days a row nobody could read is kept as it was received."""
    return int(_file()["reject_days"])


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads((files("microinf_pipeline") / "rules" / "policies.toml").read_text(encoding="utf-8"))


@cache
def policy_rules() -> tuple[PolicyRule, ...]:
    """Every shipped rule, in the order of the file. Raises FixConfigurationError for a duty that is unknown, stands twice, or
    lacks its reason or source."""
    rules = tuple(PolicyRule(**rule) for rule in _file()["rule"])
    keys = [(rule.origin, rule.duty) for rule in rules]
    wrong = [r for r in rules if r.duty not in _DUTIES or not (r.reason and r.source) or not _fits(r)]
    if wrong or len(set(keys)) < len(keys):
        raise FixConfigurationError(
            f"not a rule: {[(r.origin, r.duty) for r in wrong] or 'one stands twice'}", where="microinf_pipeline/rules/policies.toml"
        )
    return rules


def _fits(rule: PolicyRule) -> bool:
    if rule.duty.startswith("may_"):
        return rule.value is False
    return not isinstance(rule.value, bool) and rule.value > 0


def policy_of(origin: str, given: Mapping[str, GivenPolicy]) -> Policy:
    """The policy of an origin: the shipped duties, each overridden where the configuration says something of it."""
    shipped = {rule.duty: rule.value for rule in policy_rules() if rule.origin == origin}
    said = given.get(origin)
    over = {} if said is None else {name: value for name in _DUTIES if (value := getattr(said, name)) is not None}
    return replace(Policy(origin), **{**shipped, **over})


def policies(given: Mapping[str, GivenPolicy], origins: tuple[str, ...] = ()) -> dict[str, Policy]:
    """Origin → policy, of every origin a rule, the configuration or `origins` names; in order of name."""
    named = {rule.origin for rule in policy_rules()} | set(given) | set(origins)
    return {origin: policy_of(origin, given) for origin in sorted(named)}


def refused_capabilities(held: Mapping[str, Policy], given: Mapping[str, GivenPolicy]) -> tuple[Capability, ...]:
    """What policies take away, as rows of meta_capabilities: one an origin and duty, with the reason."""
    reasons = {(rule.origin, rule.duty): f"{rule.reason} ({rule.source})" for rule in policy_rules()}
    found = []
    for origin, policy in held.items():
        duties = [*policy.refuses, *([MAX_AGE] if policy.max_age_days else [])]
        for duty in duties:
            own = origin in given and getattr(given[origin], duty) is not None
            why = f"policies.{origin}.{duty} of microinf.yaml" if own else reasons[origin, duty]
            limit = f"kept for {policy.max_age_days} days: " if duty == MAX_AGE else ""
            found.append(Capability(origin, _METRICS[duty], "refused", f"{limit}{why}"))
    return tuple(found)
