-- Part of mart_outreach: whom a brand may think of, with the best card and what the profile says.
WITH brand AS (
    SELECT brand_id, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day FROM core_brands WHERE competitor_of IS NULL
),
-- Whom nobody proposes: own and competitors' accounts, vested persons, employees who have not agreed, all that is no person.
barred AS (
    SELECT a.creator_id, r.brand_id
    FROM core_account_roles AS r
    INNER JOIN brand AS b ON b.brand_id = r.brand_id AND r.valid_from < b.open_day AND (r.valid_to IS NULL OR r.valid_to >= b.open_day)
    INNER JOIN core_accounts AS a ON a.network = r.network AND a.account_id = r.account_id
    WHERE r.role IN ('owned', 'competitor')
    UNION
    SELECT a.creator_id, t.brand_id
    FROM tied_accounts AS t
    INNER JOIN brand AS b ON b.brand_id = t.brand_id AND t.valid_from < b.open_day AND (t.valid_to IS NULL OR t.valid_to >= b.open_day)
    INNER JOIN core_accounts AS a ON a.network = t.network AND a.account_id = t.account_id
    WHERE t.relation = 'vested'
    UNION
    SELECT a.creator_id, e.brand_id
    FROM _employees AS e
    INNER JOIN brand AS b ON b.brand_id = e.brand_id AND e.valid_from < b.open_day AND (e.valid_to IS NULL OR e.valid_to >= b.open_day)
    INNER JOIN core_accounts AS a ON a.network = e.network AND a.account_id = e.account_id
    WHERE NOT e.opted_in
    UNION
    SELECT a.creator_id, b.brand_id
    FROM core_accounts AS a
    CROSS JOIN brand AS b
    WHERE a.account_type IN ('brand', 'media', 'bot')
),
staff AS (
    SELECT DISTINCT a.creator_id, r.brand_id
    FROM core_account_roles AS r
    INNER JOIN brand AS b ON b.brand_id = r.brand_id AND r.valid_from < b.open_day AND (r.valid_to IS NULL OR r.valid_to >= b.open_day)
    INNER JOIN core_accounts AS a ON a.network = r.network AND a.account_id = r.account_id
    WHERE r.role = 'employee'
),
staff_days AS (
    SELECT d.creator_id, d.brand_id, count(DISTINCT d.day) AS days
    FROM mart_creator_brand_daily AS d
    INNER JOIN brand AS b ON b.brand_id = d.brand_id AND d.day >= b.open_day - 90
    WHERE d.relation = 'employee'
    GROUP BY d.creator_id, d.brand_id
),
-- A creator's best card: the network they are strongest on for the brand.
cards AS (
    SELECT creator_id, brand_id, network, tier, score, rank, why, why_parts, mentions_90d FROM mart_creator_scorecard
    QUALIFY row_number() OVER (PARTITION BY creator_id, brand_id ORDER BY rank IS NULL, score DESC, network) = 1
),
-- Only profiles of candidates were read: only they may be shown. The account that invites speaks first, then the largest.
profiles AS (
    SELECT a.creator_id, a.url, a.lang, a.country, p.email, p.invites_business, p.invitation_evidence
    FROM core_accounts AS a
    INNER JOIN _account_profiles AS p ON p.network = a.network AND p.account_id = a.account_id
    QUALIFY row_number() OVER (
        PARTITION BY a.creator_id
        ORDER BY coalesce(p.invites_business, false) DESC, p.invitation_evidence IS NULL, p.email IS NULL, a.followers DESC NULLS LAST, a.network, a.account_id
    ) = 1
),
wanted AS (
    SELECT c.creator_id, c.brand_id FROM cards AS c SEMI JOIN profiles AS p ON p.creator_id = c.creator_id WHERE c.mentions_90d > 0
    UNION
    SELECT s.creator_id, s.brand_id FROM staff_days AS s SEMI JOIN staff AS e ON e.creator_id = s.creator_id AND e.brand_id = s.brand_id
    UNION
    SELECT creator_id, brand_id FROM _outreach_log WHERE is_logged
)
SELECT
    w.creator_id, w.brand_id, b.open_day, e.creator_id IS NOT NULL AS is_staff, d.days AS staff_days,
    c.network, c.tier, c.rank AS card_rank, c.why AS card_why, c.why_parts AS card_why_parts,
    p.creator_id IS NOT NULL AS has_profile, p.url, p.lang, p.country, p.email, p.invites_business, p.invitation_evidence
FROM wanted AS w
INNER JOIN brand AS b ON b.brand_id = w.brand_id
ANTI JOIN barred AS n ON n.creator_id = w.creator_id AND n.brand_id = w.brand_id
LEFT JOIN staff AS e ON e.creator_id = w.creator_id AND e.brand_id = w.brand_id
LEFT JOIN staff_days AS d ON d.creator_id = w.creator_id AND d.brand_id = w.brand_id
LEFT JOIN cards AS c ON c.creator_id = w.creator_id AND c.brand_id = w.brand_id
LEFT JOIN profiles AS p ON p.creator_id = w.creator_id
