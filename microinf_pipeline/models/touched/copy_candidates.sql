-- Pairs of texts worth a second look: they share a key and lie no further apart than the window, one of them of tonight.
-- Texts of a crowded key are looked at beside its anchors only, the first texts by their hash. A text so much shorter that
-- it cannot be alike is left out: likeness is at most the quotient of lengths.
WITH keyed AS (SELECT text_no, copy_key, first_on, last_on, letters, is_fresh, unnest(copy_keys) AS word_key FROM copy_texts),
sized AS (
    SELECT word_key, count(*) AS texts FROM keyed GROUP BY word_key HAVING count(*) > 1 AND bool_or(is_fresh)
),
shared AS (
    SELECT k.text_no, k.copy_key, k.first_on, k.last_on, k.letters, k.is_fresh, k.word_key, s.texts > $crowded_key AS is_crowded
    FROM keyed AS k
    INNER JOIN sized AS s ON s.word_key = k.word_key
),
anchors AS (
    SELECT text_no, first_on, last_on, letters, is_fresh, word_key FROM shared
    WHERE is_crowded
    QUALIFY row_number() OVER (PARTITION BY word_key ORDER BY copy_key, text_no) <= $anchors -- unique: text_no is the key of copy_texts
),
met AS (
    SELECT x.text_no AS a, y.text_no AS b FROM shared AS x
    INNER JOIN shared AS y ON y.word_key = x.word_key AND y.text_no > x.text_no
    WHERE NOT x.is_crowded AND (x.is_fresh OR y.is_fresh)
        AND x.first_on <= y.last_on + $window_days AND y.first_on <= x.last_on + $window_days
        AND least(x.letters, y.letters) >= $alike * greatest(x.letters, y.letters) * 0.5
    UNION ALL
    SELECT least(x.text_no, y.text_no) AS a, greatest(x.text_no, y.text_no) AS b FROM shared AS x
    INNER JOIN anchors AS y ON y.word_key = x.word_key AND y.text_no <> x.text_no
    WHERE x.is_crowded AND (x.is_fresh OR y.is_fresh)
        AND x.first_on <= y.last_on + $window_days AND y.first_on <= x.last_on + $window_days
)
SELECT DISTINCT a, b FROM met
