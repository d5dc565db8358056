SELECT
    network, account_id, brand_id, relation, valid_from, CASE WHEN count(valid_to) = count(*) THEN max(valid_to) END AS valid_to
FROM tied_accounts
WHERE relation IN ('employee', 'vested')
GROUP BY network, account_id, brand_id, relation, valid_from
