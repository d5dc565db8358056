-- Cells of a campaign, totals included, that hold one to four withheld persons.
WITH tagged AS (
    SELECT person, network, tier, unnest(campaign_ids) AS campaign_id FROM withheld_mentions
    WHERE campaign_ids IS NOT NULL AND counts_as_earned
),
kept AS (
    SELECT * FROM (VALUES (true, true), (true, false), (false, true), (false, false)) AS k(by_network, by_tier)
),
cells AS (
    SELECT t.campaign_id, CASE WHEN k.by_network THEN t.network ELSE '*' END AS network, CASE WHEN k.by_tier THEN t.tier ELSE '*' END AS tier, t.person
    FROM tagged AS t
    CROSS JOIN kept AS k
)
SELECT campaign_id, network, tier
FROM cells
GROUP BY campaign_id, network, tier
HAVING count(DISTINCT person) < $fewest_persons
