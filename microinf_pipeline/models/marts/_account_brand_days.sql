-- Days on which an account had an earned mention of a brand: the memory behind new, returning, reactivated (K5).
SELECT brand_id, network, account_id, day, count(*) AS posts
FROM _mention_facts
WHERE counts_as_earned AND is_mention AND account_id IS NOT NULL
GROUP BY brand_id, network, account_id, day
