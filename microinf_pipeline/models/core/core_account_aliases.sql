-- Handles by the account that used them, as seen or as given. A handle that changes hands holds for each account until the
-- next one's first day, or until the day that was given where nothing newer was seen.
WITH used AS (
    SELECT network, lower(handle) AS alias, account_id, min(observed_on) AS valid_from, CAST(NULL AS DATE) AS valid_to
    FROM _account_days
    WHERE account_id IS NOT NULL AND handle IS NOT NULL
    GROUP BY network, lower(handle), account_id
    UNION ALL
    SELECT network, alias, account_id, valid_from, valid_to FROM given_aliases
),
spans AS (
    SELECT network, alias, account_id, min(valid_from) AS valid_from, CASE WHEN count(valid_to) = count(*) THEN max(valid_to) END AS given_to
    FROM used
    GROUP BY network, alias, account_id
),
one_a_day AS (
    SELECT network, alias, account_id, valid_from, given_to FROM spans
    QUALIFY row_number() OVER (PARTITION BY network, alias, valid_from ORDER BY account_id) = 1
),
followed AS (
    SELECT *, lead(valid_from) OVER (PARTITION BY network, alias ORDER BY valid_from) AS next_from FROM one_a_day
)
SELECT network, alias, valid_from, account_id, CASE WHEN next_from > given_to THEN given_to ELSE coalesce(next_from, given_to) END AS valid_to
FROM followed
