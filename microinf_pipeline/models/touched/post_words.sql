-- Posts of the touched months that say something in words of their own: no reposts, no bridge's copy of a held post.
SELECT
    p.network, p.post_id, p.posted_on, p.created_at, p.account_key,
    md5(concat(coalesce(p.title, ''), '|', coalesce(p.text, ''))) AS words_md5
FROM _posts_latest AS p
ANTI JOIN (SELECT ref_id, to_network, to_post_id FROM _originals WHERE network IS NULL) AS o
    ON o.ref_id = p.bridged_from_uri AND (o.to_network <> p.network OR o.to_post_id <> p.post_id)
WHERE p.post_type <> 'repost' AND (p.title IS NOT NULL OR p.text IS NOT NULL)
