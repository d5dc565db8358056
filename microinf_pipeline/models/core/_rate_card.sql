-- The rate card without holes: where a cell's prices leave days out, a row without a range says so.
WITH dated AS (
    SELECT network, tier, format, low, high, currency, coalesce(valid_from, DATE '1970-01-01') AS valid_from, valid_to FROM given_rate_card
),
neighbours AS (
    SELECT *,
        lag(valid_to) OVER (PARTITION BY network, tier, format, currency ORDER BY valid_from) AS earlier_to,
        lag(valid_from) OVER (PARTITION BY network, tier, format, currency ORDER BY valid_from) IS NULL AS is_first,
        lead(valid_from) OVER (PARTITION BY network, tier, format, currency ORDER BY valid_from) IS NULL AS is_last
    FROM dated
),
gaps AS (
    SELECT network, tier, format, currency, CASE WHEN is_first THEN DATE '1970-01-01' ELSE earlier_to END AS gap_from, valid_from AS gap_to
    FROM neighbours
    UNION ALL
    SELECT network, tier, format, currency, valid_to AS gap_from, CAST(NULL AS DATE) AS gap_to
    FROM neighbours
    WHERE is_last AND valid_to IS NOT NULL
)
SELECT network, tier, format, currency, valid_from, valid_to, low, high, CAST(NULL AS VARCHAR) AS gap_reason FROM dated
UNION ALL
SELECT network, tier, format, currency, gap_from AS valid_from, gap_to AS valid_to, CAST(NULL AS DOUBLE) AS low, CAST(NULL AS DOUBLE) AS high,
    CASE
        WHEN gap_from = DATE '1970-01-01' THEN concat('the rate card has no price before ', CAST(gap_to AS VARCHAR))
        WHEN gap_to IS NULL THEN concat('the rate card has no price from ', CAST(gap_from AS VARCHAR))
        ELSE concat('the rate card has no price from ', CAST(gap_from AS VARCHAR), ' to ', CAST(gap_to AS VARCHAR))
    END AS gap_reason
FROM gaps
WHERE gap_from < gap_to OR gap_to IS NULL
