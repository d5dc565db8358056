-- The largest growth of the accounts to read between two observations at most a week apart.
WITH seen AS (
    SELECT h.network, h.account_id, h.observed_on, h.followers,
        lag(h.followers) OVER w AS followers_before, lag(h.observed_on) OVER w AS seen_before
    FROM core_account_history AS h
    SEMI JOIN to_read AS r ON r.network = h.network AND r.account_id = h.account_id
    WHERE h.followers IS NOT NULL
    WINDOW w AS (PARTITION BY h.network, h.account_id ORDER BY h.observed_on)
)
SELECT network, account_id, max(followers / nullif(followers_before, 0)) AS growth_jump
FROM seen
WHERE observed_on - seen_before <= 7
GROUP BY network, account_id
