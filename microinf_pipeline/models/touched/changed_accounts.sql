-- Accounts that tonight's deliveries, or another meaning of a handle, may change.
WITH seen AS (
    SELECT network, account_key, observed_on FROM accounts_tonight
    UNION
    SELECT network, account_key, observed_on FROM accounts_tonight_before
)
SELECT network, account_key AS account_id FROM seen
UNION
SELECT s.network, r.account_id FROM seen AS s
INNER JOIN _resolved_keys AS r ON r.network = s.network AND r.account_key = s.account_key AND r.day = s.observed_on
UNION
SELECT network, account_key AS account_id FROM changed_aliases
UNION
SELECT network, account_id FROM changed_aliases
