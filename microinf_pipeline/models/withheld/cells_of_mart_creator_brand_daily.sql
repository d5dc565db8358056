-- A person's own days, before they opted in.
SELECT DISTINCT creator_id, brand_id, network, relation, day FROM withheld_mentions WHERE creator_id IS NOT NULL
