-- Brands as configured, with the first day their history is known.
WITH first_nights AS (
    SELECT b.brand_id, min(c.night) AS first_night
    FROM configured_brands AS b
    INNER JOIN captures AS c ON c.brand_id IN (b.brand_id, '*')
    WHERE c.state <> 'failed'
    GROUP BY b.brand_id
)
SELECT
    b.brand_id, b.name, b.timezone, b.brand_set, b.competitor_of, b.hashtags, b.keywords, b.domains, b.jurisdiction,
    CAST(least(coalesce(f.first_night, b.covers_from), coalesce(b.covers_from, f.first_night)) AS DATE) AS history_from
FROM configured_brands AS b
LEFT JOIN first_nights AS f ON f.brand_id = b.brand_id
