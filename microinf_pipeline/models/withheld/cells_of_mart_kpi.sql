-- Cells that hold one to four withheld persons; and totals whose hidden leaves hold one to four, for the leaves that are
-- shown would tell the rest.
WITH mentions AS (
    SELECT m.*, c.day IS NOT NULL AS is_hidden,
        CASE WHEN m.relation IN ('organic', 'gifted', 'contest') THEN [m.relation, 'earned', '*'] ELSE [m.relation, '*'] END AS relations
    FROM withheld_mentions AS m
    LEFT JOIN cells_of_mart_brand_daily AS c
        ON c.brand_id = m.brand_id AND c.network = m.network AND c.tier = m.tier AND c.relation = m.relation AND c.day = m.day
),
campaigns AS (SELECT *, unnest(list_concat(['*'], coalesce(campaign_ids, []))) AS campaign_id FROM mentions),
networks AS (SELECT *, unnest([network, '*']) AS of_network FROM campaigns),
tiers AS (SELECT *, unnest([tier, '*']) AS of_tier FROM networks),
relations AS (SELECT *, unnest(relations) AS of_relation FROM tiers),
periods AS (SELECT *, unnest(['day', 'week', 'month']) AS period FROM relations),
cells AS (
    SELECT brand_id, campaign_id, of_network AS network, of_tier AS tier, of_relation AS relation, period,
        CASE period WHEN 'day' THEN day ELSE CAST(date_trunc(period, day) AS DATE) END AS period_start, person, is_hidden
    FROM periods
),
few AS (
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start
    FROM cells
    GROUP BY brand_id, campaign_id, network, tier, relation, period, period_start
    HAVING count(DISTINCT person) < $fewest_persons
        OR count(DISTINCT person) FILTER (WHERE is_hidden) BETWEEN 1 AND CAST($fewest_persons AS INTEGER) - 1
)
SELECT k.kpi, k.brand_id, k.campaign_id, k.network, k.tier, k.relation, k.period, k.period_start
FROM mart_kpi AS k
SEMI JOIN few AS f
    ON f.brand_id = k.brand_id AND f.campaign_id = k.campaign_id AND f.network = k.network AND f.tier = k.tier
        AND f.relation = k.relation AND f.period = k.period AND f.period_start = k.period_start
WHERE k.kpi <> 'completeness'
