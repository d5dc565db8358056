-- What each creator cost over everything known, in each currency they cost or brought anything in, and their posts under deals.
WITH sums AS (
    SELECT creator_id, brand_id, currency,
        CASE WHEN sum(deals_known) = sum(deals) THEN CAST(sum(CAST(cost AS DECIMAL(18, 6))) AS DOUBLE) END AS cost
    FROM _money
    WHERE creator_id <> 'unattributed'
    GROUP BY creator_id, brand_id, currency
),
posted AS (
    SELECT creator_id, brand_id, CAST(sum(posts) AS BIGINT) AS posts
    FROM mart_creator_brand_daily
    WHERE relation IN ('paid', 'gifted')
    GROUP BY creator_id, brand_id
)
SELECT s.creator_id, s.brand_id, s.currency, s.cost, coalesce(p.posts, 0) AS posts
FROM sums AS s
LEFT JOIN posted AS p ON p.creator_id = s.creator_id AND p.brand_id = s.brand_id
