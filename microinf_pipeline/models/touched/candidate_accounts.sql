-- Accounts whose profile may be looked into (end of kpis.md): with a campaign's tag, two counted mentions in 90 days, or
-- named by the brand.
WITH counted AS (
    SELECT p.network, p.account_id, p.post_id
    FROM recent_mentions AS m
    INNER JOIN recent_posts AS p ON p.network = m.network AND p.post_id = m.post_id AND p.posted_on = m.posted_on
    WHERE m.counts_as_earned AND p.account_id IS NOT NULL AND m.posted_on >= CAST($as_of AS DATE) - INTERVAL 90 DAY
)
SELECT network, account_id FROM counted GROUP BY network, account_id HAVING count(DISTINCT post_id) >= 2
UNION
SELECT network, account_id FROM core_account_roles WHERE role IN ('customer', 'ambassador')
UNION
SELECT c.network, c.account_id FROM counted AS c
SEMI JOIN recent_campaigns AS t ON t.network = c.network AND t.post_id = c.post_id
