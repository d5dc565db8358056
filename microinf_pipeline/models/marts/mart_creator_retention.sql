-- Creators by the month of their first earned mention of a brand, and how many of them mentioned it in each month since (K6).
WITH brand AS (
    SELECT brand_id, history_from, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day FROM core_brands
),
active AS (
    SELECT DISTINCT brand_id, creator_id, CAST(date_trunc('month', day) AS DATE) AS month
    FROM mart_creator_brand_daily
    WHERE relation IN ('organic', 'gifted', 'contest') AND posts > 0
),
firsts AS (
    SELECT brand_id, creator_id, min(month) AS cohort_month FROM active GROUP BY brand_id, creator_id
),
cohorts AS (
    SELECT brand_id, cohort_month, count(*) AS cohort_size FROM firsts GROUP BY brand_id, cohort_month
),
spans AS (
    SELECT c.brand_id, min(c.cohort_month) AS first_month, max(b.open_day) - 1 AS last_day
    FROM cohorts AS c
    INNER JOIN brand AS b ON b.brand_id = c.brand_id
    GROUP BY c.brand_id
),
months AS (
    SELECT brand_id, CAST(unnest(generate_series(first_month, last_day, INTERVAL 1 MONTH)) AS DATE) AS month FROM spans
),
nights AS (
    SELECT brand_id, CAST(date_trunc('month', night) AS DATE) AS month, sum(captured) AS captured,
        CASE WHEN count(*) = count(expected) THEN sum(expected) END AS expected
    FROM _brand_completeness
    GROUP BY brand_id, month
),
-- A month without a night lies in imported history: its export says it is complete (covers_from).
judged AS (
    SELECT m.brand_id, m.month, m.month + INTERVAL 1 MONTH <= b.open_day
        AND (n.brand_id IS NULL OR coalesce(n.captured >= $complete_share * n.expected, false)) AS is_complete
    FROM months AS m
    INNER JOIN brand AS b ON b.brand_id = m.brand_id
    LEFT JOIN nights AS n ON n.brand_id = m.brand_id AND n.month = m.month
),
counts AS (
    SELECT f.brand_id, f.cohort_month, a.month, count(*) AS active
    FROM firsts AS f
    INNER JOIN active AS a ON a.brand_id = f.brand_id AND a.creator_id = f.creator_id
    GROUP BY f.brand_id, f.cohort_month, a.month
)
SELECT
    c.brand_id, c.cohort_month, m.month, CASE WHEN s.is_complete THEN c.cohort_size END AS cohort_size,
    CASE WHEN m.is_complete AND s.is_complete THEN coalesce(n.active, 0) END AS active,
    CASE WHEN m.is_complete AND s.is_complete THEN coalesce(n.active, 0) / nullif(c.cohort_size, 0) END AS share,
    m.is_complete AND s.is_complete AS complete,
    coalesce(b.history_from + CAST($returning_days AS INTEGER) <= c.cohort_month, false) AS has_past
FROM cohorts AS c
INNER JOIN brand AS b ON b.brand_id = c.brand_id
INNER JOIN judged AS s ON s.brand_id = c.brand_id AND s.month = c.cohort_month
INNER JOIN judged AS m ON m.brand_id = c.brand_id AND m.month >= c.cohort_month
LEFT JOIN counts AS n ON n.brand_id = c.brand_id AND n.cohort_month = c.cohort_month AND n.month = m.month
