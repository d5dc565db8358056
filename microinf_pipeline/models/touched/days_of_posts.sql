-- UTC days of posts that tonight's deliveries, or those they replace, may change: the posts' own days, the days they
-- merge into or leave, posts looked at again, and posts that repost, quote or copy one of them.
WITH delta AS (
    SELECT network, post_id, posted_on, protocol_uri FROM tonight
    UNION
    SELECT network, post_id, posted_on, protocol_uri FROM tonight_before
),
moved AS (
    (SELECT network, post_id, posted_on, to_network, to_post_id, home_on FROM _post_identity
     EXCEPT SELECT network, post_id, posted_on, to_network, to_post_id, home_on FROM _post_identity_before)
    UNION ALL
    (SELECT network, post_id, posted_on, to_network, to_post_id, home_on FROM _post_identity_before
     EXCEPT SELECT network, post_id, posted_on, to_network, to_post_id, home_on FROM _post_identity)
),
merged AS (
    SELECT i.to_network, i.to_post_id, i.home_on FROM _post_identity AS i
    SEMI JOIN delta AS d ON d.network = i.network AND d.post_id = i.post_id
),
looked AS (
    SELECT DISTINCT network, post_id FROM looked_tonight
),
affected AS (
    SELECT network, post_id FROM delta
    UNION SELECT network, post_id FROM moved
    UNION SELECT to_network AS network, to_post_id AS post_id FROM moved
    UNION SELECT to_network AS network, to_post_id AS post_id FROM merged
)
SELECT posted_on AS day FROM delta
UNION SELECT posted_on AS day FROM moved
UNION SELECT home_on AS day FROM moved
UNION SELECT home_on AS day FROM merged
UNION SELECT o.posted_on AS day FROM observations_all AS o SEMI JOIN looked AS l ON l.network = o.network AND l.post_id = o.post_id
UNION SELECT i.home_on AS day FROM _post_identity AS i SEMI JOIN looked AS l ON l.network = i.network AND l.post_id = i.post_id
UNION SELECT o.posted_on AS day FROM observations_all AS o
SEMI JOIN affected AS a ON a.network = o.network AND a.post_id = coalesce(o.repost_of_post_id, o.quote_of_post_id)
WHERE o.repost_of_post_id IS NOT NULL OR o.quote_of_post_id IS NOT NULL
UNION SELECT o.posted_on AS day FROM observations_all AS o
SEMI JOIN delta AS d ON d.protocol_uri = o.bridged_from_uri
WHERE o.bridged_from_uri IS NOT NULL
