-- One account is one creator until evidence links more.
SELECT network || ':' || account_id AS creator_id, network, account_id, 'own_account' AS evidence, 1.0 AS confidence, min(observed_on) AS valid_from
FROM core_account_history
GROUP BY network, account_id
