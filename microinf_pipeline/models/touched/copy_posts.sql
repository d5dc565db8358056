-- Posts around the changed ones that can be judged, numbered in their order in time, with the last post that says the same
-- within the window. What changed is in it twice, as it is and as it was (is_gone). Stirred: it or the post that says the
-- same before it changed, so what it looks at may be others. Leading: the first of its day to say so; only these are looked
-- at by others.
WITH held AS (
    SELECT network, post_id, posted_on, created_at, copy_key, copy_letters, copy_words, FALSE AS is_gone
    FROM window_signatures
    WHERE copy_key IS NOT NULL AND posted_on BETWEEN $first_on AND $last_on
    UNION ALL
    SELECT b.network, b.post_id, b.posted_on, b.created_at, b.copy_key, b.copy_letters, b.copy_words, TRUE AS is_gone
    FROM signatures_before AS b
    SEMI JOIN copy_changed AS c ON c.network = b.network AND c.post_id = b.post_id AND c.posted_on = b.posted_on
    WHERE b.copy_key IS NOT NULL
),
numbered AS (
    SELECT
        h.network, h.post_id, h.posted_on, h.copy_key, h.copy_letters, h.copy_words, h.is_gone, c.post_id IS NOT NULL AS is_changed,
        row_number() OVER (ORDER BY h.created_at, h.network, h.post_id, h.is_gone) AS no
    FROM held AS h
    LEFT JOIN copy_changed AS c ON c.network = h.network AND c.post_id = h.post_id AND c.posted_on = h.posted_on
),
repeated AS (SELECT copy_key FROM held GROUP BY copy_key HAVING count(*) > 1),
again AS (
    SELECT
        no, coalesce(lag(is_changed) OVER (PARTITION BY copy_key ORDER BY no), FALSE) AS follows_changed,
        CASE WHEN posted_on - lag(posted_on) OVER same <= $window_days THEN lag(no) OVER same END AS equal_no,
        coalesce(lag(posted_on) OVER same < posted_on, TRUE) AS is_first
    FROM numbered
    SEMI JOIN repeated ON repeated.copy_key = numbered.copy_key
    WINDOW same AS (PARTITION BY copy_key, is_gone ORDER BY no)
)
SELECT
    n.no, n.network, n.post_id, n.posted_on, n.copy_letters, n.copy_words, n.is_gone,
    n.is_changed OR coalesce(a.follows_changed, FALSE) AS is_stirred, a.equal_no, NOT n.is_gone AND coalesce(a.is_first, TRUE) AS is_leading
FROM numbered AS n
LEFT JOIN again AS a ON a.no = n.no
