-- Followers and tier of an author on a day. Snapshots: the last of the 30 days up to it, the first after it. The tier
-- is the one of the last observation up to the day; else of the first within 7 days after; else of the earliest.
WITH asked AS (
    SELECT p.network, p.account_key, p.posted_on, coalesce(r.account_id, p.account_key) AS account_id
    FROM _account_post_days AS p
    LEFT JOIN _resolved_keys AS r ON r.network = p.network AND r.account_key = p.account_key AND r.day = p.posted_on
),
timeline AS (
    SELECT network, account_id, posted_on AS day, NULL AS followers, NULL AS seen_on, account_key, 1 AS is_asked FROM asked
    UNION ALL
    SELECT h.network, h.account_id, h.observed_on AS day, h.followers, h.observed_on AS seen_on, NULL AS account_key, 0 AS is_asked
    FROM core_account_history AS h
    SEMI JOIN asked AS a ON a.network = h.network AND a.account_id = h.account_id
    WHERE h.followers IS NOT NULL
),
around AS (
    SELECT network, account_id, day, account_key, is_asked,
        last_value(followers IGNORE NULLS) OVER past AS snapshot_followers,
        last_value(seen_on IGNORE NULLS) OVER past AS snapshot_on,
        first_value(followers IGNORE NULLS) OVER future AS later_followers,
        first_value(seen_on IGNORE NULLS) OVER future AS later_on
    FROM timeline
    WINDOW
        past AS (PARTITION BY network, account_id ORDER BY day, is_asked, account_key ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
        future AS (PARTITION BY network, account_id ORDER BY day, is_asked, account_key ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
),
firsts AS (
    SELECT network, account_id, tier AS first_tier FROM core_tier_history
    QUALIFY row_number() OVER (PARTITION BY network, account_id ORDER BY valid_from) = 1
)
SELECT
    a.network, a.account_id, a.day AS posted_on, a.account_key,
    CASE WHEN a.snapshot_on >= a.day - $snapshot_within_days THEN a.snapshot_followers END AS snapshot_followers,
    a.later_followers, coalesce(t.tier, 'unknown') AS tier, t.tier IS NOT NULL AS seen_before,
    CASE WHEN a.later_on <= a.day + $delivered_within_days THEN d.tier END AS delivered_tier,
    f.first_tier
FROM around AS a
LEFT JOIN core_tier_history AS t
    ON t.network = a.network AND t.account_id = a.account_id AND t.valid_from <= a.day AND coalesce(t.valid_to, DATE '9999-12-31') > a.day
LEFT JOIN core_tier_history AS d
    ON d.network = a.network AND d.account_id = a.account_id AND d.valid_from <= a.later_on AND coalesce(d.valid_to, DATE '9999-12-31') > a.later_on
LEFT JOIN firsts AS f ON f.network = a.network AND f.account_id = a.account_id
WHERE a.is_asked = 1
