-- What was read before of words that are still there. Equal words have equal readings.
SELECT DISTINCT b.text_key, b.lang, b.lang_source, b.sentiment, b.safety_flags, b.safety_evidence
FROM _post_readings_before AS b
SEMI JOIN mentioning_posts AS p ON p.text_key = b.text_key
