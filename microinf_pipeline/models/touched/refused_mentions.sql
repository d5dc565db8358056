-- Mentions that origins delivered whose policy keeps them out of sums, rates or comparisons, per origin and night.
WITH named AS (
    SELECT DISTINCT o.origin, o.night, m.network, m.post_id, m.brand_id
    FROM observations_counted AS o
    SEMI JOIN refusing_origins AS r ON r.origin = o.origin
    LEFT JOIN _post_identity AS i ON i.network = o.network AND i.post_id = o.post_id AND i.posted_on = o.posted_on
    INNER JOIN core_mentions AS m ON m.network = coalesce(i.to_network, o.network) AND m.post_id = coalesce(i.to_post_id, o.post_id)
)
SELECT origin, night, count(*) AS mentions FROM named GROUP BY origin, night ORDER BY origin, night
