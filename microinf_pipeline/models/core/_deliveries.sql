-- Deliveries of the touched months under the key and the day their post ends on.
SELECT
    coalesce(i.to_network, o.network) AS network,
    coalesce(i.to_post_id, o.post_id) AS post_id,
    coalesce(i.home_on, o.posted_on) AS home_on,
    o.* EXCLUDE (network, post_id)
FROM observations AS o
LEFT JOIN _post_identity AS i
    ON i.network = o.network AND i.post_id = o.post_id AND i.posted_on = o.posted_on
WHERE date_trunc('month', coalesce(i.home_on, o.posted_on)) IN (SELECT first_day FROM touched_months)
