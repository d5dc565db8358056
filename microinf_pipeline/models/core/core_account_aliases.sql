-- Handles by the account that used them, as seen or as given. A handle that changes hands holds for each account until the
-- next one's first day, also when it comes back to the first, or until the day that was given where nothing newer was seen.
WITH seen AS (
    SELECT network, lower(handle) AS alias, account_id, observed_on FROM _account_days
    WHERE account_id IS NOT NULL AND handle IS NOT NULL
),
used AS (
    SELECT network, alias, account_id, min(observed_on) AS valid_from, CAST(NULL AS DATE) AS valid_to
    FROM seen
    GROUP BY network, alias, account_id
    UNION ALL
    SELECT network, alias, account_id, valid_from, valid_to FROM given_aliases
),
shared AS (
    SELECT network, alias FROM used GROUP BY network, alias HAVING min(account_id) <> max(account_id)
),
days AS (
    SELECT s.network, s.alias, s.account_id, s.observed_on AS day, CAST(NULL AS DATE) AS valid_to
    FROM seen AS s
    SEMI JOIN shared AS h ON h.network = s.network AND h.alias = s.alias
    UNION
    SELECT g.network, g.alias, g.account_id, g.valid_from AS day, g.valid_to
    FROM given_aliases AS g
    SEMI JOIN shared AS h ON h.network = g.network AND h.alias = g.alias
),
one_a_day AS (
    SELECT network, alias, day, min(account_id) AS account_id, CASE WHEN count(valid_to) = count(*) THEN max(valid_to) END AS valid_to
    FROM days
    GROUP BY network, alias, day
),
turns AS (
    SELECT *, lag(account_id) OVER (PARTITION BY network, alias ORDER BY day) IS DISTINCT FROM account_id AS is_turn FROM one_a_day
),
numbered AS (
    SELECT *, count(*) FILTER (WHERE is_turn) OVER (PARTITION BY network, alias ORDER BY day) AS turn FROM turns
),
spans AS (
    SELECT u.network, u.alias, u.account_id, min(u.valid_from) AS valid_from,
        CASE WHEN count(u.valid_to) = count(*) THEN max(u.valid_to) END AS given_to
    FROM used AS u
    ANTI JOIN shared AS h ON h.network = u.network AND h.alias = u.alias
    GROUP BY u.network, u.alias, u.account_id
    UNION ALL
    SELECT network, alias, min(account_id) AS account_id, min(day) AS valid_from,
        CASE WHEN count(valid_to) = count(*) THEN max(valid_to) END AS given_to
    FROM numbered
    GROUP BY network, alias, turn
),
followed AS (
    SELECT *, lead(valid_from) OVER (PARTITION BY network, alias ORDER BY valid_from) AS next_from FROM spans
)
SELECT network, alias, valid_from, account_id, CASE WHEN next_from > given_to THEN given_to ELSE coalesce(next_from, given_to) END AS valid_to
FROM followed
