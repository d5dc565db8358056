-- Cells of a campaign, totals included, that hold one to four withheld persons; totals whose hidden leaves hold one to four, for
-- the leaves that are shown would tell the rest; and the whole of a campaign where the months hidden in mart_roi hold one to four.
WITH tagged AS (
    SELECT person, network, tier, unnest(campaign_ids) AS campaign_id FROM withheld_mentions
    WHERE campaign_ids IS NOT NULL AND counts_as_earned
),
leaves AS (
    SELECT campaign_id, network, tier FROM tagged GROUP BY campaign_id, network, tier HAVING count(DISTINCT person) < $fewest_persons
),
kept AS (
    SELECT * FROM (VALUES (true, true), (true, false), (false, true), (false, false)) AS k(by_network, by_tier)
),
cells AS (
    SELECT t.campaign_id, CASE WHEN k.by_network THEN t.network ELSE '*' END AS network, CASE WHEN k.by_tier THEN t.tier ELSE '*' END AS tier,
        t.person, l.campaign_id IS NOT NULL AS is_hidden
    FROM tagged AS t
    LEFT JOIN leaves AS l ON l.campaign_id = t.campaign_id AND l.network = t.network AND l.tier = t.tier
    CROSS JOIN kept AS k
)
SELECT campaign_id, network, tier
FROM cells
GROUP BY campaign_id, network, tier
HAVING count(DISTINCT person) < $fewest_persons
    OR count(DISTINCT person) FILTER (WHERE is_hidden) BETWEEN 1 AND CAST($fewest_persons AS INTEGER) - 1
UNION
SELECT m.campaign_id, '*' AS network, '*' AS tier
FROM _money AS m
SEMI JOIN withheld_creators AS w ON w.creator_id = m.creator_id
SEMI JOIN cells_of_mart_roi AS c
    ON c.brand_id = m.brand_id AND c.campaign_id = m.campaign_id AND c.currency = m.currency AND c.month = m.month
GROUP BY m.campaign_id
HAVING count(DISTINCT m.creator_id) < $fewest_persons
