-- Posts that the touched ones repost, quote or are bridge copies of, as far as they are held; with the day they lie on.
WITH wanted AS (
    SELECT network, repost_of_post_id AS ref_id FROM _deliveries WHERE repost_of_post_id IS NOT NULL
    UNION
    SELECT network, quote_of_post_id AS ref_id FROM _deliveries WHERE quote_of_post_id IS NOT NULL
),
bridged AS (SELECT DISTINCT bridged_from_uri AS ref_id FROM _deliveries WHERE bridged_from_uri IS NOT NULL),
held AS (
    SELECT o.network, o.post_id AS ref_id, o.post_id, o.posted_on
    FROM observations_all AS o
    SEMI JOIN wanted AS w ON w.network = o.network AND w.ref_id = o.post_id
    UNION
    SELECT NULL AS network, o.protocol_uri AS ref_id, o.post_id, o.posted_on
    FROM observations_all AS o
    SEMI JOIN bridged AS b ON b.ref_id = o.protocol_uri
    UNION
    SELECT NULL AS network, o.url AS ref_id, o.post_id, o.posted_on
    FROM observations_all AS o
    SEMI JOIN bridged AS b ON b.ref_id = o.url
),
keyed AS (
    SELECT
        h.network, h.ref_id,
        coalesce(i.to_network, h.network, o.network) AS to_network,
        coalesce(i.to_post_id, h.post_id) AS to_post_id,
        coalesce(i.home_on, h.posted_on) AS home_on
    FROM held AS h
    LEFT JOIN (
        SELECT DISTINCT network, post_id FROM observations_all
        WHERE protocol_uri IN (SELECT ref_id FROM bridged) OR url IN (SELECT ref_id FROM bridged)
    ) AS o
        ON h.network IS NULL AND o.post_id = h.post_id
    LEFT JOIN _post_identity AS i
        ON i.network = coalesce(h.network, o.network) AND i.post_id = h.post_id AND i.posted_on = h.posted_on
)
SELECT network, ref_id, to_network, to_post_id, home_on FROM keyed
QUALIFY row_number() OVER (PARTITION BY network, ref_id ORDER BY home_on, to_network, to_post_id) = 1
