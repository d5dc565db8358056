-- What an account's own posts of a day are about: all under '*', and under each brand those about it or its topics (K17).
WITH own AS (
    SELECT network, post_id, account_id, posted_on, capture_reason
    FROM core_posts
    WHERE is_counted AND post_type IN ('original', 'quote') AND account_id IS NOT NULL
),
named AS (
    SELECT DISTINCT network, post_id FROM core_mentions  -- none of them came by a timeline alone
),
about AS (
    SELECT network, post_id, brand_id FROM core_mentions WHERE mention_mode <> 'directed'
    UNION
    SELECT o.network, o.post_id, m.brand_id
    FROM own AS o
    INNER JOIN _brand_matches AS m ON m.network = o.network AND m.post_id = o.post_id
    WHERE o.capture_reason = 'timeline' AND NOT m.only_leading_handle
    UNION
    SELECT h.network, h.post_id, t.brand_id
    FROM core_post_hashtags AS h
    INNER JOIN brand_topics AS t ON t.topic = h.hashtag
)
SELECT
    o.network, o.account_id, '*' AS brand_id, o.posted_on, count(*) AS posts,
    count(*) FILTER (WHERE n.post_id IS NULL) AS beyond
FROM own AS o
LEFT JOIN named AS n ON n.network = o.network AND n.post_id = o.post_id
GROUP BY o.network, o.account_id, o.posted_on
UNION ALL
SELECT o.network, o.account_id, a.brand_id, o.posted_on, count(*) AS posts, CAST(NULL AS BIGINT) AS beyond
FROM own AS o
INNER JOIN about AS a ON a.network = o.network AND a.post_id = o.post_id
GROUP BY o.network, o.account_id, a.brand_id, o.posted_on
