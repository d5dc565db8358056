"""What is bound into models: `$parameters`, and the small given relations they may read by name.

Put here: names, types, meanings, and their values from rules/. Keep out: running models, and values that belong to a
home or a night (those are passed in).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from microinf_pipeline.catalog.columns import RELATIONS
from microinf_pipeline.catalog.observed import NETWORKS
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.models import disclosure_rules

Value = datetime | int | float

_RULES = files("microinf_pipeline") / "rules"
_NAME = re.compile(r"\$([a-z_]+)\b")


@dataclass(frozen=True)
class GivenRelation:
    """A relation the engine provides beside the tables a model reads: rules as rows, never data of a home."""

    name: str
    columns: Mapping[str, str]  # name → DuckDB's type
    rows: tuple[tuple[Any, ...], ...]
    meaning: str


#: Parameter → meaning. `as_of` comes from the lake; every other value from rules/kpis.toml or one of _CUTS.
PARAMETERS: Mapping[str, str] = {
    "as_of": "TIMESTAMP, UTC: end of the last accepted night; local days that end later are not shown (rules of time 1).",
    "maturity_days": "Full days after the post from which its metrics count (K2).",
    "returning_days": "Days before a period that make an account returning; and the history K5 needs.",
    "expectation_nights": "Nights behind an expected volume (rules of time 8).",
    "expectation_minimum": "Fewer nights than this give no expectation.",
    "benchmark_creators": "Creators a benchmark group needs (K9).",
    "benchmark_posts": "Mature posts each creator of a benchmark group needs.",
    "attribution_days": "Days after which a click, or a deal's code, explains no order any more (K12).",
    "restated_from": "Share of a published value by which a change is a restatement.",
    "scorecard_days": "Local days a scorecard looks back for its creators.",
    "complete_share": "Captured by expected from which a month's retention is told (K6, K16).",
    "fewest_persons": "Persons below whom a number about employees is not shown (K14).",
    "open_days": "Days a mention waits for the brand's answer; older ones wait no more (K7).",
    "feeling": "From this sentiment on a text is called glad, from its negative on cross.",
    "confidence_z": "Quantile of the normal distribution behind intervals (K10).",
    "relevance_posts": "Own posts that must have been seen before their share about the brand says anything (K17).",
    "repeat_days": "Days with a mention in 90 that count as full (K17).",
    "audience_floor": "Followers that count nothing (K17).",
    "audience_full": "Followers that count full (K17).",
    "rank_posts": "Posts behind the rates without which there is no rank (K10).",
    "rank_weight": "Share of the weights of a score that must be known for a rank (K17).",
    "strong_from": "A part of the score is named as a strength from here.",
    "weak_below": "And as a weakness below.",
    "contacted_days": "Days of quiet after a contact without an answer.",
    "declined_days": "Days of quiet after a creator declined.",
    "negative_below": "Sentiment from which down a mention counts as negative.",
    "paid_from_share": "Share of the upper cut of tiers from which creators are paid.",
    "deal_creators": "Creators whose deals a range needs, so that it names nobody's fee.",
    "content_days": "Local days back in which posts are proposed to be shown.",
    "content_most": "Posts proposed per brand.",
    "content_posts": "Posts a network and tier needs for a median to stand above.",
    "sentiment_from": "Sentiment from which a post may be shown.",
    "uplift_posts": "Unamplified posts a comparison of amplified ones needs (K15).",
    "shown_outside_days": "Days before and after a contest in which posts with its tags are shown as refused.",
    "review_authenticity_below": "Entries of accounts scored lower are reviewed.",
    "review_likeness_from": "Entries as like as this to somebody else's earlier post are reviewed.",
    "still_posting_days": "Days after a contest's end that must have passed before anyone is said to have stayed.",
    "still_posting_window": "The last of those days, on which entrants are looked for.",
}

#: Files of rules/ whose section `cuts` holds parameters.
_CUTS = ("scorecard.toml", "outreach.toml", "content.toml", "contests.toml")


def values(as_of: datetime) -> dict[str, Value]:
    """Every parameter with its value."""
    rules = _rules("kpis.toml") | {name: value for file in _CUTS for name, value in _rules(file)["cuts"].items()}
    return {"as_of": as_of, **{name: rules[name] for name in PARAMETERS if name != "as_of"}}


def names_in(sql: str) -> set[str]:
    """The parameters a statement binds."""
    return set(_NAME.findall(sql))


def bound(sql: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """Of the given values those the statement names (DuckDB refuses others). Raises FixConfigurationError on unknown names."""
    names = names_in(sql)
    if unknown := names - set(given):
        raise FixConfigurationError(f"a model binds unknown parameters: {sorted(unknown)}", fix="name them in PARAMETERS")
    return {name: given[name] for name in sorted(names)}


def relations() -> tuple[GivenRelation, ...]:
    """The given relations, filled from rules/."""
    return (_engagement_parts(), _kpi_cuts(), _score_weights(), _disclosure_rules(), _contest_reasons(), _relation_order())


def _engagement_parts() -> GivenRelation:
    parts = ("likes", "comments", "shares", "quotes", "saves")
    rules = _rules("engagement.toml")
    declared: Mapping[str, list[str]] = rules["parts"]
    optional: Mapping[str, list[str]] = rules["optional"]
    _require(declared.keys() == set(NETWORKS), "engagement.toml declares every network once")
    _require(all(set(given) <= set(parts) and given for given in declared.values()), f"engagement.toml knows {parts}")
    _require(
        all(given == ["quotes"] and "quotes" in declared.get(network, ()) for network, given in optional.items()),
        "only quotes that a network declares are optional",
    )
    return GivenRelation(
        "engagement_parts",
        {"network": "VARCHAR"} | dict.fromkeys((*parts, "optional_quotes"), "BOOLEAN"),
        tuple((network, *(part in declared[network] for part in parts), network in optional) for network in NETWORKS),
        "Parts whose sum is a network's engagements (K1). optional_quotes: quotes that are not told are none.",
    )


def _kpi_cuts() -> GivenRelation:
    flags = ("by_tier", "by_campaign", "rates", "every_count")
    columns = {"period": "VARCHAR", "relations": "VARCHAR"} | dict.fromkeys(flags, "BOOLEAN")
    return GivenRelation(
        "kpi_cuts",
        columns,
        tuple(tuple(cut[name] for name in columns) for cut in _rules("kpis.toml")["cuts"]),
        "Dimensions that mart_kpi keeps, per period, and whether rates and every count are formed there.",
    )


def _score_weights() -> GivenRelation:
    rules = _rules("scorecard.toml")
    parts, within = rules["weights"], {f"relation_{name}": weight for name, weight in rules["relation"].items()}
    _require(abs(sum(parts.values()) - 1) < 1e-9, "the weights of scorecard.toml add up to 1")
    return GivenRelation(
        "score_weights",
        dict.fromkeys((*parts, *within), "DOUBLE"),
        ((*parts.values(), *within.values()),),
        "Weights of the parts of a creator's score, one row (K17); relation_*: of what makes up relation.",
    )


def _disclosure_rules() -> GivenRelation:
    return GivenRelation(
        "disclosure_rules", dict.fromkeys(disclosure_rules.COLUMNS, "VARCHAR"), disclosure_rules.rows(),
        "Rules behind the verdicts of mart_disclosure, with {label} in their words for the label found (K13).",
    )  # fmt: skip


def _contest_reasons() -> GivenRelation:
    reasons: Mapping[str, Mapping[str, str]] = _rules("contests.toml")["reasons"]
    _require(
        all(reason["eligibility"] in ("ineligible", "needs_review") for reason in reasons.values()),
        "a reason of contests.toml refuses an entry or has it reviewed",
    )
    return GivenRelation(
        "contest_reasons",
        {"reason_code": "VARCHAR", "eligibility": "VARCHAR", "words": "VARCHAR"},
        tuple((code, reason["eligibility"], reason["words"]) for code, reason in reasons.items()),
        "Why an entry of a contest may not win, or is looked at by a person.",
    )


def _relation_order() -> GivenRelation:
    names = [given["name"] for given in _rules("relations.toml")["relation"]]
    _require(sorted(names) == sorted(RELATIONS), "relations.toml orders every relation once")
    return GivenRelation(
        "relation_order",
        {"relation": "VARCHAR", "place": "INTEGER"},
        tuple((name, place) for place, name in enumerate(names, 1)),
        "Of several ties of an author to a brand, the one with the lowest place is shown.",
    )


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise FixConfigurationError(f"not so: {what}", where="microinf_pipeline/rules")


@cache
def _rules(name: str) -> dict[str, Any]:
    return tomllib.loads((_RULES / name).read_text(encoding="utf-8"))
