-- Posts that can be judged, with the run of their text: equal texts no further apart than the window, one after another.
WITH placed AS (
    SELECT
        network, post_id, posted_on, created_at, person, copy_key,
        lag(posted_on) OVER (PARTITION BY copy_key ORDER BY posted_on, network, post_id) AS before_on
    FROM copy_signatures
    WHERE copy_key IS NOT NULL
),
numbered AS (
    SELECT
        network, post_id, posted_on, created_at, person, copy_key,
        sum(CASE WHEN before_on IS NULL OR posted_on - before_on > $window_days THEN 1 ELSE 0 END) OVER (
            PARTITION BY copy_key ORDER BY posted_on, network, post_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run_no
    FROM placed
)
SELECT network, post_id, posted_on, created_at, person, copy_key, run_no, dense_rank() OVER (ORDER BY copy_key, run_no) AS text_no
FROM numbered
