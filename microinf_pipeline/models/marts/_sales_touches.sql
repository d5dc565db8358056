-- What clicks, and the clicks and codes of orders, lead to: the campaign their line names, else that of the deal they lead to.
-- A code leads to the deal it was given to, whatever else the line says: code wins (K12).
WITH said AS (
    SELECT concat('clicks|', click_key) AS touch_key, 'clicks' AS way, CAST(NULL AS VARCHAR) AS conversion_id, brand_id, day,
        CAST(NULL AS TIMESTAMP) AS touched_at, campaign_id, network, account, link, CAST(NULL AS VARCHAR) AS code, clicks
    FROM given_clicks
    UNION ALL
    SELECT concat('click|', touch_key) AS touch_key, 'click' AS way, conversion_id, brand_id,
        CAST(coalesce(clicked_at, converted_at) AS DATE) AS day, clicked_at AS touched_at, campaign_id, network, account, link,
        CAST(NULL AS VARCHAR) AS code, CAST(NULL AS BIGINT) AS clicks
    FROM given_conversions
    WHERE clicked_at IS NOT NULL OR campaign_id IS NOT NULL OR account IS NOT NULL OR link IS NOT NULL
    UNION ALL
    SELECT concat('code|', touch_key) AS touch_key, 'code' AS way, conversion_id, brand_id, CAST(converted_at AS DATE) AS day,
        converted_at AS touched_at, campaign_id, network, account, link, code, CAST(NULL AS BIGINT) AS clicks
    FROM given_conversions
    WHERE code IS NOT NULL
),
named AS (
    SELECT s.*, a.account_id
    FROM said AS s
    LEFT JOIN _sales_accounts AS a ON a.network = s.network AND a.account = s.account AND a.day = s.day
),
terms AS (
    SELECT deal_key, brand_id, campaign_id, network, account_id, lower(account) AS handle, code, link,
        coalesce(valid_from, DATE '1970-01-01') AS begins, valid_to + CAST($attribution_days AS INTEGER) AS ends
    FROM _deals
),
matches AS (
    SELECT n.touch_key, 1 AS place, t.deal_key
    FROM named AS n JOIN terms AS t ON t.brand_id = n.brand_id AND t.code = n.code AND t.begins <= n.day AND (t.ends IS NULL OR n.day < t.ends)
    UNION ALL
    SELECT n.touch_key, 2 AS place, t.deal_key
    FROM named AS n JOIN terms AS t ON t.brand_id = n.brand_id AND t.link = n.link AND t.begins <= n.day AND (t.ends IS NULL OR n.day < t.ends)
    UNION ALL
    SELECT n.touch_key, 3 AS place, t.deal_key
    FROM named AS n JOIN terms AS t ON t.brand_id = n.brand_id AND t.network = n.network AND t.account_id = n.account_id
        AND t.begins <= n.day AND (t.ends IS NULL OR n.day < t.ends)
    UNION ALL
    SELECT n.touch_key, 3 AS place, t.deal_key
    FROM named AS n JOIN terms AS t ON t.brand_id = n.brand_id AND t.network = n.network AND t.handle = lower(n.account)
        AND t.begins <= n.day AND (t.ends IS NULL OR n.day < t.ends)
),
-- Of several deals of one creator the campaign's own, then the one that began last.
best AS (
    SELECT m.touch_key, m.place, t.*
    FROM matches AS m
    JOIN terms AS t ON t.deal_key = m.deal_key
    JOIN named AS n ON n.touch_key = m.touch_key
    QUALIFY row_number() OVER (
        PARTITION BY m.touch_key
        ORDER BY m.place, CASE WHEN t.campaign_id = n.campaign_id THEN 0 ELSE 1 END, t.begins DESC, t.deal_key
    ) = 1
),
led AS (
    SELECT n.touch_key, n.way, n.conversion_id, n.brand_id, n.day, n.touched_at, n.clicks, b.deal_key,
        CASE WHEN b.place = 1 THEN coalesce(b.campaign_id, n.campaign_id) ELSE coalesce(n.campaign_id, b.campaign_id) END AS campaign_id,
        CASE WHEN b.place = 1 OR n.account_id IS NULL THEN b.network ELSE n.network END AS network,
        CASE WHEN b.place = 1 OR n.account_id IS NULL THEN b.account_id ELSE n.account_id END AS account_id
    FROM named AS n
    LEFT JOIN best AS b ON b.touch_key = n.touch_key
)
SELECT l.*, a.creator_id
FROM led AS l
LEFT JOIN core_accounts AS a ON a.network = l.network AND a.account_id = l.account_id
