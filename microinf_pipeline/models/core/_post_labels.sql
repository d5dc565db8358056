-- Labels were found in texts by code (features/disclosure.py); those of days that are not touched are kept.
SELECT
    network, post_id, posted_on, label_in, wording, language, kind, label_found, char_offset, line_no, tag_place, tags_in_run,
    before_fold, at_start
FROM read_labels
