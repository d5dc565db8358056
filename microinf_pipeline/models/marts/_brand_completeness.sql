-- What was expected of each source for a brand, night by night: the brand's own queries where they have an expectation, else
-- the whole source. A gap nobody can size (a source that failed before a usual night was known) leaves expected NULL.
WITH candidates AS (
    SELECT b.brand_id, m.source, m.night, m.captured, m.expected,
        CASE WHEN m.brand_id = '*' THEN 0 WHEN m.rule = '*' THEN 1 ELSE 2 END AS closeness
    FROM core_brands AS b
    JOIN mart_completeness AS m ON m.brand_id IN (b.brand_id, '*')
    WHERE m.holds = 'posts' AND (m.expected IS NOT NULL OR m.gap_reason IS NOT NULL)
),
closest AS (
    SELECT * FROM candidates
    QUALIFY closeness = coalesce(
        max(closeness) FILTER (WHERE expected IS NOT NULL) OVER (PARTITION BY brand_id, source, night),
        max(closeness) OVER (PARTITION BY brand_id, source, night)
    )
)
SELECT brand_id, source, night, CAST(coalesce(sum(least(captured, expected)), 0) AS BIGINT) AS captured,
    CASE WHEN count(*) = count(expected) THEN CAST(sum(expected) AS BIGINT) END AS expected
FROM closest
GROUP BY brand_id, source, night
