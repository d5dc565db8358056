-- Groups of a benchmark that hold one to four withheld persons; and of all formats where the hidden ones hold one to four, for the
-- formats that are shown would tell the rest.
WITH said AS (
    SELECT network, tier, format, person FROM withheld_mentions WHERE counts_as_earned
),
leaves AS (
    SELECT network, tier, format FROM said WHERE format IS NOT NULL GROUP BY network, tier, format HAVING count(DISTINCT person) < $fewest_persons
),
formats AS (
    SELECT network, tier, format, person, false AS is_hidden FROM said WHERE format IS NOT NULL
    UNION ALL
    SELECT s.network, s.tier, '*' AS format, s.person, l.format IS NOT NULL AS is_hidden
    FROM said AS s
    LEFT JOIN leaves AS l ON l.network = s.network AND l.tier = s.tier AND l.format = s.format
)
SELECT network, tier, format, 'own' AS source
FROM formats
GROUP BY network, tier, format
HAVING count(DISTINCT person) < $fewest_persons
    OR count(DISTINCT person) FILTER (WHERE is_hidden) BETWEEN 1 AND CAST($fewest_persons AS INTEGER) - 1
