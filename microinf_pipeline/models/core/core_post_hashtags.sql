-- One row per post and folded tag; the first way it was written.
WITH numbered AS (
    SELECT network, post_id, posted_on, hashtags, hashtags_as_written, unnest(generate_series(1, array_length(hashtags))) AS nth
    FROM _posts_latest
    WHERE array_length(hashtags) > 0
)
SELECT network, post_id, hashtags[nth] AS hashtag, hashtags_as_written[nth] AS hashtag_as_written, posted_on
FROM numbered
