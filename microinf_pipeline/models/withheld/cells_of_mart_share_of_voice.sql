-- Periods of a set of brands that hold one to four withheld persons: all brands of it, for their shares have one denominator.
WITH networks AS (
    SELECT m.person, b.brand_set, m.day, unnest([m.network, '*']) AS network
    FROM withheld_mentions AS m
    INNER JOIN core_brands AS b ON b.brand_id = m.brand_id
    WHERE b.brand_set IS NOT NULL AND m.is_mention
),
periods AS (SELECT *, unnest(['week', 'month']) AS period FROM networks)
SELECT brand_set AS brand_set_id, network, period, CAST(date_trunc(period, day) AS DATE) AS period_start
FROM periods
GROUP BY brand_set, network, period, period_start
HAVING count(DISTINCT person) < $fewest_persons
