-- Captured against expected, per source, brand, rule and night (K16, rules of time 8). Files that could not be read say
-- nothing about how much there was.
WITH latest AS (
    SELECT night, source, brand_id, rule, is_files, coalesce(holds, 'posts') AS holds, state, coalesce(captured, 0) AS captured,
        stated_total, gap_reason, CASE WHEN holds = 'profiles' THEN profiles_read ELSE rows_read END AS rows_read
    FROM captures
    QUALIFY attempt = max(attempt) OVER (PARTITION BY night, source)
),
-- Only nights that were captured whole can say what a whole night is.
counted AS (
    SELECT *, state = 'complete' AS is_whole, count(*) FILTER (WHERE state = 'complete') OVER (
        PARTITION BY source, brand_id, rule ORDER BY night ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS whole_before
    FROM latest
),
back AS (
    SELECT unnest(generate_series(0, CAST($expectation_nights AS INTEGER) - 1)) AS nights_back
),
medians AS (
    SELECT c.source, c.brand_id, c.rule, c.night, count(*) AS nights, CAST(round(median(e.captured)) AS BIGINT) AS usual
    FROM counted AS c
    CROSS JOIN back AS k
    JOIN counted AS e ON e.source = c.source AND e.brand_id = c.brand_id AND e.rule = c.rule
        AND e.is_whole AND e.whole_before = c.whole_before - 1 - k.nights_back
    GROUP BY c.source, c.brand_id, c.rule, c.night
),
judged AS (
    SELECT c.source, c.brand_id, c.rule, c.night, c.holds, c.captured, c.gap_reason,
        CASE
            WHEN c.is_files AND c.state <> 'failed' THEN coalesce(c.rows_read, c.captured)
            WHEN c.stated_total IS NOT NULL THEN c.stated_total
            WHEN m.nights >= $expectation_minimum THEN m.usual
        END AS expected,
        CASE
            WHEN (c.is_files AND c.state <> 'failed') OR c.stated_total IS NOT NULL THEN 'stated'
            WHEN m.nights >= $expectation_minimum THEN 'median'
            ELSE 'none'
        END AS expected_basis
    FROM counted AS c
    LEFT JOIN medians AS m ON m.source = c.source AND m.brand_id = c.brand_id AND m.rule = c.rule AND m.night = c.night
)
SELECT
    source, brand_id, rule, night, holds, expected, expected_basis, captured,
    CASE WHEN captured >= expected AND expected > 0 THEN 1.0 ELSE captured / nullif(expected, 0) END AS share, gap_reason
FROM judged
