-- Share of voice within each declared set of brands (K4): mentions of every relation but owned, from sources that searched every
-- brand of the set. A post that names k brands is 1/k of a post for each. Days are those of the time zone the brands share, else
-- UTC days; then a period is shown a day later, when it has ended everywhere.
WITH brands AS (
    SELECT brand_set, brand_id, timezone, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day
    FROM core_brands
    WHERE brand_set IS NOT NULL
),
sets AS (
    SELECT brand_set, count(DISTINCT timezone) = 1 AS has_one_zone,
        min(open_day) - CASE WHEN count(DISTINCT timezone) = 1 THEN 0 ELSE 1 END AS open_day
    FROM brands
    GROUP BY brand_set
    HAVING count(*) > 1
),
delivered AS (
    SELECT DISTINCT s.brand_set, coalesce(i.to_network, o.network) AS network, coalesce(i.to_post_id, o.post_id) AS post_id
    FROM observations AS o
    INNER JOIN set_sources AS s ON s.source = o.source
    LEFT JOIN _post_identity AS i ON i.network = o.network AND i.post_id = o.post_id AND i.posted_on = o.posted_on
),
named AS (
    SELECT b.brand_set, f.brand_id, f.network, f.post_id, f.engagements, CASE WHEN s.has_one_zone THEN f.day ELSE CAST(f.created_at AS DATE) END AS day,
        count(*) OVER (PARTITION BY b.brand_set, f.network, f.post_id) AS k,
        f.brand_id = min(f.brand_id) OVER (PARTITION BY b.brand_set, f.network, f.post_id) AS is_first
    FROM _mention_facts AS f
    INNER JOIN brands AS b ON b.brand_id = f.brand_id
    INNER JOIN sets AS s ON s.brand_set = b.brand_set
    SEMI JOIN delivered AS d ON d.brand_set = b.brand_set AND d.network = f.network AND d.post_id = f.post_id
    WHERE f.is_mention AND f.relation <> 'owned' AND NOT coalesce(f.not_compared, false)
),
networks AS (SELECT * EXCLUDE (network), unnest([network, '*']) AS network FROM named),
periods AS (SELECT *, unnest(['week', 'month']) AS period FROM networks),
placed AS (
    SELECT *, CAST(date_trunc(period, day) AS DATE) AS period_start FROM periods
),
ended AS (
    SELECT p.* FROM placed AS p
    INNER JOIN sets AS s ON s.brand_set = p.brand_set
        AND p.period_start + CASE p.period WHEN 'week' THEN INTERVAL 7 DAY ELSE INTERVAL 1 MONTH END <= s.open_day
),
-- Decimals add up to the same sum in any order; doubles do not.
totals AS (
    SELECT brand_set, network, period, period_start, count(*) FILTER (WHERE is_first) AS set_posts, sum(engagements) FILTER (WHERE is_first) AS set_engagements
    FROM ended
    GROUP BY brand_set, network, period, period_start
),
parts AS (
    SELECT brand_set, brand_id, network, period, period_start, count(*) AS posts,
        CAST(sum(CAST(1.0 / nullif(k, 0) AS DECIMAL(38, 15))) AS DOUBLE) AS split,
        CAST(sum(CAST(engagements / nullif(k, 0) AS DECIMAL(38, 12))) AS DOUBLE) AS split_engagements
    FROM ended
    GROUP BY brand_set, brand_id, network, period, period_start
),
shares AS (
    SELECT
        t.brand_set AS brand_set_id, b.brand_id, t.network, t.period, t.period_start, coalesce(p.posts, 0) AS posts, t.set_posts,
        coalesce(p.posts, 0) / nullif(t.set_posts, 0) AS presence, coalesce(p.split, 0) / nullif(t.set_posts, 0) AS split_share,
        -- K1: no engagements over all networks.
        CASE WHEN t.network <> '*' THEN coalesce(p.split_engagements, 0) / nullif(t.set_engagements, 0) END AS engagement_share,
        t.network = '*' AS is_total
    FROM totals AS t
    INNER JOIN brands AS b ON b.brand_set = t.brand_set
    LEFT JOIN parts AS p
        ON p.brand_set = t.brand_set AND p.brand_id = b.brand_id AND p.network = t.network AND p.period = t.period AND p.period_start = t.period_start
)
SELECT *, sum(split_share) OVER (PARTITION BY brand_set_id, network, period, period_start) AS split_sum FROM shares
