-- One account is one creator until evidence links more: linked_accounts holds the accounts of persons with several.
SELECT
    coalesce(l.creator_id, h.network || ':' || h.account_id) AS creator_id, h.network, h.account_id,
    coalesce(l.evidence, 'own_account') AS evidence, coalesce(l.confidence, 1.0) AS confidence, l.words AS evidence_words,
    coalesce(l.valid_from, h.first_on) AS valid_from
FROM (SELECT network, account_id, min(observed_on) AS first_on FROM core_account_history GROUP BY network, account_id) AS h
LEFT JOIN linked_accounts AS l ON l.network = h.network AND l.account_id = h.account_id
