-- Brands as configured, with the first day their history is known.
WITH first_nights AS (
    SELECT brand_id, min(night) AS first_night FROM captures WHERE state <> 'failed' AND brand_id <> '*' GROUP BY brand_id
)
SELECT
    b.brand_id, b.name, b.timezone, b.brand_set, b.competitor_of, b.hashtags, b.keywords, b.domains,
    CAST(least(coalesce(f.first_night, b.covers_from), coalesce(b.covers_from, f.first_night)) AS DATE) AS history_from
FROM configured_brands AS b
LEFT JOIN first_nights AS f ON f.brand_id = b.brand_id
