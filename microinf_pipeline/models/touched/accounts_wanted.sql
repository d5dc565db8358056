-- Accounts whose row in core_accounts is made anew: changed, read tonight, or no longer a candidate.
SELECT network, account_id FROM changed_accounts
UNION
SELECT network, account_id FROM to_read
UNION
SELECT b.network, b.account_id FROM _account_profiles_before AS b
ANTI JOIN profile_candidates AS c ON c.network = b.network AND c.account_id = b.account_id
