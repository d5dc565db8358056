-- Handles by the account that used them. A handle that changes hands holds for each account until the next one's first day.
WITH used AS (
    SELECT network, lower(handle) AS alias, account_id, min(observed_on) AS valid_from
    FROM _account_days
    WHERE account_id IS NOT NULL AND handle IS NOT NULL
    GROUP BY network, lower(handle), account_id
),
one_a_day AS (
    SELECT network, alias, account_id, valid_from FROM used
    QUALIFY row_number() OVER (PARTITION BY network, alias, valid_from ORDER BY account_id) = 1
)
SELECT network, alias, valid_from, account_id, lead(valid_from) OVER (PARTITION BY network, alias ORDER BY valid_from) AS valid_to
FROM one_a_day
