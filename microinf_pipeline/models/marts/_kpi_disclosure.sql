-- Posts with a known connection that have to tell of it, and those that do where the brand lives (K13); owned posts need not.
WITH posts AS (
    SELECT d.brand_id, d.network, d.post_id, d.day, d.connection_type AS relation,
        bool_or(d.verdict = 'adequate') FILTER (WHERE d.jurisdiction = b.jurisdiction) AS adequate
    FROM mart_disclosure AS d
    JOIN core_brands AS b ON b.brand_id = d.brand_id
    ANTI JOIN (SELECT network, post_id FROM _mention_facts WHERE not_summed) AS n ON n.network = d.network AND n.post_id = d.post_id
    WHERE d.verdict IN ('adequate', 'weak', 'missing')
    GROUP BY d.brand_id, d.network, d.post_id, d.day, d.connection_type
),
scoped AS (
    SELECT *, '*' AS campaign_id FROM posts
    UNION ALL
    SELECT p.*, unnest(f.campaign_ids) AS campaign_id
    FROM posts AS p
    JOIN _mention_facts AS f ON f.day = p.day AND f.network = p.network AND f.post_id = p.post_id AND f.brand_id = p.brand_id
    WHERE f.campaign_ids IS NOT NULL
),
cells AS (
    SELECT s.brand_id, s.campaign_id, s.network, CASE WHEN k.by_relation THEN s.relation ELSE '*' END AS relation, k.period,
        CASE k.period WHEN 'day' THEN s.day ELSE CAST(date_trunc(k.period, s.day) AS DATE) END AS period_start, s.adequate
    FROM scoped AS s
    JOIN (SELECT DISTINCT period, by_campaign, relations = 'each' AS by_relation FROM kpi_cuts WHERE every_count) AS k
        ON k.by_campaign = (s.campaign_id <> '*')
),
counts AS (
    SELECT brand_id, campaign_id, coalesce(network, '*') AS network, relation, period, period_start, count(*) AS connected,
        CASE WHEN count(adequate) = count(*) THEN count_if(adequate) END AS adequate
    FROM cells
    GROUP BY GROUPING SETS ((brand_id, campaign_id, network, relation, period, period_start), (brand_id, campaign_id, relation, period, period_start))
),
-- K10: Wilson interval of a share.
shares AS (
    SELECT *, adequate / nullif(connected, 0) AS share, $confidence_z * $confidence_z / nullif(connected, 0) AS zz FROM counts
),
spans AS (
    SELECT *, (share + zz / 2) / nullif(1 + zz, 0) AS middle, sqrt(share * (1 - share) * zz + zz * zz / 4) / nullif(1 + zz, 0) AS half FROM shares
)
SELECT
    brand_id, campaign_id, network, relation, period, period_start, connected, adequate, share,
    least(share, greatest(0, middle - half)) AS share_low, greatest(share, least(1, middle + half)) AS share_high
FROM spans
