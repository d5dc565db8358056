-- Posts of the touched months whose words, or whose place in time, are others than the accepted state has; all of them where
-- everything is built anew. Posts that say too little before and after are left out.
SELECT DISTINCT
    coalesce(n.network, b.network) AS network, coalesce(n.post_id, b.post_id) AS post_id,
    coalesce(n.posted_on, b.posted_on) AS posted_on
FROM _post_signatures AS n
FULL JOIN signatures_before AS b ON b.network = n.network AND b.post_id = n.post_id AND b.posted_on = n.posted_on
WHERE (n.copy_key IS NOT NULL OR b.copy_key IS NOT NULL)
    AND ($everything OR n.words_md5 IS DISTINCT FROM b.words_md5 OR n.created_at IS DISTINCT FROM b.created_at)
