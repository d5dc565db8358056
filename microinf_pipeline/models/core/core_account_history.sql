-- Counts and handles per account and day. A row known by handle only belongs to the account the handle stood for that day.
WITH rows_by_handle AS (
    SELECT d.*, coalesce(r.account_id, d.account_key) AS resolved_id
    FROM _account_days AS d
    LEFT JOIN _resolved_keys AS r ON r.network = d.network AND r.account_key = d.account_key AND r.day = d.observed_on
    WHERE d.account_id IS NULL
),
filled AS (
    SELECT h.network, h.resolved_id, h.observed_on, h.followers, h.followers_precision, h.following, h.post_count, h.handle, h.source
    FROM rows_by_handle AS h
    QUALIFY row_number() OVER (PARTITION BY h.network, h.resolved_id, h.observed_on ORDER BY h.followers IS NULL, h.account_key) = 1
)
SELECT
    d.network, d.account_id, d.observed_on, coalesce(d.followers, f.followers) AS followers,
    CASE WHEN d.followers IS NULL AND f.followers IS NOT NULL THEN f.followers_precision ELSE d.followers_precision END AS followers_precision,
    coalesce(d.following, f.following) AS following, coalesce(d.post_count, f.post_count) AS post_count,
    coalesce(d.handle, f.handle) AS handle, d.source
FROM _account_days AS d
LEFT JOIN filled AS f ON f.network = d.network AND f.resolved_id = d.account_id AND f.observed_on = d.observed_on
WHERE d.account_id IS NOT NULL
UNION ALL
SELECT f.network, f.resolved_id AS account_id, f.observed_on, f.followers, f.followers_precision, f.following, f.post_count, f.handle, f.source
FROM filled AS f
ANTI JOIN _account_days AS d ON d.network = f.network AND d.account_id = f.resolved_id AND d.observed_on = f.observed_on
