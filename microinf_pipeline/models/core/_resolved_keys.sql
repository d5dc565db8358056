-- Which account a handle-only key stood for on a day: the alias valid then, else the earliest one. Only keys that resolve.
SELECT k.network, k.account_key, k.day, a.account_id
FROM _handle_key_days AS k
INNER JOIN core_account_aliases AS a ON a.network = k.network AND a.alias = substr(k.account_key, 3)
WHERE a.valid_to IS NULL OR k.day < a.valid_to
QUALIFY
    -- unique: valid_from, within one alias
    row_number() OVER (
        PARTITION BY k.network, k.account_key, k.day
        ORDER BY a.valid_from <= k.day DESC, CASE WHEN a.valid_from <= k.day THEN a.valid_from END DESC NULLS LAST, a.valid_from
    ) = 1
