"""Invented published tables for the report: every relation it reads, with the columns it reads, and rows where a test gives some."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from microinf_pipeline.catalog.kpis import KPIS
from microinf_pipeline.catalog.kpis_of_tables import KPIS_OF_TABLES
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.reporting import definitions, summary
from microinf_pipeline.reporting.sections import SECTIONS, accounts, campaigns, posts
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine

AS_OF = datetime(2026, 9, 7)
Rows = list[dict[str, Any]]

#: Types of columns whose table is not in the catalogue yet; the rest is text.
_TYPES = {
    "BIGINT": "rank n posts active head_count cohort_size clicks conversions entries still_posting_90d uplift_72h uplift_control char_offset line_no",
    "DOUBLE": "hours_open sentiment presence split_share engagement_share share active_share revenue cost cpe cpc cpa roas roi cost_per_entry old_value new_value",
    "DATE": "rights_until amplified_on cohort_month month period_start night last_contacted_on cooldown_until",
    "BOOLEAN": "complete connection_known",
}
_POLARS = {
    "VARCHAR": pl.String, "BIGINT": pl.Int64, "INTEGER": pl.Int32, "DOUBLE": pl.Float64, "BOOLEAN": pl.Boolean, "DATE": pl.Date,
    "TIMESTAMP": pl.Datetime("us"),
}  # fmt: skip


def reads() -> dict[str, set[str]]:
    """Every column the report reads, by table."""
    found: dict[str, set[str]] = {"meta_runs": {"version"}}
    parts = [section.reads for section in SECTIONS] + [part[2] for part in summary._SENTENCES]
    for part in [*parts, definitions.READS, accounts.READS, posts.READS, campaigns._SERIES_READS]:
        for table, columns in part.items():
            found.setdefault(table, set()).update(columns.split())
    return found


def published(
    folder: Path, *, without: tuple[str, ...] = (), given: Mapping[str, Rows] | None = None, **rows: Rows
) -> DuckDBEngine:
    """An engine over the relations; `rows` and `given` by table name, `without` leaves relations out."""
    told = {**(given or {}), **rows}
    engine = DuckDBEngine.in_memory(spill=folder)
    for table, columns in reads().items():
        if table not in without:
            engine.register_frame(table, _frame(table, columns, told.get(table, _always(table))))
    return engine


def _frame(table: str, columns: set[str], rows: Rows) -> pl.DataFrame:
    schema: dict[str, Any] = {name: _POLARS[_type_of(table, name)] for name in sorted(columns)}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def _type_of(table: str, column: str) -> str:
    if table in TABLES and column in TABLES[table].column_names:
        return TABLES[table].column(column).type
    return next((of_type for of_type, names in _TYPES.items() if column in names.split()), "VARCHAR")


def _always(table: str) -> Rows:
    """What every home has: one brand, two nights, the definitions."""
    standing: Mapping[str, Rows] = {
        "meta_data_as_of": [{"as_of": AS_OF}],
        "meta_runs": [{"night": date(2026, 9, 5), "version": "0.1.0", "finished_at": datetime(2026, 9, 6, 3)},
            {"night": date(2026, 9, 6), "version": "0.1.0", "finished_at": datetime(2026, 9, 7, 3)},
        ],
        "core_brands": [a_brand("acme", "Acme")],
        "meta_kpi_definitions": [
            {"kpi": k.id, "version": k.version, "unit": k.unit, "formula": k.formula, "label_de": k.label_de, "label_en": k.label_en}
            for k in (*KPIS, *KPIS_OF_TABLES)
        ],
    }  # fmt: skip
    return standing.get(table, [])


def a_brand(brand_id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"brand_id": brand_id, "name": name, "timezone": "Europe/Berlin", "history_from": date(2026, 3, 1)} | more


def a_kpi(kpi: str, value: float | None, **more: Any) -> dict[str, Any]:
    """A row of mart_kpi: the week of 24 August, all networks and tiers."""
    return {
        "kpi": kpi, "brand_id": "acme", "campaign_id": "*", "network": "*", "tier": "*", "relation": "earned", "period": "week",
        "period_start": date(2026, 8, 24), "value": value, "n": 12, "window_days": 7, "completeness": 0.9,
        "null_reason": None if value is not None else "history_too_short",
    } | more  # fmt: skip


def a_creator(key: str = "x:1", **more: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows that make one creator be proposed, by table; `more` goes to whichever table has such a column."""
    parts = [
        {"part": "relevance", "value": 0.8, "weight": 0.5, "contribution": 0.4},
        {"part": "resonance", "value": 0.2, "weight": 0.5, "contribution": 0.1},
        {"part": "cost", "value": None, "weight": 0.0, "contribution": 0.0},
    ]
    base = {"creator_id": key, "brand_id": "acme", "network": "x"}
    return {
        "mart_outreach": [base | {
            "rank": 1, "why": "Comes back again and again.", "why_parts": '[{"code": "relation_strong"}]', "status": "new", "contact_allowed": "platform_only",
            "contact_rule": "no invitation", "contact_parts": '[{"code": "no_invitation"}]', "compensation_model": "product",
            "compensation_parts": '[{"code": "product", "n": 5400, "cut": 80000}]',
        } | more],
        "mart_creator_scorecard": [base | {
            "tier": "nano", "mentions_90d": 3, "n_posts": 12, "er_followers_median": 0.031, "score": 0.5, "score_parts": json.dumps(parts),
            "confidence": "low", "rank": 1, "rank_prev": 4,
        } | more],
        "core_accounts": [base | {"account_id": "1", "handle": "anna", "display_name": "Anna", "url": "https://x.example/anna", "followers": 900} | more],
    }  # fmt: skip


def full(folder: Path, **of_the_creator: Any) -> DuckDBEngine:
    """A home in which every section has something to show."""
    post = {"network": "x", "post_id": "p1", "brand_id": "acme"}
    days = [date(2026, 8, 24 + n) for n in range(7)]
    months = [date(2026, m, 1) for m in (5, 6, 7)]
    shares = [("acme", 0.6), ("rival", 0.4)]
    return published(
        folder, given=a_creator(**of_the_creator),
        core_brands=[a_brand("acme", "Acme", brand_set="drinks"), a_brand("rival", "Rival", competitor_of="acme", brand_set="drinks")],
        core_campaigns=[{"campaign_id": "spring", "brand_id": "acme", "name": "Spring", "starts_at": datetime(2026, 8, 23, 22), "ends_at": datetime(2026, 9, 20, 22),
                         "goals": '[{"metric": "posts", "value": 300}]'}],
        mart_campaign=[{"campaign_id": "spring", "network": "*", "tier": "*", "posts": 70, "creators": 40, "engagements": 900, "audience_low": 5000,
                        "audience_high": 90000, "goal": 300.0, "goal_share": 70 / 300, "completeness": 0.95, "hashtag_adoption": 0.4}],
        mart_kpi=[*(a_kpi("hashtag_use", 10.0, campaign_id="spring", period="day", period_start=day) for day in days), a_kpi("mentions", 1234.0),
                  a_kpi("er_followers_median", 0.0291, network="x", ci_low=0.02, ci_high=0.04, confidence="low", measured_share=0.8, coverage=0.5),
                  a_kpi("new_accounts", None), a_kpi("mentions", 400.0, period="month", period_start=date(2026, 8, 1), tier="nano")],
        mart_brand_daily=[{"brand_id": "acme", "relation": relation, "day": day, "mentions": n} for day in days for relation, n in (("organic", 3), ("paid", 1))],
        mart_creator_brand_daily=[{"brand_id": "acme", "creator_id": "x:1", "relation": "organic", "day": date(2026, 9, 4), "followers_at_post": 900, "campaign_ids": "[]"}],
        mart_open_mentions=[post | {"hours_open": 30.5, "tier_at_post": "nano", "sentiment": -0.6, "safety_flags": "[]", "why": "names the brand", "why_parts": '[{"code": "names_brand"}]'}],
        core_posts=[post | {"handle": "anna", "url": "https://x.example/p1", "text": "where can I buy it? " * 9, "created_at": datetime(2026, 9, 5), "status": "available", "engagements": 12}],
        mart_content_library=[post | {"is_proposed": True, "why": "feeling 0.9", "why_parts": '[{"code": "feeling", "sentiment": 0.9}]', "rights_status": "granted", "rights_until": date(2027, 1, 1), "safety_flags": "[]"}],
        mart_disclosure=[post | {"jurisdiction": j, "connection_type": "gift", "connection_known": True, "verdict": v, "rule_id": f"{j}-1"}
                         for j, v in (("DE", "missing"), ("US", "adequate"))],
        mart_share_of_voice=[{"brand_set_id": "drinks", "brand_id": b, "network": "*", "period": "week", "period_start": date(2026, 7, d), "presence": s, "split_share": s, "engagement_share": s, "posts": 9}
                             for d in (6, 13, 20, 27) for b, s in shares],
        mart_creator_retention=[{"brand_id": "acme", "cohort_month": c, "month": m, "cohort_size": 20, "active": 5, "share": 0.25, "complete": True}
                                for c in months for m in months if m >= c],
        mart_employee_advocacy=[{"brand_id": "acme", "unit": "Sales", "month": months[2], "active": 6, "head_count": 40, "active_share": 0.15}],
        core_contests=[{"contest_id": "draw", "brand_id": "acme", "name": "Draw", "starts_at": datetime(2026, 8, 1), "ends_at": datetime(2026, 8, 9)}],
        mart_contest=[{"contest_id": "draw", "entries": 120, "stage": "ended", "eligible": 100, "needs_review": 0, "currency": "EUR", "cost_per_entry": 2.5, "still_posting_90d": None}],
        mart_roi=[{"brand_id": "acme", "campaign_id": "spring", "currency": "EUR", "month": months[2], "clicks": 50, "conversions": 4, "revenue": 400.0, "cost": 100.0, "roas": 4.0, "roi": 3.0}],
        mart_restatements=[{"kpi": "mentions", "key": "acme:*", "period_start": days[0], "night": date(2026, 9, 6), "old_value": 1230.0, "new_value": 1234.0, "reason": "refresh"}],
        mart_completeness=[{"source": "feed", "brand_id": "*", "rule": "*", "night": date(2026, 9, 6), "expected": 40, "expected_basis": "stated", "captured": 30, "share": 0.75, "gap_reason": "rate limit"}],
        mart_quality=[{"night": date(2026, 9, 6), "table_name": "core_posts", "gate": "is_unique", "severity": "WARN", "passed": False, "evidence": '{"rows": 2}'}],
        core_duplicates=[{"network": "x", "post_id": "p1", "duplicate_type": "redelivery", "removed_rows": 2}],
    )  # fmt: skip
