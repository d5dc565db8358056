-- What is known of a post's availability, change by change. Being delivered shows it is there; an edit is told by the
-- source or shown by another text; one absence is 'unknown', a second on a later night is 'deleted'.
WITH looked AS (
    SELECT
        coalesce(i.to_network, s.network) AS network, coalesce(i.to_post_id, s.post_id) AS post_id,
        s.seen_at, s.night, s.status, s.evidence, s.source, s.attempt, s.file, s.row_number
    FROM status_observations AS s
    LEFT JOIN (SELECT DISTINCT network, post_id, to_network, to_post_id FROM _post_identity) AS i
        ON i.network = s.network AND i.post_id = s.post_id
),
watched AS (
    SELECT network, post_id FROM _posts_latest WHERE deliveries > 1 OR edited_at IS NOT NULL
    UNION
    SELECT network, post_id FROM looked
),
delivered AS (
    SELECT d.network, d.post_id, d.home_on, d.seen_at, d.night, d.edited_at, d.text,
        lag(d.text) OVER earlier AS text_before, max(d.edited_at) OVER before AS edited_before,
        row_number() OVER earlier AS nth
    FROM _deliveries AS d
    SEMI JOIN watched AS w ON w.network = d.network AND w.post_id = d.post_id
    WINDOW
        earlier AS (
            PARTITION BY d.network, d.post_id
            ORDER BY d.night, d.observed_at NULLS FIRST, d.source_rank, d.attempt, d.file, d.row_number
        ),
        before AS (
            PARTITION BY d.network, d.post_id
            ORDER BY d.night, d.observed_at NULLS FIRST, d.source_rank, d.attempt, d.file, d.row_number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),
events AS (
    SELECT network, post_id, seen_at AS changed_at, 'available' AS status, 'delivered' AS evidence, 1 AS strength, nth
    FROM delivered
    UNION ALL
    SELECT network, post_id, coalesce(edited_at, seen_at) AS changed_at, 'edited' AS status,
        CASE WHEN edited_at IS NULL THEN 'another text was delivered' ELSE 'the source tells of an edit' END AS evidence,
        2 AS strength, nth
    FROM delivered
    WHERE edited_at > coalesce(edited_before, TIMESTAMP '1970-01-01') OR (edited_at IS NULL AND text <> text_before)
    UNION ALL
    SELECT network, post_id, seen_at AS changed_at,
        CASE
            WHEN status = 'unknown' AND lag(status) OVER looks = 'unknown' AND lag(night) OVER looks < night THEN 'deleted'
            ELSE status
        END AS status,
        evidence, 3 AS strength, 0 AS nth
    FROM looked
    WINDOW looks AS (PARTITION BY network, post_id ORDER BY night, seen_at, source, attempt, file, row_number)
),
at_once AS (
    SELECT network, post_id, changed_at, status, evidence FROM events
    QUALIFY row_number() OVER (PARTITION BY network, post_id, changed_at ORDER BY strength DESC, nth DESC, status, evidence) = 1
),
changes AS (
    SELECT network, post_id, changed_at, status, evidence FROM at_once
    QUALIFY
        status = 'edited'
        OR coalesce(lag(status) OVER (PARTITION BY network, post_id ORDER BY changed_at), '') NOT IN (
            status, CASE WHEN status = 'available' THEN 'edited' ELSE status END
        )
)
SELECT c.network, c.post_id, c.changed_at, c.status, c.evidence, p.posted_on
FROM changes AS c
INNER JOIN _posts_latest AS p ON p.network = c.network AND p.post_id = c.post_id
UNION ALL
SELECT p.network, p.post_id, p.first_seen_at AS changed_at, 'available' AS status, 'delivered' AS evidence, p.posted_on
FROM _posts_latest AS p
ANTI JOIN watched AS w ON w.network = p.network AND w.post_id = p.post_id
