-- Mentions whose disclosure is looked at: with a known connection to the brand, or with a label of their author's or the network's.
WITH labelled AS (
    SELECT DISTINCT network, post_id FROM _post_labels
),
facts AS (
    SELECT f.day, f.network, f.post_id, f.brand_id, f.relation, l.post_id IS NOT NULL AS has_label,
        coalesce(p.is_paid_label, false) OR coalesce(p.sponsor_accounts, '[]') <> '[]' AS platform_label
    FROM _mention_facts AS f
    JOIN core_posts AS p ON p.network = f.network AND p.post_id = f.post_id
    LEFT JOIN labelled AS l ON l.network = f.network AND l.post_id = f.post_id
    WHERE f.is_mention
)
SELECT day, network, post_id, brand_id, nullif(relation, 'organic') AS connection_type, platform_label
FROM facts
WHERE relation <> 'organic' OR has_label
