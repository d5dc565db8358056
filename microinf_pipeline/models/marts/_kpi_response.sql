-- How a brand answers, and how authors answer their commenters, per period and network and over all networks (K7).
-- A mention counts once it is old enough; where the brand's replies are not captured, nothing is said of it.
WITH cells AS (
    SELECT m.brand_id, m.network, p.period,
        CASE p.period WHEN 'day' THEN m.day ELSE CAST(date_trunc(p.period, m.day) AS DATE) END AS period_start,
        m.is_captured AND NOT m.is_follow_up AS is_judged, m.answered_hours AS hours,
        (epoch(CAST($as_of AS TIMESTAMP)) - epoch(m.created_at)) / 3600 AS age, m.mention_mode, m.comments, m.comments_answered
    FROM _answerable_mentions AS m
    CROSS JOIN (SELECT DISTINCT period FROM kpi_cuts WHERE relations = 'earned' AND every_count AND NOT by_campaign) AS p
    WHERE NOT coalesce(m.not_summed, false)
)
SELECT
    brand_id, coalesce(network, '*') AS network, period, period_start,
    bool_or(is_judged) AS is_captured,
    count_if(is_judged AND age >= 24) AS old_24h, count_if(is_judged AND age >= 24 AND hours <= 24) AS answered_24h,
    count_if(is_judged AND age >= 72) AS old_72h, count_if(is_judged AND age >= 72 AND hours <= 72) AS answered_72h,
    count(hours) FILTER (WHERE is_judged) AS answered, median(hours) FILTER (WHERE is_judged) AS median_hours,
    sum(comments) FILTER (WHERE mention_mode <> 'directed') AS comments,
    sum(comments_answered) FILTER (WHERE mention_mode <> 'directed') AS comments_answered
FROM cells
GROUP BY GROUPING SETS ((brand_id, network, period, period_start), (brand_id, period, period_start))
