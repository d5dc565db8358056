-- Creators to talk to, per brand: why, where the contact stands, how they may be contacted, what may be offered.
WITH brand AS (
    SELECT brand_id, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day FROM core_brands WHERE competitor_of IS NULL
),
-- Accounts as the brand writes them: ids, or handles by the day they are written.
names AS (
    SELECT network, account_id AS name, account_id, DATE '1970-01-01' AS valid_from, CAST(NULL AS DATE) AS valid_to FROM core_accounts
    UNION
    SELECT network, alias AS name, account_id, valid_from, valid_to FROM core_account_aliases
),
log AS (
    SELECT a.creator_id, o.brand_id, o.status, o.changed_on, o.place
    FROM given_outreach AS o
    INNER JOIN brand AS b ON b.brand_id = o.brand_id AND o.changed_on < b.open_day
    INNER JOIN names AS n ON n.network = o.network AND n.name IN (o.account, lower(o.account))
        AND o.changed_on >= n.valid_from AND (n.valid_to IS NULL OR o.changed_on < n.valid_to)
    INNER JOIN core_accounts AS a ON a.network = n.network AND a.account_id = n.account_id
),
steps AS (
    SELECT creator_id, brand_id, max_by(status, 10 * epoch(changed_on) + place) AS status, max(changed_on) AS changed_on,
        max(changed_on) FILTER (WHERE status = 'contacted') AS last_contacted_on
    FROM log
    GROUP BY creator_id, brand_id
),
decided AS (
    SELECT a.creator_id, d.brand_id, max(d.decided_on) FILTER (WHERE d.decision = 'suppress') AS suppressed_on,
        max(d.decided_on) FILTER (WHERE d.decision = 'resume') AS resumed_on,
        -- In a struct, for max_by passes over NULL: a decision without a reason must not be given an earlier one's.
        max_by(struct_pack(words := d.reason), concat(d.decided_on, d.reason)) FILTER (WHERE d.decision = 'suppress') AS reason
    FROM given_suppressions AS d
    INNER JOIN brand AS b ON b.brand_id = d.brand_id AND d.decided_on < b.open_day
    INNER JOIN names AS n ON n.network = d.network AND n.name IN (d.account, lower(d.account))
        AND d.decided_on >= n.valid_from AND (n.valid_to IS NULL OR d.decided_on < n.valid_to)
    INNER JOIN core_accounts AS a ON a.network = n.network AND a.account_id = n.account_id
    GROUP BY a.creator_id, d.brand_id
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
    SELECT creator_id, brand_id, network, tier, score, rank, why, mentions_90d FROM mart_creator_scorecard
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
audience AS (
    SELECT creator_id, max(followers) AS followers FROM core_accounts GROUP BY creator_id
),
latest AS (
    SELECT f.creator_id, f.brand_id, f.network, f.post_id
    FROM _mention_facts AS f
    SEMI JOIN profiles AS p ON p.creator_id = f.creator_id
    WHERE f.counts_as_earned AND f.is_mention
    QUALIFY row_number() OVER (PARTITION BY f.creator_id, f.brand_id ORDER BY f.created_at DESC, f.network, f.post_id) <= 3
),
feelings AS (
    SELECT l.creator_id, l.brand_id, count(*) AS mentions, count(*) FILTER (WHERE p.sentiment < $negative_below) AS negative
    FROM latest AS l
    INNER JOIN core_posts AS p ON p.network = l.network AND p.post_id = l.post_id
    GROUP BY l.creator_id, l.brand_id
),
-- What is known of a creator and is none of what the brand looks for.
misfits AS (
    SELECT k.creator_id, k.brand_id, array_to_string(list_sort(list(concat(k.kind, ' ', k.value))), ', ') AS words
    FROM (
        SELECT creator_id, brand_id, 'tier' AS kind, tier AS value FROM cards WHERE tier <> 'unknown'
        UNION ALL
        SELECT creator_id, brand_id, 'network' AS kind, network AS value FROM cards
        UNION ALL
        SELECT c.creator_id, c.brand_id, 'language' AS kind, p.lang AS value FROM cards AS c
        INNER JOIN profiles AS p ON p.creator_id = c.creator_id WHERE p.lang IS NOT NULL
        UNION ALL
        SELECT c.creator_id, c.brand_id, 'country' AS kind, p.country AS value FROM cards AS c
        INNER JOIN profiles AS p ON p.creator_id = c.creator_id WHERE p.country IS NOT NULL
    ) AS k
    SEMI JOIN brand_targets AS w ON w.brand_id = k.brand_id AND w.kind = k.kind
    ANTI JOIN brand_targets AS m ON m.brand_id = k.brand_id AND m.kind = k.kind AND m.value = k.value
    GROUP BY k.creator_id, k.brand_id
),
wanted AS (
    SELECT c.creator_id, c.brand_id FROM cards AS c SEMI JOIN profiles AS p ON p.creator_id = c.creator_id WHERE c.mentions_90d > 0
    UNION
    SELECT s.creator_id, s.brand_id FROM staff_days AS s SEMI JOIN staff AS e ON e.creator_id = s.creator_id AND e.brand_id = s.brand_id
    UNION
    SELECT creator_id, brand_id FROM steps
),
standing AS (
    SELECT
        w.creator_id, w.brand_id, b.open_day, c.rank AS card_rank, c.score, c.why AS card_why, e.creator_id IS NOT NULL AS is_staff, d.days AS staff_days,
        CASE WHEN coalesce(x.suppressed_on >= coalesce(x.resumed_on, DATE '1970-01-01'), false) THEN 'suppressed' ELSE coalesce(s.status, 'new') END AS status,
        s.last_contacted_on, s.changed_on, x.suppressed_on, x.reason.words AS reason, p.url, p.email, p.invites_business, p.invitation_evidence, a.followers,
        CASE WHEN f.negative = f.mentions THEN f.mentions END AS negative_mentions, t.words AS misfit
    FROM wanted AS w
    INNER JOIN brand AS b ON b.brand_id = w.brand_id
    ANTI JOIN barred AS n ON n.creator_id = w.creator_id AND n.brand_id = w.brand_id
    LEFT JOIN cards AS c ON c.creator_id = w.creator_id AND c.brand_id = w.brand_id
    LEFT JOIN staff AS e ON e.creator_id = w.creator_id AND e.brand_id = w.brand_id
    LEFT JOIN staff_days AS d ON d.creator_id = w.creator_id AND d.brand_id = w.brand_id
    LEFT JOIN steps AS s ON s.creator_id = w.creator_id AND s.brand_id = w.brand_id
    LEFT JOIN decided AS x ON x.creator_id = w.creator_id AND x.brand_id = w.brand_id
    LEFT JOIN profiles AS p ON p.creator_id = w.creator_id
    LEFT JOIN audience AS a ON a.creator_id = w.creator_id
    LEFT JOIN feelings AS f ON f.creator_id = w.creator_id AND f.brand_id = w.brand_id
    LEFT JOIN misfits AS t ON t.creator_id = w.creator_id AND t.brand_id = w.brand_id
),
cooled AS (
    SELECT *, CASE status
        WHEN 'contacted' THEN changed_on + CAST($contacted_days AS INTEGER)
        WHEN 'declined' THEN changed_on + CAST($declined_days AS INTEGER)
    END AS cooldown_until
    FROM standing
),
allowed AS (
    SELECT *,
        CASE
            WHEN status = 'suppressed' OR cooldown_until > open_day THEN 'no'
            WHEN NOT invites_business AND invitation_evidence IS NOT NULL THEN 'no'
            WHEN invites_business THEN 'invited'
            ELSE 'platform_only'
        END AS contact_allowed,
        CASE
            WHEN status = 'suppressed' THEN concat('not to be contacted', ' since ' || coalesce(suppressed_on, changed_on), ': ' || reason)
            WHEN cooldown_until > open_day THEN concat(status, ' on ', changed_on, ', quiet until ', cooldown_until)
            WHEN NOT invites_business AND invitation_evidence IS NOT NULL THEN concat('the bio declines: "', invitation_evidence, '"')
            WHEN invites_business THEN concat('the bio invites contact: "', invitation_evidence, '"')
            ELSE 'no invitation in the profile: only by a message on the platform'
        END AS contact_rule
    FROM cooled
),
cut AS (
    SELECT max(followers_from) AS upper_cut FROM tier_cuts
),
offered AS (
    SELECT a.*, k.tier, c.upper_cut, CASE
            WHEN a.is_staff THEN 'programme' WHEN a.followers >= $paid_from_share * c.upper_cut THEN 'paid' WHEN a.followers IS NOT NULL THEN 'product'
        END AS compensation_model
    FROM allowed AS a
    CROSS JOIN cut AS c
    LEFT JOIN core_creators AS k ON k.creator_id = a.creator_id
),
reach AS (
    SELECT creator_id, network, max(followers) AS followers FROM core_accounts GROUP BY creator_id, network
),
-- One price each: where the card is best, else the largest account; a price for any format before one for a single format.
priced AS (
    SELECT o.creator_id, o.brand_id, r.low, r.high, r.currency, r.gap_reason, concat(
            r.network, ' ', r.tier, ', ', CASE WHEN r.format = '*' THEN 'any format' ELSE r.format END,
            ' from ' || nullif(r.valid_from, DATE '1970-01-01'), ' until ' || r.valid_to
        ) AS cell
    FROM offered AS o
    INNER JOIN reach AS n ON n.creator_id = o.creator_id
    INNER JOIN _rate_card AS r ON r.network = n.network AND r.tier = o.tier
        AND r.valid_from <= o.open_day AND (r.valid_to IS NULL OR r.valid_to > o.open_day)
    LEFT JOIN cards AS c ON c.creator_id = o.creator_id AND c.brand_id = o.brand_id
    WHERE o.compensation_model = 'paid'
    QUALIFY row_number() OVER (
        PARTITION BY o.creator_id, o.brand_id
        ORDER BY r.gap_reason IS NOT NULL, n.network IS DISTINCT FROM c.network, n.followers DESC NULLS LAST, n.network, r.format <> '*', r.format,
            r.currency, r.valid_from
    ) = 1
),
-- Posts cannot be told apart by currency, so who was dealt with in several says nothing of the cost of one.
deals AS (
    SELECT creator_id, brand_id, max(currency) AS currency, max(cost) / nullif(max(posts), 0) AS cost
    FROM _creator_money
    GROUP BY creator_id, brand_id
    HAVING count(*) = 1
),
-- Fees are confidential: the middle half of several creators names nobody's.
sorted_deals AS (
    SELECT d.brand_id, k.tier, d.currency, d.cost, count(*) OVER (PARTITION BY d.brand_id, k.tier, d.currency) AS creators,
        row_number() OVER (PARTITION BY d.brand_id, k.tier, d.currency ORDER BY d.cost, d.creator_id) AS place
    FROM deals AS d
    INNER JOIN core_creators AS k ON k.creator_id = d.creator_id
    WHERE d.cost > 0
),
usual AS (
    SELECT brand_id, tier, currency, creators,
        min(cost) FILTER (WHERE place > (creators - 1) // 4) AS low, max(cost) FILTER (WHERE place <= creators - (creators - 1) // 4) AS high
    FROM sorted_deals
    WHERE creators >= $deal_creators
    GROUP BY brand_id, tier, currency, creators
    QUALIFY row_number() OVER (PARTITION BY brand_id, tier ORDER BY creators DESC, currency) = 1
),
ranges AS (
    SELECT
        o.creator_id, o.brand_id, coalesce(p.low, round(u.low)) AS low, coalesce(p.high, round(u.high)) AS high,
        CASE WHEN p.low IS NOT NULL THEN p.currency ELSE u.currency END AS currency,
        CASE
            WHEN p.low IS NOT NULL THEN concat('by the rate card for ', p.cell)
            WHEN u.low IS NOT NULL THEN concat(
                coalesce(p.gap_reason, 'no price on the rate card'), '; the middle half of what a post under a deal with ', u.creators,
                ' creators of tier ', u.tier, ' cost the brand'
            )
            WHEN p.gap_reason IS NOT NULL THEN concat(p.gap_reason, ' (', p.cell, '), and too few deals to take a range from')
            ELSE 'no price on a rate card and too few deals to take a range from'
        END AS basis
    FROM offered AS o
    LEFT JOIN priced AS p ON p.creator_id = o.creator_id AND p.brand_id = o.brand_id
    LEFT JOIN usual AS u ON u.brand_id = o.brand_id AND u.tier = o.tier
    WHERE o.compensation_model = 'paid'
)
SELECT
    a.creator_id, a.brand_id,
    CASE WHEN a.card_rank IS NOT NULL AND a.contact_allowed <> 'no' AND NOT a.is_staff THEN row_number() OVER (
        PARTITION BY a.brand_id
        ORDER BY a.card_rank IS NOT NULL AND a.contact_allowed <> 'no' AND NOT a.is_staff DESC, a.misfit IS NOT NULL, a.card_rank, a.creator_id
    ) END AS rank,
    concat(
        CASE WHEN a.negative_mentions = 1 THEN 'Caution: the only mention is negative. '
            WHEN a.negative_mentions > 1 THEN concat('Caution: the last ', a.negative_mentions, ' mentions are negative. ') END,
        CASE WHEN a.is_staff THEN concat('Employee who agreed to be counted; named the brand on ', coalesce(a.staff_days, 0), ' days of the last 90.')
            ELSE coalesce('Not what the brand looks for: ' || a.misfit || '. ' || a.card_why, a.card_why, 'In the outreach log; no earned mention of the last 365 days.') END
    ) AS why,
    a.status, a.last_contacted_on, a.cooldown_until, a.contact_allowed, a.contact_rule,
    CASE WHEN a.contact_allowed = 'invited' THEN coalesce(a.email, a.url) END AS contact,
    a.compensation_model,
    regexp_replace(CAST(CAST(r.low AS DECIMAL(18, 2)) AS VARCHAR), '\.00$', '', 'g') || '–'
        || regexp_replace(CAST(CAST(r.high AS DECIMAL(18, 2)) AS VARCHAR), '\.00$', '', 'g') AS compensation_range,
    CASE WHEN r.low IS NOT NULL THEN r.currency END AS currency,
    CASE a.compensation_model
        WHEN 'programme' THEN 'employee: advocacy programme and competition, no fee'
        WHEN 'paid' THEN concat(a.followers, ' followers, near or above the upper cut of ', a.upper_cut, ': paid per post, click or bundle; ', r.basis)
        WHEN 'product' THEN concat(a.followers, ' followers, well below the upper cut of ', a.upper_cut, ': product exchange, featuring and support')
        ELSE 'followers unknown: ask before offering'
    END AS compensation_basis
FROM offered AS a
LEFT JOIN ranges AS r ON r.creator_id = a.creator_id AND r.brand_id = a.brand_id
