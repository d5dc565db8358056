-- Posts around the changed ones that can be judged, numbered in their order in time, with the last post that says the same
-- within the window. What changed is in it twice, as it is and as it was (is_gone). Stirred: it or the post that says the
-- same before it changed, so what it looks at may be others. Leading: the first of its day to say so; only these are looked
-- at by others.
WITH held AS (
    SELECT network, post_id, posted_on, created_at, copy_key, copy_letters, copy_keys, FALSE AS is_gone
    FROM window_signatures
    WHERE copy_key IS NOT NULL AND posted_on BETWEEN $first_on AND $last_on
    UNION ALL
    SELECT b.network, b.post_id, b.posted_on, b.created_at, b.copy_key, b.copy_letters, b.copy_keys, TRUE AS is_gone
    FROM signatures_before AS b
    SEMI JOIN copy_changed AS c ON c.network = b.network AND c.post_id = b.post_id AND c.posted_on = b.posted_on
    WHERE b.copy_key IS NOT NULL
),
numbered AS (
    SELECT
        h.network, h.post_id, h.posted_on, h.copy_key, h.copy_letters, h.copy_keys, h.is_gone, c.post_id IS NOT NULL AS is_changed,
        row_number() OVER (ORDER BY h.created_at, h.network, h.post_id, h.is_gone) AS no
    FROM held AS h
    LEFT JOIN copy_changed AS c ON c.network = h.network AND c.post_id = h.post_id AND c.posted_on = h.posted_on
)
SELECT
    no, network, post_id, posted_on, copy_key, copy_letters, copy_keys, is_gone,
    is_changed OR coalesce(lag(is_changed) OVER (PARTITION BY copy_key ORDER BY no), FALSE) AS is_stirred,
    CASE WHEN posted_on - lag(posted_on) OVER same <= $window_days THEN lag(no) OVER same END AS equal_no,
    NOT is_gone AND coalesce(lag(posted_on) OVER same < posted_on, TRUE) AS is_leading
FROM numbered
WINDOW same AS (PARTITION BY copy_key, is_gone ORDER BY no)
