-- Metrics per post and day of observation; each from the day's last delivery that has it.
WITH told AS (
    SELECT * FROM _deliveries
    WHERE coalesce(likes, comments, shares, quotes, saves, views, impressions, reach_measured) IS NOT NULL
),
repeated AS (
    SELECT network, post_id, observed_on FROM told WHERE is_repeated GROUP BY network, post_id, observed_on HAVING count(*) > 1
),
ordered AS (
    SELECT t.*,
        row_number() OVER (
            PARTITION BY t.network, t.post_id, t.observed_on
            ORDER BY t.night, t.observed_at NULLS FIRST, t.source_rank, t.attempt, t.file, t.row_number
        ) AS nth
    FROM told AS t
    SEMI JOIN repeated AS r ON r.network = t.network AND r.post_id = t.post_id AND r.observed_on = t.observed_on
),
daily AS (
    SELECT t.network, t.post_id, t.observed_on, t.likes, t.comments, t.shares, t.quotes, t.saves, t.views, t.impressions,
        t.reach_measured, t.source, t.home_on AS posted_on, t.created_at, t.seen_at
    FROM told AS t
    ANTI JOIN repeated AS r ON r.network = t.network AND r.post_id = t.post_id AND r.observed_on = t.observed_on
    UNION ALL
    SELECT
        network, post_id, observed_on,
        arg_max(likes, nth) FILTER (WHERE likes IS NOT NULL) AS likes,
        arg_max(comments, nth) FILTER (WHERE comments IS NOT NULL) AS comments,
        arg_max(shares, nth) FILTER (WHERE shares IS NOT NULL) AS shares,
        arg_max(quotes, nth) FILTER (WHERE quotes IS NOT NULL) AS quotes,
        arg_max(saves, nth) FILTER (WHERE saves IS NOT NULL) AS saves,
        arg_max(views, nth) FILTER (WHERE views IS NOT NULL) AS views,
        arg_max(impressions, nth) FILTER (WHERE impressions IS NOT NULL) AS impressions,
        arg_max(reach_measured, nth) FILTER (WHERE reach_measured IS NOT NULL) AS reach_measured,
        arg_max(source, nth) AS source, max(home_on) AS posted_on, arg_max(created_at, nth) AS created_at, max(seen_at) AS seen_at
    FROM ordered
    GROUP BY network, post_id, observed_on
)
SELECT * EXCLUDE (created_at, seen_at), CAST(floor((epoch(seen_at) - epoch(created_at)) / 86400) AS INTEGER) AS age_days FROM daily
