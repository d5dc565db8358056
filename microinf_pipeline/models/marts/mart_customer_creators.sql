-- Customers who agreed to be matched and were found among the accounts, as persons, with what they posted of their own accord.
WITH roles AS (
    SELECT l.creator_id, r.brand_id, r.network, r.account_id, r.valid_from,
        CASE r.matched_by WHEN 'account' THEN 1 WHEN 'link' THEN 2 WHEN 'email' THEN 3 ELSE 4 END AS way
    FROM core_account_roles AS r
    INNER JOIN core_creator_links AS l ON l.network = r.network AND l.account_id = r.account_id
    WHERE r.role = 'customer' AND r.valid_from < CAST($as_of AS DATE) AND (r.valid_to IS NULL OR r.valid_to >= CAST($as_of AS DATE))
),
customers AS (
    SELECT creator_id, brand_id, ['account', 'link', 'email', 'confirmed_link'][min(way)] AS matched_by, min(valid_from) AS customer_from,
        count(DISTINCT concat(network, ':', account_id)) AS accounts, CAST(to_json(list_sort(list(DISTINCT network))) AS VARCHAR) AS networks
    FROM roles
    GROUP BY creator_id, brand_id
),
earned AS (
    SELECT creator_id, brand_id, sum(posts) AS mentions, sum(engagements) AS engagements, min(day) AS first_mention_on, max(day) AS last_mention_on
    FROM mart_creator_brand_daily
    WHERE relation IN ('organic', 'gifted', 'contest')
    GROUP BY creator_id, brand_id
)
SELECT
    c.creator_id, c.brand_id, c.matched_by, c.customer_from, c.accounts, c.networks, coalesce(e.mentions, 0) AS mentions, e.engagements,
    e.first_mention_on, e.last_mention_on
FROM customers AS c
LEFT JOIN earned AS e ON e.creator_id = c.creator_id AND e.brand_id = c.brand_id
