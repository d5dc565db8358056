-- Months of a campaign whose money came by, or went to, one to four withheld persons: an employee's deal, clicks or orders.
SELECT m.brand_id, m.campaign_id, m.currency, m.month
FROM _money AS m
SEMI JOIN withheld_creators AS w ON w.creator_id = m.creator_id
GROUP BY m.brand_id, m.campaign_id, m.currency, m.month
HAVING count(DISTINCT m.creator_id) < $fewest_persons
