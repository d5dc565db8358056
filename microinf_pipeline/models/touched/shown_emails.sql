-- Texts of profiles that may show an e-mail address, by account, from origins that allow to match people.
SELECT DISTINCT a.network, coalesce(a.account_id, r.account_id, a.account_key) AS account_id, a.email, CASE WHEN a.bio LIKE '%@%.%' THEN a.bio END AS bio
FROM account_observations_all AS a
LEFT JOIN _resolved_keys AS r ON r.network = a.network AND r.account_key = a.account_key AND r.day = a.observed_on
ANTI JOIN unmatched_origins AS f ON f.origin = a.origin
WHERE a.email IS NOT NULL OR a.bio LIKE '%@%.%'
