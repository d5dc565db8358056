-- Every delivery after a post's first is a removed row; reposts and bridge copies keep a row that does not count; copies in
-- other posts count, and say what they repeat.
WITH repeated AS (SELECT network, post_id, posted_on FROM _posts_latest WHERE deliveries > 1),
ordered AS (
    SELECT d.network, d.post_id, d.night, d.source, r.posted_on,
        row_number() OVER (
            PARTITION BY d.network, d.post_id
            ORDER BY d.night, d.observed_at NULLS FIRST, d.source_rank, d.attempt, d.file, d.row_number
        ) AS nth,
        row_number() OVER (
            PARTITION BY d.network, d.post_id, d.source
            ORDER BY d.night, d.observed_at NULLS FIRST, d.source_rank, d.attempt, d.file, d.row_number
        ) AS nth_of_source
    FROM _deliveries AS d
    INNER JOIN repeated AS r ON r.network = d.network AND r.post_id = d.post_id
)
SELECT
    network, post_id, CASE WHEN nth_of_source = 1 THEN 'cross_source' ELSE 'redelivery' END AS duplicate_type,
    night, source, network AS survivor_network, post_id AS survivor_post_id, count(*) AS removed_rows, 1.0 AS similarity,
    CASE
        WHEN nth_of_source = 1 THEN 'the same id or canonical URL by another source'
        ELSE 'the same post delivered again by this source'
    END AS reason,
    posted_on
FROM ordered
WHERE nth > 1
GROUP BY network, post_id, nth_of_source = 1, CASE WHEN nth_of_source = 1 THEN 'cross_source' ELSE 'redelivery' END, night, source, posted_on,
    CASE
        WHEN nth_of_source = 1 THEN 'the same id or canonical URL by another source'
        ELSE 'the same post delivered again by this source'
    END
UNION ALL
SELECT
    p.network, p.post_id, 'repost' AS duplicate_type, p.first_night AS night, p.first_source AS source,
    coalesce(o.to_network, CASE WHEN p.repost_of_post_id IS NOT NULL THEN p.network END) AS survivor_network,
    coalesce(o.to_post_id, p.repost_of_post_id) AS survivor_post_id, 0 AS removed_rows, 1.0 AS similarity,
    CASE
        WHEN o.to_post_id IS NOT NULL THEN 'a repost of a post held here'
        WHEN p.repost_of_post_id IS NOT NULL THEN 'a repost of a post not captured'
        ELSE 'a repost whose original the source does not name'
    END AS reason,
    p.posted_on
FROM _posts_latest AS p
LEFT JOIN _originals AS o ON o.network = p.network AND o.ref_id = p.repost_of_post_id
WHERE p.post_type = 'repost'
UNION ALL
SELECT
    p.network, p.post_id, 'bridge' AS duplicate_type, p.first_night AS night, p.first_source AS source,
    o.to_network AS survivor_network, o.to_post_id AS survivor_post_id, 0 AS removed_rows, 1.0 AS similarity,
    'a bridge''s copy of a post held here' AS reason, p.posted_on
FROM _posts_latest AS p
INNER JOIN _originals AS o ON o.network IS NULL AND o.ref_id = p.bridged_from_uri
WHERE p.post_type <> 'repost' AND (o.to_network <> p.network OR o.to_post_id <> p.post_id)
UNION ALL
SELECT
    p.network, p.post_id, c.duplicate_type, p.first_night AS night, p.first_source AS source, c.survivor_network, c.survivor_post_id,
    0 AS removed_rows, c.similarity, c.reason, p.posted_on
FROM _post_copies AS c
INNER JOIN _posts_latest AS p ON p.network = c.network AND p.post_id = c.post_id AND p.posted_on = c.posted_on
WHERE c.duplicate_type IS NOT NULL
