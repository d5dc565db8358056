-- Posts of the touched months that mention a brand, by their own words or by the post they quote, and a key of these words.
-- Reposts say nothing of their own.
WITH named AS (
    SELECT network, post_id FROM _brand_matches
    UNION
    SELECT p.network, p.post_id
    FROM _posts_latest AS p
    INNER JOIN _originals AS o ON o.network = p.network AND o.ref_id = p.quote_of_post_id
    SEMI JOIN _brand_matches AS m ON m.network = o.to_network AND m.post_id = o.to_post_id
    WHERE p.post_type = 'quote'
)
SELECT p.network, p.post_id, p.posted_on,
    sha256(concat(coalesce(p.lang, ''), chr(10), coalesce(p.title, ''), chr(10), coalesce(p.text, ''))) AS text_key
FROM _posts_latest AS p
SEMI JOIN named AS n ON n.network = p.network AND n.post_id = p.post_id
WHERE p.post_type <> 'repost' AND coalesce(p.title, p.text) IS NOT NULL
