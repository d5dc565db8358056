-- Days on which an account had an earned mention of a brand: the memory behind new, returning, reactivated (K5).
SELECT brand_id, network, account_id, day, sum(mentions) AS posts
FROM _account_sums
WHERE campaign_id = '*' AND relation IN ('organic', 'gifted', 'contest') AND mentions > 0 AND account_id IS NOT NULL
GROUP BY brand_id, network, account_id, day
