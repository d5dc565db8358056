-- Pairs worth a second look: a post that is the first to say its words, and earlier ones that share a key with it, within the
-- window: the last $looks of the key; of a crowded key, where there are more of them, the last $looks_when_crowded alone. So
-- what a post looks at depends on the few posts before it, and a contest of 10,000 entries costs 20,000 looks, not 50,000,000.
-- A text so much shorter that it cannot be alike is left out: likeness is at most the quotient of lengths.
WITH looking AS (
    SELECT p.no, p.posted_on, p.copy_key, p.copy_letters, p.copy_keys FROM copy_posts AS p
    SEMI JOIN copy_owners AS o ON o.no = p.no
    WHERE p.equal_no IS NULL
),
wanted AS (SELECT word_key FROM (SELECT no, unnest(copy_keys) AS word_key FROM looking) AS l GROUP BY word_key),
keyed AS (SELECT no, posted_on, unnest(copy_keys) AS word_key FROM copy_posts WHERE is_leading AND no <= (SELECT max(no) FROM looking)),
placed AS (
    SELECT k.no, k.posted_on, k.word_key, row_number() OVER of_key AS nth,
        lag(k.posted_on, $looks + 1) OVER of_key AS crowded_on
    FROM keyed AS k
    SEMI JOIN wanted AS w ON w.word_key = k.word_key
    WINDOW of_key AS (PARTITION BY k.word_key ORDER BY k.no)
),
steps AS (
    SELECT p.no, p.posted_on, p.word_key, p.nth,
        unnest(generate_series(
            1, CASE WHEN p.posted_on - p.crowded_on <= $window_days THEN $looks_when_crowded ELSE least(p.nth - 1, $looks) END
        )) AS back
    FROM placed AS p
    SEMI JOIN looking AS l ON l.no = p.no
    WHERE p.nth > 1
),
met AS (
    SELECT DISTINCT s.no AS b, e.no AS a FROM steps AS s
    INNER JOIN placed AS e ON e.word_key = s.word_key AND e.nth = s.nth - s.back
    WHERE s.posted_on - e.posted_on <= $window_days
)
SELECT m.a, m.b FROM met AS m
INNER JOIN looking AS l ON l.no = m.b
INNER JOIN copy_posts AS p ON p.no = m.a
WHERE p.copy_key <> l.copy_key AND least(p.copy_letters, l.copy_letters) >= $alike * greatest(p.copy_letters, l.copy_letters) * 0.5
QUALIFY row_number() OVER (PARTITION BY m.b, p.copy_key ORDER BY m.a DESC) = 1 -- unique: a is the number of a post
