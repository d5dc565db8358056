-- The fold itself is row by row in an account's history (`people.tiers`); accounts that did not change are carried over.
SELECT network, account_id, valid_from, tier, valid_to, followers_at_change, reason FROM folded_tiers
UNION ALL
SELECT b.network, b.account_id, b.valid_from, b.tier, b.valid_to, b.followers_at_change, b.reason
FROM core_tier_history_before AS b
ANTI JOIN changed_accounts AS c ON c.network = b.network AND c.account_id = b.account_id
