-- What withheld persons posted about brands: what the cells of aggregates hold of them.
SELECT
    w.person, f.creator_id, f.network, f.post_id, f.brand_id, f.tier, f.relation, f.day, f.campaign_ids, f.format, f.is_mention, f.counts_as_earned
FROM _mention_facts AS f
INNER JOIN withheld_posts AS w ON w.network = f.network AND w.post_id = f.post_id
WHERE w.person IS NOT NULL
