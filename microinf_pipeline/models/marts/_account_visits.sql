-- An account's days with an earned mention of a brand, each with the one before it (K5). Only accounts of the touched months.
WITH present AS (
    SELECT DISTINCT brand_id, network, account_id FROM _account_sums WHERE campaign_id = '*' AND mentions > 0
)
SELECT d.brand_id, d.network, d.account_id, d.day,
    lag(d.day) OVER (PARTITION BY d.brand_id, d.network, d.account_id ORDER BY d.day) AS previous_day
FROM _account_brand_days AS d
SEMI JOIN present AS p ON p.brand_id = d.brand_id AND p.network = d.network AND p.account_id = d.account_id
