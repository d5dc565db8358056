-- Local days of a brand on which a post is now gone, or counts for another account, person or post than before.
WITH gone AS (
    SELECT network, post_id FROM core_post_status WHERE status IN ('deleted', 'protected', 'withheld')
    EXCEPT
    SELECT network, post_id FROM core_post_status_before WHERE status IN ('deleted', 'protected', 'withheld')
),
facts AS (
    SELECT day, network, post_id, brand_id, account_id, creator_id FROM _mention_facts
),
facts_before AS (
    SELECT day, network, post_id, brand_id, account_id, creator_id FROM _mention_facts_before
)
SELECT DISTINCT 'deletion' AS cause, f.brand_id, f.network, f.day
FROM facts AS f
JOIN gone AS g ON g.network = f.network AND g.post_id = f.post_id
UNION ALL
SELECT DISTINCT 'merge' AS cause, f.brand_id, f.network, f.day
FROM facts_before AS f
LEFT JOIN facts AS n ON n.network = f.network AND n.post_id = f.post_id AND n.brand_id = f.brand_id
LEFT JOIN _post_identity AS i ON i.network = f.network AND i.post_id = f.post_id
WHERE n.account_id <> f.account_id OR n.creator_id <> f.creator_id OR (n.post_id IS NULL AND i.post_id IS NOT NULL)
UNION ALL
-- A post nothing was merged into and no delivery changed is gone from the lake only when it was erased.
SELECT DISTINCT 'erasure' AS cause, f.brand_id, f.network, f.day
FROM facts_before AS f
ANTI JOIN core_posts AS p ON p.network = f.network AND p.post_id = f.post_id
ANTI JOIN _post_identity AS i ON i.network = f.network AND i.post_id = f.post_id
