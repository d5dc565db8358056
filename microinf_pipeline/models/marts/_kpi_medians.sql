-- Medians of posts' engagement rates per brand, period, cut and denominator, with intervals (K2, K10).
WITH facts AS (
    SELECT brand_id, campaign_ids, network, tier, relation, is_mature, date_trunc('week', day) AS week, date_trunc('month', day) AS month,
        nullif(followers_at_post, 0) AS f, CASE WHEN is_mature THEN mature_engagements ELSE engagements END AS e,
        nullif(CASE WHEN is_mature THEN mature_views ELSE views END, 0) AS v,
        nullif(CASE WHEN is_mature THEN mature_reach ELSE reach_measured END, 0) AS r,
        nullif(CASE WHEN is_mature THEN mature_impressions ELSE impressions END, 0) AS i
    FROM _mention_facts
    WHERE is_mention AND NOT coalesce(not_summed, false)
),
rates AS (
    SELECT * EXCLUDE (e, f, v, r, i), e / nullif(f, 0) AS f, e / nullif(v, 0) AS v, e / nullif(r, 0) AS r, e / nullif(i, 0) AS i FROM facts
),
-- A week and a month at once: the days of one week that lie in one month. Their lists are put together for longer spans.
lists AS (
    SELECT brand_id, '*' AS campaign_id, network, tier, relation, week, month, is_mature,
        list(f) FILTER (WHERE f IS NOT NULL) AS by_followers, list(v) FILTER (WHERE v IS NOT NULL) AS by_views,
        list(r) FILTER (WHERE r IS NOT NULL) AS by_reach, list(i) FILTER (WHERE i IS NOT NULL) AS by_impressions
    FROM rates
    GROUP BY brand_id, network, tier, relation, week, month, is_mature
    UNION ALL
    SELECT brand_id, campaign_id, network, tier, relation, week, month, is_mature,
        list(f) FILTER (WHERE f IS NOT NULL) AS by_followers, list(v) FILTER (WHERE v IS NOT NULL) AS by_views,
        list(r) FILTER (WHERE r IS NOT NULL) AS by_reach, list(i) FILTER (WHERE i IS NOT NULL) AS by_impressions
    FROM (SELECT *, unnest(campaign_ids) AS campaign_id FROM rates WHERE campaign_ids IS NOT NULL) AS c
    GROUP BY brand_id, campaign_id, network, tier, relation, week, month, is_mature
),
spans AS (
    SELECT * EXCLUDE (by_followers, by_views, by_reach, by_impressions), 'followers' AS basis, by_followers AS rates FROM lists
    UNION ALL
    SELECT * EXCLUDE (by_followers, by_views, by_reach, by_impressions), 'views' AS basis, by_views AS rates FROM lists
    UNION ALL
    SELECT * EXCLUDE (by_followers, by_views, by_reach, by_impressions), 'reach' AS basis, by_reach AS rates FROM lists
    UNION ALL
    SELECT * EXCLUDE (by_followers, by_views, by_reach, by_impressions), 'impressions' AS basis, by_impressions AS rates FROM lists
),
sorted AS (
    SELECT s.brand_id, s.campaign_id, s.network, CASE WHEN k.by_tier THEN s.tier ELSE '*' END AS tier,
        CASE k.relations WHEN 'each' THEN s.relation WHEN 'earned' THEN 'earned' ELSE '*' END AS relation, k.period,
        CASE k.period WHEN 'week' THEN s.week ELSE s.month END AS period_start, s.basis, s.is_mature, list_sort(flatten(list(s.rates))) AS rates
    FROM spans AS s
    JOIN kpi_cuts AS k ON k.rates AND k.by_campaign = (s.campaign_id <> '*')
        AND (k.relations <> 'earned' OR s.relation IN ('organic', 'gifted', 'contest'))
    WHERE s.rates IS NOT NULL
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
