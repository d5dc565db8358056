-- Periods of a set of brands that hold one to four withheld persons, and totals whose hidden leaves (a week of a network) hold one
-- to four: all brands of the set, for their shares have one denominator.
WITH said AS (
    SELECT m.person, b.brand_set, m.network, m.day, CAST(date_trunc('week', m.day) AS DATE) AS week
    FROM withheld_mentions AS m
    INNER JOIN core_brands AS b ON b.brand_id = m.brand_id
    WHERE b.brand_set IS NOT NULL AND m.is_mention
),
leaves AS (
    SELECT brand_set, network, week FROM said GROUP BY brand_set, network, week HAVING count(DISTINCT person) < $fewest_persons
),
networks AS (
    SELECT s.person, s.brand_set, s.day, l.week IS NOT NULL AS is_hidden, unnest([s.network, '*']) AS of_network
    FROM said AS s
    LEFT JOIN leaves AS l ON l.brand_set = s.brand_set AND l.network = s.network AND l.week = s.week
),
periods AS (SELECT *, unnest(['week', 'month']) AS period FROM networks)
SELECT brand_set AS brand_set_id, of_network AS network, period, CAST(date_trunc(period, day) AS DATE) AS period_start
FROM periods
GROUP BY brand_set, of_network, period, period_start
HAVING count(DISTINCT person) < $fewest_persons
    OR count(DISTINCT person) FILTER (WHERE is_hidden) BETWEEN 1 AND CAST($fewest_persons AS INTEGER) - 1
