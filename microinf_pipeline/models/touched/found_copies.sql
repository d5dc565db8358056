-- Every post of the clusters that are formed anew and, for all but the earliest, what kind of copy it is of which post, and why.
SELECT
    m.network, m.post_id, m.posted_on, m.account_id, m.cluster_id,
    CASE WHEN s.formula IS NOT NULL THEN 'template' ELSE m.duplicate_type END AS duplicate_type,
    m.survivor_network, m.survivor_post_id, s.similarity, s.formula,
    CASE
        WHEN m.duplicate_type IS NULL THEN NULL
        WHEN m.duplicate_type = 'cross_post' AND s.similarity = 1 THEN 'the same person posted the same text before'
        WHEN m.duplicate_type = 'cross_post' AND s.similarity < $alike THEN 'the same person posted in this cluster of like texts before'
        WHEN m.duplicate_type = 'cross_post' THEN concat('the same person posted a text ', s.percent, ' % alike before')
        WHEN m.duplicate_type = 'template' THEN concat('a form filled in otherwise: other names, numbers or links in a text ', s.percent, ' % alike')
        WHEN s.formula = 'contest' THEN concat('words of a contest, in a text ', s.percent, ' % alike')
        WHEN s.formula IS NOT NULL THEN concat('words of a share button, in a text ', s.percent, ' % alike')
        WHEN s.similarity = 1 THEN 'another account posted the same text before'
        WHEN s.similarity < $alike THEN concat('like a text of another account that is like the earliest of the cluster; this and the earliest are ', s.percent, ' % alike')
        ELSE concat('another account posted a text ', s.percent, ' % alike before')
    END AS reason
FROM copy_members AS m
LEFT JOIN copy_likeness AS s ON s.network = m.network AND s.post_id = m.post_id
