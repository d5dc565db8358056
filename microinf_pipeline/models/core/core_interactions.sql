-- Replies whose post is held, with who speaks to whom. The whole table anew: a post may come long after its replies.
WITH renamed AS (
    SELECT DISTINCT network, post_id, to_post_id FROM _post_identity WHERE to_network = network
),
owned AS (
    SELECT network, account_id, min(brand_id) AS brand_id FROM core_account_roles WHERE role = 'owned' GROUP BY network, account_id
),
replies AS (
    SELECT r.network, r.post_id, r.account_id, r.created_at, r.posted_on, r.thread_root_post_id,
        coalesce(i.to_post_id, r.reply_to_post_id) AS to_post_id
    FROM core_posts AS r
    LEFT JOIN renamed AS i ON i.network = r.network AND i.post_id = r.reply_to_post_id
    WHERE r.reply_to_post_id IS NOT NULL AND r.is_counted
),
answered AS (
    SELECT r.*, p.account_id AS to_account_id, p.created_at AS to_created_at, p.posted_on AS to_posted_on,
        coalesce(i.to_post_id, p.reply_to_post_id) AS above_post_id
    FROM replies AS r
    INNER JOIN core_posts AS p ON p.network = r.network AND p.post_id = r.to_post_id
    LEFT JOIN renamed AS i ON i.network = p.network AND i.post_id = p.reply_to_post_id
    WHERE r.post_id <> r.to_post_id
),
-- Whose post the answered one is a comment on: the post above it, or the first of the thread.
below AS (
    SELECT a.network, a.post_id, bool_or(o.account_id = a.account_id) AS is_own
    FROM answered AS a
    INNER JOIN core_posts AS o ON o.network = a.network AND o.post_id = a.above_post_id AND o.reply_to_post_id IS NULL
    GROUP BY a.network, a.post_id
    UNION ALL
    SELECT a.network, a.post_id, bool_or(o.account_id = a.account_id) AS is_own
    FROM answered AS a
    INNER JOIN core_posts AS o ON o.network = a.network AND o.post_id = a.thread_root_post_id
    WHERE a.above_post_id IS DISTINCT FROM a.thread_root_post_id
    GROUP BY a.network, a.post_id
),
own_posts AS (SELECT DISTINCT network, post_id FROM below WHERE is_own)
SELECT
    a.network, a.to_post_id AS post_id, a.post_id AS reply_post_id, a.to_account_id AS account_id, a.account_id AS reply_account_id,
    b.brand_id AS answering_brand_id,
    CASE
        WHEN a.account_id = a.to_account_id THEN 'own_thread'
        WHEN b.brand_id IS NOT NULL AND t.brand_id IS NOT NULL THEN 'brand_to_brand'
        WHEN b.brand_id IS NOT NULL THEN 'brand_to_creator'
        WHEN t.brand_id IS NOT NULL THEN 'creator_to_brand'
        WHEN w.post_id IS NOT NULL THEN 'creator_to_public'
        ELSE 'public_to_creator'
    END AS direction,
    CASE WHEN a.created_at >= a.to_created_at THEN (epoch(a.created_at) - epoch(a.to_created_at)) / 3600 END AS hours,
    a.posted_on AS replied_on, a.to_posted_on AS posted_on
FROM answered AS a
LEFT JOIN owned AS b ON b.network = a.network AND b.account_id = a.account_id
LEFT JOIN owned AS t ON t.network = a.network AND t.account_id = a.to_account_id
LEFT JOIN own_posts AS w ON w.network = a.network AND w.post_id = a.post_id
