-- Every post that mentions a brand with what was read of its words: tonight, or before where the words are the same.
SELECT p.network, p.post_id, p.text_key, r.lang, r.lang_source, r.sentiment, r.safety_flags, r.safety_evidence, p.posted_on
FROM mentioning_posts AS p
INNER JOIN read_texts AS r ON r.text_key = p.text_key
