-- Posts whose earlier copies are looked for anew: stirred ones, and those that look at one, in its old or its new place.
WITH wanted AS (
    SELECT DISTINCT word_key FROM (SELECT unnest(copy_keys) AS word_key FROM copy_posts WHERE is_stirred) AS keyed
),
keyed AS (
    SELECT no, is_stirred, unnest(copy_keys) AS word_key FROM copy_posts
    WHERE (is_leading OR is_stirred) AND no >= (SELECT min(no) FROM copy_posts WHERE is_stirred)
),
followed AS (
    SELECT k.no,
        count_if(k.is_stirred) OVER (PARTITION BY k.word_key ORDER BY k.no ROWS BETWEEN $looks + 1 PRECEDING AND 1 PRECEDING) AS stirred
    FROM keyed AS k
    SEMI JOIN wanted AS w ON w.word_key = k.word_key
)
SELECT no FROM copy_posts WHERE is_stirred AND NOT is_gone
UNION
SELECT f.no FROM followed AS f
SEMI JOIN (SELECT no FROM copy_posts WHERE NOT is_gone AND equal_no IS NULL) AS p ON p.no = f.no
WHERE f.stirred > 0
