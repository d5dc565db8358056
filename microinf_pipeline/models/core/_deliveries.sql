-- Deliveries of the touched months under the key and the day their post ends on, and whether their post came again.
-- `repeated` looks at keys alone, so that whole rows are read once.
WITH repeated AS (
    SELECT coalesce(i.to_network, o.network) AS network, coalesce(i.to_post_id, o.post_id) AS post_id
    FROM observations AS o
    LEFT JOIN _post_identity AS i ON i.network = o.network AND i.post_id = o.post_id AND i.posted_on = o.posted_on
    WHERE date_trunc('month', coalesce(i.home_on, o.posted_on)) IN (SELECT first_day FROM touched_months)
    GROUP BY coalesce(i.to_network, o.network), coalesce(i.to_post_id, o.post_id)
    HAVING count(*) > 1
),
keyed AS (
    SELECT
        coalesce(i.to_network, o.network) AS network,
        coalesce(i.to_post_id, o.post_id) AS post_id,
        coalesce(i.home_on, o.posted_on) AS home_on,
        o.* EXCLUDE (network, post_id, url_key, protocol_uri, followers_precision)
    FROM observations AS o
    LEFT JOIN _post_identity AS i ON i.network = o.network AND i.post_id = o.post_id AND i.posted_on = o.posted_on
    WHERE date_trunc('month', coalesce(i.home_on, o.posted_on)) IN (SELECT first_day FROM touched_months)
)
SELECT
    k.*, CASE WHEN k.observed_on BETWEEN k.home_on AND k.home_on + $delivered_within_days THEN k.followers END AS delivered_followers,
    r.post_id IS NOT NULL AS is_repeated
FROM keyed AS k
LEFT JOIN repeated AS r ON r.network = k.network AND r.post_id = k.post_id
