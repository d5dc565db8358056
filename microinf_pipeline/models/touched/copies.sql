-- Every post that has copies, with its cluster and, for all but the earliest, what kind of copy it is of which post, and why.
SELECT
    m.network, m.post_id, m.posted_on, m.cluster_id,
    CASE WHEN m.duplicate_type = 'near_duplicate' AND s.formula IS NOT NULL THEN 'template' ELSE m.duplicate_type END AS duplicate_type,
    m.survivor_network, m.survivor_post_id, s.similarity,
    CASE
        WHEN m.duplicate_type IS NULL THEN NULL
        WHEN m.duplicate_type = 'cross_post' AND s.similarity = 1 THEN 'the same person posted the same text before'
        WHEN m.duplicate_type = 'cross_post' THEN concat('the same person posted a text ', s.percent, ' % alike before')
        WHEN m.duplicate_type = 'template' THEN concat('a form filled in otherwise: other names, numbers or links in a text ', s.percent, ' % alike')
        WHEN s.formula = 'contest' THEN concat('words of a contest, in a text ', s.percent, ' % alike')
        WHEN s.formula IS NOT NULL THEN concat('words of a share button, in a text ', s.percent, ' % alike')
        WHEN s.similarity = 1 THEN 'another account posted the same text before'
        ELSE concat('another account posted a text ', s.percent, ' % alike before')
    END AS reason
FROM copy_members AS m
LEFT JOIN copy_likeness AS s ON s.text_no = m.text_no AND s.survivor_text_no = m.survivor_text_no
