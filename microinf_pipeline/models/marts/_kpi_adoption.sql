-- Creators with a campaign's tag beside all creators who mention the brand in the same window (K8), per network and over all.
WITH earned AS (
    SELECT brand_id, network, day, created_at, creator_id, campaign_ids
    FROM _mention_facts
    WHERE counts_as_earned AND is_mention AND creator_id IS NOT NULL
),
scoped AS (
    SELECT brand_id, '*' AS campaign_id, network, day, creator_id, campaign_ids IS NOT NULL AS tagged FROM earned
    UNION ALL
    SELECT e.brand_id, c.campaign_id, e.network, e.day, e.creator_id, coalesce(list_contains(e.campaign_ids, c.campaign_id), false) AS tagged
    FROM earned AS e
    JOIN core_campaigns AS c ON c.brand_id = e.brand_id AND e.created_at >= c.starts_at AND e.created_at < c.ends_at
),
creators AS (
    SELECT s.brand_id, s.campaign_id, s.network, p.period,
        CASE p.period WHEN 'day' THEN s.day ELSE CAST(date_trunc(p.period, s.day) AS DATE) END AS period_start,
        s.creator_id, bool_or(s.tagged) AS tagged
    FROM scoped AS s
    CROSS JOIN (VALUES ('day'), ('week'), ('month')) AS p(period)
    GROUP BY ALL
)
SELECT
    c.brand_id, c.campaign_id, coalesce(c.network, '*') AS network, c.period, c.period_start,
    count(DISTINCT c.creator_id) AS creators, count(DISTINCT c.creator_id) FILTER (WHERE c.tagged) AS tagged_creators
FROM creators AS c
GROUP BY GROUPING SETS (
    (c.brand_id, c.campaign_id, c.network, c.period, c.period_start), (c.brand_id, c.campaign_id, c.period, c.period_start)
)
