"""KPIs that have a table of their own, defined as those of mart_kpi are (`catalog.kpis`).

The SQL binds the row's key under the names of its columns ($brand_id, $unit, $month, …); an interval's bounds are
$from_start, $from_end, $to_start, $to_end, ends exclusive.
"""

from __future__ import annotations

from microinf_pipeline.catalog.kpis import Kpi
from microinf_pipeline.catalog.model import Additivity

_NON = Additivity.NON

#: K6: days of creators with an earned mention of the brand, and the cohort of $cohort_month.
_EARNED = """
WITH earned AS (
    SELECT creator_id, day, CAST(date_trunc('month', day) AS DATE) AS month FROM mart_creator_brand_daily
    WHERE brand_id = $brand_id AND posts > 0 AND relation IN ('organic', 'gifted', 'contest')
)"""
_COHORT = f"""{_EARNED},
cohort AS (SELECT creator_id FROM earned GROUP BY creator_id HAVING min(month) = $cohort_month)"""
_INTERVALS = f"""{_EARNED},
before AS (SELECT DISTINCT creator_id FROM earned WHERE day >= $from_start AND day < $from_end),
after AS (SELECT DISTINCT creator_id FROM earned WHERE day >= $to_start AND day < $to_end)"""

#: K4: mentions of the set's brands in the row's period. Here of all sources, and in the first brand's time zone: the same as
#: in the mart where every source searches every brand of the set, and its brands share a time zone.
_VOICE = """
WITH zone AS (SELECT min(timezone) AS timezone FROM core_brands WHERE brand_set = $brand_set_id),
named AS (
    SELECT m.brand_id, p.engagements, count(*) OVER (PARTITION BY p.network, p.post_id) AS k,
        m.brand_id = min(m.brand_id) OVER (PARTITION BY p.network, p.post_id) AS is_first
    FROM core_mentions AS m
    JOIN core_posts AS p USING (network, post_id)
    JOIN core_brands AS b USING (brand_id)
    CROSS JOIN zone AS z
    WHERE b.brand_set = $brand_set_id AND $network IN ('*', p.network) AND m.relation <> 'owned'
        AND m.mention_mode <> 'directed' AND p.post_type <> 'repost' AND p.is_counted
        AND date_trunc($period, CAST(p.created_at AT TIME ZONE 'UTC' AT TIME ZONE z.timezone AS DATE)) = $period_start
)"""
_ADVOCACY = "FROM mart_employee_advocacy WHERE brand_id = $brand_id AND unit = $unit AND month = $month"


def _voice(name: str, formula: str, label_de: str, label_en: str, above: str, below: str) -> Kpi:
    return Kpi(
        f"share_of_voice_{name}", "K4", "share", formula, _NON, f"Stimmanteil ({label_de})", f"Share of voice ({label_en})",
        f"{_VOICE}\nSELECT {above} FROM named WHERE brand_id = $brand_id", f"{_VOICE}\nSELECT {below} FROM named WHERE is_first",
    )  # fmt: skip


def _money(kpi: str, formula: str, label_de: str, label_en: str, above: str, below: str, unit: str = "ratio") -> Kpi:
    """K12: a ratio of one currency's row of mart_roi, of campaigns whose every deal tells its amount."""
    row = (
        "FROM mart_roi\nWHERE brand_id = $brand_id AND campaign_id = $campaign_id AND currency = $currency AND month = $month"
        "\n    AND campaign_id <> 'unattributed' AND cost_known_share = 1"
    )
    return Kpi(
        kpi, "K12", unit, f"{formula}, per campaign, currency and month; NULL without a cost or where a deal has no amount",
        _NON, label_de, label_en, f"SELECT max({above}) {row}", f"SELECT max({below}) {row}",
    )  # fmt: skip


#: Every KPI that is no row of mart_kpi.
KPIS_OF_TABLES: tuple[Kpi, ...] = (
    _voice("presence", "posts naming the brand by distinct posts of the set; sums may exceed 1", "Präsenz", "presence",
           "count(*)", "count(*)"),
    _voice("split", "posts shared out among the brands they name, by distinct posts of the set; sums to 1", "aufgeteilt", "split",
           "coalesce(sum(1 / k), 0)", "count(*)"),
    _voice("engagement", "engagements shared out likewise, by engagements of the set's posts", "Engagement", "engagement",
           "coalesce(sum(engagements / k), 0)", "sum(engagements)"),
    Kpi("creator_retention", "K6", "share", "creators of the cohort (month of the first earned mention) active in the month by cohort size; NULL while a month is unfinished or less than 0.8 complete", _NON,
        "Bindung von Creators (Kohorte)", "Creator retention (cohort)",
        f"{_COHORT}\nSELECT count(DISTINCT creator_id) FROM earned SEMI JOIN cohort USING (creator_id) WHERE month = $month",
        f"{_COHORT}\nSELECT count(*) FROM cohort"),
    Kpi("creator_retention_interval", "K6", "share", "of the creators with an earned mention in one interval, the share that also had one in another", _NON,
        "Bindung von Creators (Zeiträume)", "Creator retention (intervals)",
        f"{_INTERVALS}\nSELECT count(*) FROM before SEMI JOIN after USING (creator_id)", f"{_INTERVALS}\nSELECT count(*) FROM before"),
    Kpi("employee_advocacy", "K14", "share", "active persons by head count of that month, per unit, of employees who opted in; NULL where a cell or its complement is under five persons", _NON,
        "Aktive Belegschaft", "Employee advocacy", f"SELECT active {_ADVOCACY}", f"SELECT head_count {_ADVOCACY}"),
    _money("roi", "attributed net revenue less cost, by cost", "Return on Investment", "Return on investment", "revenue - cost", "cost"),
    _money("roas", "attributed net revenue by cost", "Return on Ad Spend", "Return on ad spend", "revenue", "cost"),
    _money("cpe", "cost by engagements", "Kosten je Engagement", "Cost per engagement", "cost", "engagements", "currency per engagement"),
    _money("cpc", "cost by clicks", "Kosten je Klick", "Cost per click", "cost", "clicks", "currency per click"),
    _money("cpa", "cost by orders", "Kosten je Bestellung", "Cost per order", "cost", "conversions", "currency per order"),
)  # fmt: skip
