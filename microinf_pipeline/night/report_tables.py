"""The small frames the report is rendered from, by name. The same SQL runs on the lake's views and on the published file.

Put here: which rows of the published tables the report shows. Keep out: how they look (`reporting`).
"""

from __future__ import annotations

import polars as pl

from microinf_pipeline.catalog.engine import Engine

#: Published tables the frames are read from.
READ = (
    "core_brands", "core_campaigns", "core_accounts", "core_duplicates", "mart_brand_daily", "mart_kpi", "mart_campaign",
    "mart_creator_scorecard", "mart_completeness", "mart_quality", "meta_runs", "meta_data_as_of",
)  # fmt: skip

DAYS_SHOWN = 91
NIGHTS_SHOWN = 7
CREATORS_SHOWN = 15
_FINDINGS_SHOWN = 30

_FRAMES = {
    "about": """
        SELECT a.as_of, count(*) AS nights, min(r.night) AS first_night, max(r.night) AS last_night, max(r.version) AS version
        FROM meta_data_as_of AS a CROSS JOIN meta_runs AS r GROUP BY a.as_of
    """,
    "brands": f"""
        SELECT b.brand_id, b.name, b.timezone, b.competitor_of, b.history_from, coalesce(sum(d.mentions), 0) AS mentions
        FROM core_brands AS b
        LEFT JOIN mart_brand_daily AS d
            ON d.brand_id = b.brand_id AND d.day >= (SELECT max(day) FROM mart_brand_daily) - {DAYS_SHOWN - 1}
        GROUP BY b.brand_id, b.name, b.timezone, b.competitor_of, b.history_from
        ORDER BY b.competitor_of IS NOT NULL, mentions DESC, b.brand_id
    """,
    "days": f"""
        SELECT brand_id, day,
            CAST(coalesce(sum(mentions) FILTER (WHERE relation IN ('organic', 'gifted', 'contest')), 0) AS BIGINT) AS earned,
            CAST(coalesce(sum(mentions) FILTER (WHERE relation NOT IN ('organic', 'gifted', 'contest')), 0) AS BIGINT) AS other
        FROM mart_brand_daily
        WHERE day >= (SELECT max(day) FROM mart_brand_daily) - {DAYS_SHOWN - 1}
        GROUP BY brand_id, day ORDER BY brand_id, day
    """,
    "kpis": """
        WITH newest AS (
            SELECT brand_id, period, period_start FROM mart_kpi WHERE period IN ('week', 'month')
            GROUP BY brand_id, period, period_start
            QUALIFY row_number() OVER (PARTITION BY brand_id, period ORDER BY period_start DESC) <= 2
        )
        SELECT k.kpi, k.brand_id, k.network, k.tier, k.period, k.period_start, k.value, k.n, k.ci_low, k.ci_high,
            k.measured_share, k.coverage, k.completeness, k.confidence, k.null_reason
        FROM mart_kpi AS k
        SEMI JOIN newest AS w ON w.brand_id = k.brand_id AND w.period = k.period AND w.period_start = k.period_start
        WHERE k.campaign_id = '*' AND k.relation IN ('earned', '*') AND (k.relation = 'earned' OR k.kpi = 'completeness')
            AND (k.tier = '*' OR (k.network = '*' AND k.period = 'month' AND k.kpi IN ('mentions', 'accounts', 'engagements')))
        ORDER BY k.brand_id, k.kpi, k.network, k.tier, k.period, k.period_start
    """,
    "creators": f"""
        WITH best AS (
            SELECT *, row_number() OVER (
                PARTITION BY brand_id
                ORDER BY rank NULLS LAST, mentions_90d DESC, er_followers_median DESC NULLS LAST, creator_id, network
            ) AS place
            FROM mart_creator_scorecard
            WHERE mentions_90d > 0
        ),
        shown AS (SELECT * FROM best WHERE place <= {CREATORS_SHOWN}),
        named AS (
            SELECT a.creator_id, a.network, a.handle, a.display_name, a.url, a.followers, a.followers_precision
            FROM core_accounts AS a
            SEMI JOIN shown AS s ON s.creator_id = a.creator_id AND s.network = a.network
            QUALIFY row_number() OVER (
                PARTITION BY a.creator_id, a.network ORDER BY a.followers DESC NULLS LAST, a.account_id
            ) = 1
        )
        SELECT s.*, n.handle, n.display_name, n.url, n.followers, n.followers_precision
        FROM shown AS s LEFT JOIN named AS n ON n.creator_id = s.creator_id AND n.network = s.network
        ORDER BY s.brand_id, s.place
    """,
    "campaigns": """
        SELECT c.brand_id, c.name, CAST(c.starts_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) AS first_day,
            CAST((c.ends_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone) - INTERVAL 1 SECOND AS DATE) AS last_day, m.*
        FROM mart_campaign AS m
        JOIN core_campaigns AS c ON c.campaign_id = m.campaign_id
        JOIN core_brands AS b ON b.brand_id = c.brand_id
        WHERE m.network = '*' AND m.tier = '*' ORDER BY c.brand_id, c.starts_at DESC, m.campaign_id
    """,
    "completeness": f"""
        SELECT source, brand_id, rule, night, expected, expected_basis, captured, share, gap_reason FROM mart_completeness
        WHERE night IN (SELECT DISTINCT night FROM meta_runs ORDER BY night DESC LIMIT {NIGHTS_SHOWN})
            AND (rule = '*' OR share < 1)
        ORDER BY source, brand_id, rule, night
    """,
    "quality": f"""
        SELECT night, table_name, gate, severity, evidence, accepted_reason FROM mart_quality
        WHERE NOT passed ORDER BY night DESC, accepted_reason IS NULL, severity, table_name, gate LIMIT {_FINDINGS_SHOWN}
    """,
    "gates": """
        SELECT count(*) AS held, count(*) FILTER (WHERE NOT passed) AS failed, count(accepted_reason) AS accepted,
            count(DISTINCT night) AS nights
        FROM mart_quality
    """,
    "duplicates": """
        SELECT duplicate_type, count(*) AS rows_listed, count(DISTINCT network || '/' || post_id) AS posts,
            CAST(sum(removed_rows) AS BIGINT) AS removed_rows
        FROM core_duplicates GROUP BY duplicate_type ORDER BY removed_rows DESC, duplicate_type
    """,
}


def report_tables(engine: Engine) -> dict[str, pl.DataFrame]:
    """Every frame of the report, from relations that carry the names of READ."""
    return {name: engine.query(sql) for name, sql in _FRAMES.items()}
