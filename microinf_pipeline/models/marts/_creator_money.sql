-- What each creator cost and brought, over everything known: cost, clicks, orders, and the posts under deals.
WITH given AS (
    SELECT brand_id, bool_or(clicks IS NOT NULL) AS gives_clicks, bool_or(conversions IS NOT NULL) AS gives_conversions FROM _money GROUP BY brand_id
),
sums AS (
    SELECT brand_id, creator_id, currency, CAST(sum(clicks) AS BIGINT) AS clicks, CAST(sum(conversions) AS BIGINT) AS conversions,
        CAST(sum(CAST(revenue AS DECIMAL(18, 6))) AS DOUBLE) AS revenue,
        CASE WHEN sum(deals_known) = sum(deals) THEN CAST(sum(CAST(cost AS DECIMAL(18, 6))) AS DOUBLE) END AS cost
    FROM _money
    WHERE creator_id <> 'unattributed'
    GROUP BY brand_id, creator_id, currency
),
filled AS (
    SELECT s.creator_id, s.brand_id, s.currency, s.cost,
        CASE WHEN g.gives_clicks THEN coalesce(s.clicks, 0) END AS clicks,
        CASE WHEN g.gives_conversions THEN coalesce(s.conversions, 0) END AS conversions,
        CASE WHEN g.gives_conversions THEN coalesce(s.revenue, 0) END AS revenue
    FROM sums AS s
    JOIN given AS g ON g.brand_id = s.brand_id
),
posted AS (
    SELECT creator_id, brand_id, CAST(sum(posts) AS BIGINT) AS posts
    FROM mart_creator_brand_daily
    WHERE relation IN ('paid', 'gifted')
    GROUP BY creator_id, brand_id
)
SELECT f.*, coalesce(p.posts, 0) AS posts
FROM filled AS f
LEFT JOIN posted AS p ON p.creator_id = f.creator_id AND p.brand_id = f.brand_id
