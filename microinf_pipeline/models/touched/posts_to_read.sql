-- The last hundred posts of the accounts to read that say something, reposts apart.
SELECT p.network, p.account_id, p.post_id, p.text, p.lang, p.lang_source, p.posted_on
FROM all_posts AS p
SEMI JOIN to_read AS r ON r.network = p.network AND r.account_id = p.account_id
WHERE p.text IS NOT NULL AND p.post_type <> 'repost'
QUALIFY row_number() OVER (PARTITION BY p.network, p.account_id ORDER BY p.created_at DESC, p.post_id) <= $posts_read
