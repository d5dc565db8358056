-- Orders on the brand's local day, each with what explains it: a code, else the last click of the 30 days before; a click whose time
-- the shop does not tell counts as the shop's own word, after those it tells (K12). Orders of days that have not ended are left out.
WITH orders AS (
    SELECT c.brand_id, c.conversion_id, min(c.converted_at) AS converted_at, min(c.net_revenue) AS net_revenue, min(c.currency) AS currency
    FROM given_conversions AS c
    GROUP BY c.brand_id, c.conversion_id
),
dated AS (
    SELECT o.*, CAST(o.converted_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) AS day
    FROM orders AS o
    JOIN core_brands AS b ON b.brand_id = o.brand_id
    WHERE CAST(o.converted_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) < CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE)
),
explained AS (
    SELECT o.brand_id, o.conversion_id, t.campaign_id, t.creator_id, t.deal_key, t.way
    FROM dated AS o
    JOIN _sales_touches AS t ON t.brand_id = o.brand_id AND t.conversion_id = o.conversion_id
    LEFT JOIN core_campaigns AS c ON c.campaign_id = t.campaign_id
    WHERE (t.campaign_id IS NOT NULL OR t.creator_id IS NOT NULL OR t.deal_key IS NOT NULL)
        AND (
            t.way = 'code' AND (c.campaign_id IS NULL OR o.converted_at >= c.starts_at
                AND epoch(o.converted_at) - epoch(c.ends_at) < 86400 * $attribution_days)
            OR t.way = 'click' AND (t.touched_at IS NULL OR t.touched_at <= o.converted_at
                AND epoch(o.converted_at) - epoch(t.touched_at) <= 86400 * $attribution_days)
        )
    QUALIFY row_number() OVER (
        PARTITION BY o.brand_id, o.conversion_id
        ORDER BY CASE WHEN t.way = 'code' THEN 0 ELSE 1 END, t.touched_at DESC NULLS LAST, t.touch_key
    ) = 1
)
SELECT
    o.brand_id, o.conversion_id, o.day, o.net_revenue, o.currency, coalesce(e.campaign_id, 'unattributed') AS campaign_id, e.creator_id,
    e.deal_key, e.way AS explained_by
FROM dated AS o
LEFT JOIN explained AS e ON e.brand_id = o.brand_id AND e.conversion_id = o.conversion_id
