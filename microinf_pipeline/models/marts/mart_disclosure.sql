-- Verdicts were formed by code from labels, connection and rules (features/disclosure.py); here they get their words.
SELECT
    j.network, j.post_id, j.brand_id, j.jurisdiction, j.day, j.connection_type, j.connection_type IS NOT NULL AS connection_known,
    j.verdict, j.rule_id, j.label_found, j.label_in, j.char_offset, j.line_no, j.tag_place AS hashtag_position,
    j.tags_in_run AS hashtags_in_run, j.platform_label,
    concat(
        coalesce(j.connection_type, 'connection unknown'), ': ', replace(r.words, '{label}', concat('''', j.label_found, '''')),
        CASE WHEN j.verdict = 'not_assessable' AND j.label_found IS NOT NULL THEN concat('; the author says ''', j.label_found, '''') ELSE '' END
    ) AS why
FROM judged_disclosures AS j
JOIN disclosure_rules AS r ON r.rule_id = j.rule_id
