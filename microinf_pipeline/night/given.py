"""Relations that come from configuration and rules, as frames with the columns models read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.features.brands import BrandRules
from microinf_pipeline.features.disclosure_words import jurisdiction_of
from microinf_pipeline.features.folding import fold_word
from microinf_pipeline.models import parameters as bound
from microinf_pipeline.night.erased import given_without_erased
from microinf_pipeline.night.lists.deals import given_deals, given_rate_card
from microinf_pipeline.night.lists.inputs import given_aliases
from microinf_pipeline.night.lists.own_records import given_benchmarks, given_outreach, given_rights, given_suppressions
from microinf_pipeline.night.lists.sales import given_clicks, given_conversions
from microinf_pipeline.night.policies import refusing_origins
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.events import Contest, Moment
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.sources import Source

_OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)
_TYPES = {
    "VARCHAR": pl.String(), "BOOLEAN": pl.Boolean(), "BIGINT": pl.Int64(), "INTEGER": pl.Int32(), "DOUBLE": pl.Float64(),
    "TIMESTAMP": pl.Datetime("us"),
}  # fmt: skip


def register_given(run: NightRun) -> None:
    """Put every given relation into the engine's session."""
    for name, frame in frames(run.settings).items():
        run.engine.register_frame(name, given_without_erased(run, frame))


def frames(settings: Settings) -> dict[str, pl.DataFrame]:
    """Name → frame, for all relations configuration and rules give."""
    given = {
        r.name: pl.DataFrame(r.rows, {c: _TYPES[t] for c, t in r.columns.items()}, orient="row") for r in bound.relations()
    }
    return given | {
        "configured_brands": _brands(settings), "configured_campaigns": _campaigns(settings),
        "configured_contests": _contests(settings), "configured_roles": _roles(settings),
        "brand_accounts": _brand_accounts(settings), "given_aliases": given_aliases(settings),
        "tier_cuts": _tier_cuts(settings), "brand_topics": _brand_topics(settings),
        "given_outreach": given_outreach(settings), "given_suppressions": given_suppressions(settings),
        "brand_targets": _brand_targets(settings),
        "given_rights": given_rights(settings), "given_benchmarks": given_benchmarks(settings),
        "set_sources": _set_sources(settings), "refusing_origins": refusing_origins(settings),
        "given_deals": given_deals(settings), "given_rate_card": given_rate_card(settings),
        "given_clicks": given_clicks(settings), "given_conversions": given_conversions(settings),
    }  # fmt: skip


def brand_rules(settings: Settings) -> tuple[BrandRules, ...]:
    """What the text matcher looks for, per brand; campaign tags name their brand too."""
    return tuple(
        BrandRules(
            brand_id=brand.id,
            keywords=tuple((k.word, tuple(k.exclude)) for k in brand.keywords),
            hashtags=tuple(brand.hashtags),
            handles={network: tuple(handles) for network, handles in brand.handles.items()},
            domains=tuple(brand.domains),
            owned_accounts={network: tuple(handles) for network, handles in brand.owned_accounts.items()},
            campaign_hashtags=tuple(
                tag for c in settings.campaigns if c.brand == brand.id for tag in (*c.hashtags.any, *c.hashtags.all)
            ),
        )
        for brand in settings.brands
    )


def _frame(rows: Sequence[dict[str, Any]], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _json(values: Sequence[Any]) -> str:
    return json.dumps(list(values), ensure_ascii=False, default=str)


def _folded(tags: Sequence[str]) -> list[str]:
    return [fold_word(tag) for tag in tags]


def _brands(settings: Settings) -> pl.DataFrame:
    rows = [
        {
            "brand_id": b.id, "name": b.label, "timezone": b.timezone, "brand_set": b.brand_set,
            "competitor_of": _json(b.competitor_of) if b.competitor_of else None,
            "hashtags": _json(_folded(b.hashtags)), "keywords": _json([k.word for k in b.keywords]),
            "domains": _json(b.domains),
            "jurisdiction": b.jurisdiction or jurisdiction_of(b.timezone), "covers_from": _covers_from(settings, b.id),
        }
        for b in settings.brands
    ]  # fmt: skip
    text = dict.fromkeys(
        ("brand_id", "name", "timezone", "brand_set", "competitor_of", "hashtags", "keywords", "domains", "jurisdiction"),
        pl.String,
    )
    return _frame(rows, {**text, "covers_from": pl.Date})


def _covers_from(settings: Settings, brand_id: str) -> date | None:
    stated = [
        s.covers_from
        for s in settings.sources
        if s.type == "files" and s.covers_from and (s.brand is None or s.brand.constant in (None, brand_id))
    ]
    return min(stated, default=None)


def _campaigns(settings: Settings) -> pl.DataFrame:
    rows = [
        {
            "campaign_id": c.id, "brand_id": c.brand, "name": c.name or c.id,
            "hashtags_any": _json(_folded(c.hashtags.any)), "hashtags_all": _json(_folded(c.hashtags.all)),
            "starts_at": settings.moment_utc(c.brand, c.start).replace(tzinfo=None),
            "ends_at": (settings.moment_utc(c.brand, c.end) if c.end else _OPEN_END).replace(tzinfo=None),
            "goals": json.dumps([g.model_dump(mode="json") for g in c.goals]),
            "budget": float(c.budget.amount) if c.budget else None, "currency": c.budget.currency if c.budget else None,
        }
        for c in settings.campaigns
    ]  # fmt: skip
    text = dict.fromkeys(("campaign_id", "brand_id", "name", "hashtags_any", "hashtags_all"), pl.String)
    times = {"starts_at": pl.Datetime("us"), "ends_at": pl.Datetime("us")}
    return _frame(rows, {**text, **times, "goals": pl.String, "budget": pl.Float64, "currency": pl.String})


def _contests(settings: Settings) -> pl.DataFrame:
    rows = [
        {
            "contest_id": c.id, "brand_id": c.brand, "name": c.name or c.id,
            "hashtags": _json(_folded((*c.hashtags.any, *c.hashtags.all))),
            "hashtags_any": _json(_folded(c.hashtags.any)), "hashtags_all": _json(_folded(c.hashtags.all)),
            "accounts": _json(sorted(f"{n}:{fold_word(h)}" for n, handles in c.accounts.items() for h in handles)),
            "starts_at": _naive(settings, c, c.start), "ends_at": _naive(settings, c, c.end),
            "seen_by": _naive(settings, c, c.seen_by) if c.seen_by else None,
            "freeze_from": _naive(settings, c, c.entry_closes),
            "method": c.method, "winners": c.winners, "alternates": c.alternates, "entries_per_person": c.entries_per_person,
            "countries": _json(c.countries) if c.countries else None, "minimum_age": c.minimum_age, "terms": c.terms,
            "budget": float(c.budget.amount) if c.budget else None, "currency": c.budget.currency if c.budget else None,
        }
        for c in settings.contests
    ]  # fmt: skip
    return _frame(rows, {column.name: _TYPES[column.type] for column in TABLES["core_contests"].columns})


def _naive(settings: Settings, contest: Contest, moment: Moment) -> datetime:
    return settings.moment_utc(contest.brand, moment).replace(tzinfo=None)


def _roles(settings: Settings) -> pl.DataFrame:
    """Owned accounts hold for all time; a competitor's owned accounts are competitors to the brands it competes with."""
    rows = []
    for brand in settings.brands:
        for network, named in brand.owned_accounts.items():
            for account in named:
                keys = {f"h:{account.lower()}", account}
                rows += [(network, key, brand.id, "owned") for key in sorted(keys)]
                rows += [(network, key, other, "competitor") for key in sorted(keys) for other in brand.competitor_of]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("network", "account_key", "brand_id", "role"), pl.String), orient="row")
    return frame.with_columns(valid_from=pl.lit(date(1970, 1, 1)), valid_to=pl.lit(None, pl.Date))


def _brand_accounts(settings: Settings) -> pl.DataFrame:
    rows = {
        (network, name.lower(), brand.id)
        for brand in settings.brands
        for named in (brand.handles, brand.owned_accounts)
        for network, names in named.items()
        for name in names
    }
    return pl.DataFrame(sorted(rows), schema=dict.fromkeys(("network", "handle", "brand_id"), pl.String), orient="row")


def _brand_topics(settings: Settings) -> pl.DataFrame:
    """Topics of each brand's target, as hashtags are folded."""
    rows = {(b.id, fold_word(topic.replace(" ", "").lstrip("#"))) for b in settings.brands for topic in b.target.topics}
    return pl.DataFrame(sorted(rows), schema={"brand_id": pl.String, "topic": pl.String}, orient="row")


def _brand_targets(settings: Settings) -> pl.DataFrame:
    """Whom each brand wants to work with, beside topics: one row a wish."""
    rows = [
        (brand.id, kind, value)
        for brand in settings.brands
        for kind, values in (
            ("tier", brand.target.tiers), ("network", brand.target.networks),
            ("language", brand.target.languages), ("country", brand.target.countries),
        )
        for value in values
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(("brand_id", "kind", "value"), pl.String), orient="row")


def _set_sources(settings: Settings) -> pl.DataFrame:
    """brand_set, source: the sources that search every brand of a set (K4)."""
    sets: dict[str, set[str]] = {}
    for brand in settings.brands:
        if brand.brand_set:
            sets.setdefault(brand.brand_set, set()).add(brand.id)
    rows = [
        (name, s.name) for name, brands in sorted(sets.items()) for s in settings.sources if brands <= _searched(s, settings)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("brand_set", "source"), pl.String), orient="row")


def _searched(source: Source, settings: Settings) -> set[str]:
    """Brands a source looks for. An export that names its brand in a column without a map holds all."""
    every = {brand.id for brand in settings.brands}
    if not isinstance(source, FileSource):
        return set(source.brands) or every
    if source.brand is None:
        return every
    return {source.brand.constant} if source.brand.constant else set((source.brand.map or {}).values()) or every


def _tier_cuts(settings: Settings) -> pl.DataFrame:
    cuts = sorted(settings.tiers.cuts.items(), key=lambda cut: cut[1])
    ends = [*(lowest for _, lowest in cuts[1:]), None]
    rows = [(tier, lowest, end) for (tier, lowest), end in zip(cuts, ends, strict=True)]
    return pl.DataFrame(rows, schema={"tier": pl.String, "followers_from": pl.Int64, "followers_below": pl.Int64}, orient="row")
