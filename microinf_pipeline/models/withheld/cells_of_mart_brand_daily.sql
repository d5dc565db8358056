-- Leaves that hold one to four withheld persons.
SELECT brand_id, network, tier, relation, day
FROM withheld_mentions
GROUP BY brand_id, network, tier, relation, day
HAVING count(DISTINCT person) < $fewest_persons
