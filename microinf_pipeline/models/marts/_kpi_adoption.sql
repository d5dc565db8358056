-- Creators with a campaign's tag beside all creators who mention the brand in the same window (K8), per network and over all.
WITH days AS (
    SELECT brand_id, campaign_id, network, day, creator_id, bool_or(tagged > 0) AS tagged
    FROM _account_sums
    WHERE campaign_id = '*' AND relation IN ('organic', 'gifted', 'contest') AND mentions > 0 AND creator_id IS NOT NULL
    GROUP BY brand_id, campaign_id, network, day, creator_id
    UNION ALL
    SELECT brand_id, campaign_id, network, day, creator_id, tagged FROM _campaign_creators
),
creators AS (
    SELECT d.brand_id, d.campaign_id, d.network, p.period,
        CASE p.period WHEN 'day' THEN d.day ELSE CAST(date_trunc(p.period, d.day) AS DATE) END AS period_start,
        d.creator_id, bool_or(d.tagged) AS tagged
    FROM days AS d
    JOIN (SELECT DISTINCT period, by_campaign FROM kpi_cuts WHERE relations = 'earned' AND every_count) AS p ON p.by_campaign = (d.campaign_id <> '*')
    GROUP BY ALL
),
counts AS (
    SELECT brand_id, campaign_id, coalesce(network, '*') AS network, period, period_start, count(DISTINCT creator_id) AS creators,
        count(DISTINCT creator_id) FILTER (WHERE tagged) AS tagged_creators
    FROM creators
    GROUP BY GROUPING SETS ((brand_id, campaign_id, network, period, period_start), (brand_id, campaign_id, period, period_start))
),
-- K10: Wilson interval of a share.
shares AS (
    SELECT *, tagged_creators / nullif(creators, 0) AS share, $confidence_z * $confidence_z / nullif(creators, 0) AS zz FROM counts
),
spans AS (
    SELECT *, (share + zz / 2) / nullif(1 + zz, 0) AS middle, sqrt(share * (1 - share) * zz + zz * zz / 4) / nullif(1 + zz, 0) AS half FROM shares
)
SELECT
    brand_id, campaign_id, network, period, period_start, creators, tagged_creators, share,
    least(share, greatest(0, middle - half)) AS share_low, greatest(share, least(1, middle + half)) AS share_high
FROM spans
