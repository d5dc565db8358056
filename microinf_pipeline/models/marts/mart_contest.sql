-- Contests that have begun. Who is still posting is looked at on the last days of the 90 after the end, for thanks and
-- unboxings belong to the contest itself. Entries of employees are not counted: so few could tell who they are (K14).
WITH counts AS (
    SELECT contest_id, count(*) AS entries, count(*) FILTER (WHERE eligibility = 'eligible') AS eligible,
        count(*) FILTER (WHERE eligibility = 'ineligible') AS ineligible, count(*) FILTER (WHERE eligibility = 'needs_review') AS needs_review,
        count(DISTINCT CASE WHEN eligibility = 'eligible' THEN person_key END) AS persons
    FROM mart_contest_entries
    WHERE reason_code IS DISTINCT FROM 'employee'
    GROUP BY contest_id
),
passed AS (
    SELECT contest_id, brand_id, CAST(ends_at + to_days(CAST($still_posting_days AS INTEGER) - CAST($still_posting_window AS INTEGER)) AS DATE) AS first_day,
        CAST(ends_at + to_days(CAST($still_posting_days AS INTEGER)) AS DATE) AS end_day
    FROM core_contests
    WHERE ends_at + to_days(CAST($still_posting_days AS INTEGER)) <= $as_of
),
stayed AS (
    SELECT p.contest_id, count(DISTINCT e.person_key) AS persons
    FROM passed AS p
    INNER JOIN mart_contest_entries AS e ON e.contest_id = p.contest_id AND e.eligibility = 'eligible'
    INNER JOIN mart_creator_brand_daily AS d
        ON d.creator_id = e.person_key AND d.brand_id = p.brand_id AND d.day >= p.first_day AND d.day < p.end_day
    WHERE d.relation IN ('organic', 'gifted', 'contest') AND d.posts > 0
    GROUP BY p.contest_id
),
drawn AS (
    SELECT DISTINCT contest_id FROM mart_contest_draw
)
SELECT
    c.contest_id, c.brand_id,
    CASE
        WHEN w.contest_id IS NOT NULL THEN 'drawn'
        WHEN f.contest_id IS NOT NULL THEN 'frozen'
        WHEN c.ends_at <= $as_of THEN 'ended'
        ELSE 'open'
    END AS stage,
    coalesce(n.entries, 0) AS entries, coalesce(n.eligible, 0) AS eligible, coalesce(n.ineligible, 0) AS ineligible,
    coalesce(n.needs_review, 0) AS needs_review, coalesce(n.persons, 0) AS persons, m.cost, m.currency,
    m.cost / nullif(n.entries, 0) AS cost_per_entry, m.cost / nullif(n.eligible, 0) AS cost_per_eligible_entry,
    CASE WHEN p.contest_id IS NOT NULL THEN coalesce(s.persons, 0) / nullif(n.persons, 0) END AS still_posting_90d
FROM core_contests AS c
LEFT JOIN counts AS n ON n.contest_id = c.contest_id
LEFT JOIN contest_costs AS m ON m.contest_id = c.contest_id
LEFT JOIN frozen_contests AS f ON f.contest_id = c.contest_id
LEFT JOIN drawn AS w ON w.contest_id = c.contest_id
LEFT JOIN passed AS p ON p.contest_id = c.contest_id
LEFT JOIN stayed AS s ON s.contest_id = c.contest_id
WHERE c.starts_at < $as_of
