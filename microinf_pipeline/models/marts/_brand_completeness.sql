-- What was expected of each source for a brand, night by night: the brand's own queries where they have an expectation, else the whole source.
WITH candidates AS (
    SELECT b.brand_id, m.source, m.night, m.captured, m.expected,
        CASE WHEN m.brand_id = '*' THEN 0 WHEN m.rule = '*' THEN 1 ELSE 2 END AS closeness
    FROM core_brands AS b
    JOIN mart_completeness AS m ON m.brand_id IN (b.brand_id, '*')
    WHERE m.expected IS NOT NULL
),
closest AS (
    SELECT * FROM candidates
    QUALIFY closeness = max(closeness) OVER (PARTITION BY brand_id, source, night)
)
SELECT brand_id, source, night, CAST(sum(least(captured, expected)) AS BIGINT) AS captured, CAST(sum(expected) AS BIGINT) AS expected
FROM closest
GROUP BY brand_id, source, night
