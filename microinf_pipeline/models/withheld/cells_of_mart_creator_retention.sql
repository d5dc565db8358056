-- Cohorts that hold one to four withheld persons.
WITH firsts AS (
    SELECT d.brand_id, d.creator_id, CAST(date_trunc('month', min(d.day)) AS DATE) AS cohort_month
    FROM mart_creator_brand_daily AS d
    SEMI JOIN withheld_creators AS c ON c.creator_id = d.creator_id
    WHERE d.relation IN ('organic', 'gifted', 'contest')
    GROUP BY d.brand_id, d.creator_id
)
SELECT brand_id, cohort_month
FROM firsts
GROUP BY brand_id, cohort_month
HAVING count(*) < $fewest_persons
