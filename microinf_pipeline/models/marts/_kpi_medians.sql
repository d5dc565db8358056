-- Medians of posts' engagement rates per brand, period, cut and denominator, with intervals (K2, K10).
WITH facts AS (
    SELECT brand_id, campaign_ids, network, tier, relation, day, is_mature, followers_at_post,
        CASE WHEN is_mature THEN mature_engagements ELSE engagements END AS e,
        CASE WHEN is_mature THEN mature_views ELSE views END AS v,
        CASE WHEN is_mature THEN mature_reach ELSE reach_measured END AS r,
        CASE WHEN is_mature THEN mature_impressions ELSE impressions END AS i
    FROM _mention_facts
    WHERE is_mention
),
rates AS (
    SELECT *, e / nullif(followers_at_post, 0) AS rate, 'followers' AS basis FROM facts WHERE followers_at_post > 0 AND e IS NOT NULL
    UNION ALL
    SELECT *, e / nullif(v, 0) AS rate, 'views' AS basis FROM facts WHERE v > 0 AND e IS NOT NULL
    UNION ALL
    SELECT *, e / nullif(r, 0) AS rate, 'reach' AS basis FROM facts WHERE r > 0 AND e IS NOT NULL
    UNION ALL
    SELECT *, e / nullif(i, 0) AS rate, 'impressions' AS basis FROM facts WHERE i > 0 AND e IS NOT NULL
),
-- A week and a month at once: the days of one week that lie in one month. Their lists are put together for longer spans.
spans AS (
    SELECT brand_id, '*' AS campaign_id, network, tier, relation, date_trunc('week', day) AS week, date_trunc('month', day) AS month,
        basis, is_mature, list(rate) AS rates
    FROM rates
    GROUP BY brand_id, network, tier, relation, date_trunc('week', day), date_trunc('month', day), basis, is_mature
    UNION ALL
    SELECT brand_id, campaign_id, network, tier, relation, date_trunc('week', day) AS week, date_trunc('month', day) AS month,
        basis, is_mature, list(rate) AS rates
    FROM (SELECT *, unnest(campaign_ids) AS campaign_id FROM rates WHERE campaign_ids IS NOT NULL) AS c
    GROUP BY brand_id, campaign_id, network, tier, relation, date_trunc('week', day), date_trunc('month', day), basis, is_mature
),
sorted AS (
    SELECT s.brand_id, s.campaign_id, s.network, CASE WHEN k.by_tier THEN s.tier ELSE '*' END AS tier,
        CASE k.relations WHEN 'each' THEN s.relation WHEN 'earned' THEN 'earned' ELSE '*' END AS relation, k.period,
        CASE k.period WHEN 'week' THEN s.week ELSE s.month END AS period_start, s.basis, s.is_mature, list_sort(flatten(list(s.rates))) AS rates
    FROM spans AS s
    JOIN kpi_cuts AS k ON k.rates AND k.by_campaign = (s.campaign_id <> '*')
        AND (k.relations <> 'earned' OR s.relation IN ('organic', 'gifted', 'contest'))
    GROUP BY ALL
),
-- Order statistics: the ranks between which the median lies with 95 %; no such ranks below 6 posts.
ranked AS (
    SELECT *, array_length(rates) AS n,
        CASE WHEN array_length(rates) > 5
            THEN CAST(greatest(1, floor((array_length(rates) - $confidence_z * sqrt(array_length(rates))) / 2)) AS BIGINT) END AS low_rank
    FROM sorted
)
SELECT
    brand_id, campaign_id, network, tier, relation, period, period_start, basis, is_mature,
    (rates[(n + 1) // 2] + rates[n // 2 + 1]) / 2 AS median, rates[low_rank] AS median_low, rates[n + 1 - low_rank] AS median_high
FROM ranked
