-- What campaigns cost and brought, per currency and local month (K12). A count is 0 only where the brand gives clicks or orders of that
-- month and none is the campaign's; a cost is 0 only where its deals begin in other months. Ratios need a cost above 0 of which every
-- deal tells its amount; what no campaign explains has no ratios.
WITH sums AS (
    SELECT brand_id, campaign_id, currency, month, CAST(sum(clicks) AS BIGINT) AS clicks, CAST(sum(conversions) AS BIGINT) AS conversions,
        CAST(sum(CAST(revenue AS DECIMAL(18, 6))) AS DOUBLE) AS revenue, CAST(sum(CAST(cost AS DECIMAL(18, 6))) AS DOUBLE) AS cost,
        CAST(sum(deals) AS BIGINT) AS deals, CAST(sum(deals_known) AS BIGINT) AS deals_known
    FROM _money
    GROUP BY brand_id, campaign_id, currency, month
),
given AS (
    SELECT brand_id, month, bool_or(clicks IS NOT NULL) AS gives_clicks, bool_or(conversions IS NOT NULL) AS gives_conversions
    FROM _money
    GROUP BY brand_id, month
),
elsewhere AS (
    SELECT brand_id, campaign_id, month, count(clicks) AS with_clicks, count(conversions) AS with_conversions
    FROM sums
    GROUP BY brand_id, campaign_id, month
),
dealt AS (
    SELECT DISTINCT brand_id, campaign_id, currency FROM sums WHERE deals > 0
),
tagged AS (
    SELECT brand_id, unnest(campaign_ids) AS campaign_id, day, engagements
    FROM _mention_facts
    WHERE campaign_ids IS NOT NULL AND is_mention AND NOT coalesce(not_summed, false) AND relation IN ('organic', 'gifted', 'contest', 'paid')
),
posted AS (
    SELECT brand_id, campaign_id, CAST(date_trunc('month', day) AS DATE) AS month, count(*) AS posts, CAST(sum(engagements) AS BIGINT) AS engagements
    FROM tagged
    GROUP BY brand_id, campaign_id, CAST(date_trunc('month', day) AS DATE)
),
filled AS (
    SELECT s.brand_id, s.campaign_id, s.currency, s.month,
        CASE WHEN s.campaign_id <> 'unattributed' THEN coalesce(p.posts, 0) END AS posts,
        CASE WHEN s.campaign_id <> 'unattributed' THEN CASE WHEN p.posts IS NULL THEN 0 ELSE p.engagements END END AS engagements,
        CASE WHEN g.gives_clicks AND e.with_clicks = 0 THEN 0 ELSE s.clicks END AS clicks,
        CASE WHEN g.gives_conversions AND e.with_conversions = 0 THEN 0 ELSE s.conversions END AS conversions,
        CASE WHEN g.gives_conversions AND e.with_conversions = 0 THEN 0 ELSE s.revenue END AS revenue,
        CASE WHEN s.deals = 0 AND d.currency IS NOT NULL THEN 0 ELSE s.cost END AS cost,
        s.deals_known / nullif(s.deals, 0) AS cost_known_share, s.deals = s.deals_known AS all_known
    FROM sums AS s
    JOIN given AS g ON g.brand_id = s.brand_id AND g.month = s.month
    JOIN elsewhere AS e ON e.brand_id = s.brand_id AND e.campaign_id = s.campaign_id AND e.month = s.month
    LEFT JOIN dealt AS d ON d.brand_id = s.brand_id AND d.campaign_id = s.campaign_id AND d.currency = s.currency
    LEFT JOIN posted AS p ON p.brand_id = s.brand_id AND p.campaign_id = s.campaign_id AND p.month = s.month
),
based AS (
    SELECT *, CASE WHEN all_known AND campaign_id <> 'unattributed' THEN nullif(cost, 0) END AS spent FROM filled
)
SELECT
    brand_id, campaign_id, currency, month, posts, engagements, clicks, conversions, revenue, cost, cost_known_share,
    spent / nullif(engagements, 0) AS cpe, spent / nullif(clicks, 0) AS cpc, spent / nullif(conversions, 0) AS cpa,
    revenue / nullif(spent, 0) AS roas, (revenue - spent) / nullif(spent, 0) AS roi
FROM based
