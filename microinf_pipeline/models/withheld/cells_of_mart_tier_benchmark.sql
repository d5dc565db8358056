-- Groups of a benchmark that hold one to four withheld persons.
WITH formats AS (
    SELECT network, tier, format, person FROM withheld_mentions WHERE counts_as_earned AND format IS NOT NULL
    UNION ALL
    SELECT network, tier, '*' AS format, person FROM withheld_mentions WHERE counts_as_earned
)
SELECT network, tier, format, 'own' AS source
FROM formats
GROUP BY network, tier, format
HAVING count(DISTINCT person) < $fewest_persons
