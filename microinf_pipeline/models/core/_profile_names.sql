-- What accounts name as their own; accounts that did not change are carried over.
SELECT network, account_id, says, to_network, to_key, words, origin, first_on FROM read_names
UNION ALL
SELECT b.network, b.account_id, b.says, b.to_network, b.to_key, b.words, b.origin, b.first_on FROM _profile_names_before AS b
ANTI JOIN changed_accounts AS c ON c.network = b.network AND c.account_id = b.account_id
