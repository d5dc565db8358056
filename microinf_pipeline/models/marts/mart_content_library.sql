-- Posts worth showing on a brand's channels, and what the brand re-shared: rights, safety, what a repost brought (K15).
WITH brand AS (
    SELECT brand_id, timezone, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day FROM core_brands WHERE competitor_of IS NULL
),
recent AS (
    SELECT f.network, f.post_id, f.brand_id, f.tier, f.engagements, f.format, f.not_summed, f.has_picture OR f.has_video AS is_seen, f.counts_as_earned AND f.is_mention AS is_earned,
        CAST(f.created_at AS DATE) AS posted_on
    FROM _mention_facts AS f
    INNER JOIN brand AS b ON b.brand_id = f.brand_id AND f.day >= b.open_day - CAST($content_days AS INTEGER)
    WHERE f.relation <> 'owned' AND f.post_type <> 'repost'
),
medians AS (
    SELECT brand_id, network, tier, median(engagements) AS engagements
    FROM recent
    WHERE is_earned AND engagements IS NOT NULL AND NOT coalesce(not_summed, false)
    GROUP BY brand_id, network, tier
    HAVING count(*) >= $content_posts
),
-- What the brand's accounts reposted or quoted; the original by the id of the row that stays.
shared AS (
    SELECT r.brand_id, coalesce(d.survivor_network, p.network) AS network,
        coalesce(d.survivor_post_id, p.repost_of_post_id, p.quote_of_post_id) AS post_id, p.created_at, coalesce(a.handle, p.account_id) AS handle
    FROM core_posts AS p
    INNER JOIN (SELECT DISTINCT network, account_id, brand_id FROM core_account_roles WHERE role = 'owned') AS r
        ON r.network = p.network AND r.account_id = p.account_id
    LEFT JOIN core_accounts AS a ON a.network = p.network AND a.account_id = p.account_id
    LEFT JOIN (
        SELECT DISTINCT network, post_id, survivor_network, survivor_post_id FROM core_duplicates WHERE duplicate_type = 'repost'
    ) AS d ON d.network = p.network AND d.post_id = p.post_id
    WHERE p.post_type IN ('repost', 'quote') AND p.created_at < $as_of
),
first_shared AS (
    SELECT s.brand_id, s.network, s.post_id, min(s.created_at) AS created_at, min_by(s.handle, concat(s.created_at, s.handle)) AS handle
    FROM shared AS s
    WHERE s.post_id IS NOT NULL
    GROUP BY s.brand_id, s.network, s.post_id
),
amplified AS (
    SELECT r.network, r.post_id, r.brand_id, r.tier, r.posted_on, s.handle,
        CAST(s.created_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) AS amplified_on, CAST(s.created_at AS DATE) - r.posted_on AS age
    FROM recent AS r
    INNER JOIN first_shared AS s ON s.network = r.network AND s.post_id = r.post_id AND s.brand_id = r.brand_id
    INNER JOIN brand AS b ON b.brand_id = r.brand_id
),
-- K15: snapshots are a day's last, so the day before the repost is surely before it, and two days after it ends the 72 hours.
compared AS (
    SELECT DISTINCT r.network, r.post_id, a.tier, a.age, r.posted_on, false AS is_shared
    FROM (SELECT DISTINCT network, post_id, tier, posted_on FROM recent WHERE is_earned) AS r
    INNER JOIN (SELECT DISTINCT network, tier, age FROM amplified) AS a ON a.network = r.network AND a.tier = r.tier
    ANTI JOIN first_shared AS s ON s.network = r.network AND s.post_id = r.post_id
    UNION ALL
    SELECT DISTINCT network, post_id, tier, age, posted_on, true AS is_shared FROM amplified
),
seen AS (
    SELECT c.network, c.post_id, c.tier, c.age, c.is_shared, m.observed_on - c.posted_on - c.age AS shift,
        CASE WHEN e.likes THEN m.likes ELSE 0 END + CASE WHEN e.comments THEN m.comments ELSE 0 END
        + CASE WHEN e.shares THEN m.shares ELSE 0 END
        + CASE WHEN e.quotes AND (m.quotes IS NOT NULL OR NOT e.optional_quotes) THEN m.quotes ELSE 0 END
        + CASE WHEN e.saves THEN m.saves ELSE 0 END AS engagements
    FROM compared AS c
    INNER JOIN core_post_metrics AS m ON m.network = c.network AND m.post_id = c.post_id AND m.observed_on - c.posted_on - c.age IN (-4, -1, 2)
    INNER JOIN engagement_parts AS e ON e.network = m.network
),
-- Before a post was made it had none.
looks AS (
    SELECT network, post_id, tier, age, is_shared, max(engagements) FILTER (WHERE shift = 2) AS later,
        CASE WHEN age < 1 THEN 0 ELSE max(engagements) FILTER (WHERE shift = -1) END AS just_before,
        CASE WHEN age < 4 THEN 0 ELSE max(engagements) FILTER (WHERE shift = -4) END AS earlier
    FROM seen
    GROUP BY network, post_id, tier, age, is_shared
),
gains AS (
    SELECT network, post_id, tier, age, is_shared, later - just_before - (just_before - earlier) AS gain FROM looks
),
controls AS (
    SELECT network, tier, age, CAST(sum(gain) AS DOUBLE) / nullif(count(gain), 0) AS gain
    FROM gains
    WHERE NOT is_shared
    GROUP BY network, tier, age
    HAVING count(gain) >= $uplift_posts
),
worth AS (
    SELECT r.network, r.post_id, r.brand_id, r.engagements / nullif(m.engagements, 0) AS to_median
    FROM recent AS r
    INNER JOIN medians AS m ON m.brand_id = r.brand_id AND m.network = r.network AND m.tier = r.tier
    INNER JOIN core_posts AS p ON p.network = r.network AND p.post_id = r.post_id
    WHERE r.is_earned AND r.is_seen AND r.engagements > m.engagements AND p.status = 'available'
        AND coalesce(p.safety_flags, '[]') = '[]' AND coalesce(p.sentiment >= $sentiment_from, true)
    QUALIFY row_number() OVER (
        PARTITION BY r.brand_id ORDER BY r.engagements / nullif(m.engagements, 0) DESC NULLS LAST, r.network, r.post_id
    ) <= $content_most
),
rights AS (
    SELECT g.network, g.post_id, g.brand_id, g.valid_until,
        CASE WHEN g.status = 'granted' AND g.valid_until < b.open_day THEN 'expired' ELSE g.status END AS status
    FROM given_rights AS g
    INNER JOIN brand AS b ON b.brand_id = g.brand_id
    WHERE g.granted_on IS NULL OR g.granted_on < b.open_day
    -- unique: the rows of the file are distinct, and all their columns are named here.
    QUALIFY row_number() OVER (
        PARTITION BY g.network, g.post_id, g.brand_id ORDER BY g.granted_on DESC NULLS LAST, g.valid_until DESC NULLS LAST, g.status
    ) = 1
),
-- A reason is a part (its code and its numbers) beside English words.
reasons AS (
    SELECT
        r.network, r.post_id, r.brand_id, w.post_id IS NOT NULL AS is_proposed, r.engagements / nullif(m.engagements, 0) AS to_median,
        coalesce(g.status, 'not_asked') AS rights_status, g.valid_until AS rights_until, p.safety_flags, a.amplified_on, a.handle AS amplified_by,
        u.gain AS uplift_72h, CASE WHEN a.post_id IS NOT NULL THEN c.gain END AS uplift_control,
        CASE WHEN w.post_id IS NULL THEN struct_pack(part := to_json(struct_pack(code := 'not_proposed')), words := 'not proposed by the rules') END AS proposal,
        CASE WHEN a.post_id IS NOT NULL THEN struct_pack(part := to_json(struct_pack(code := 'shared')), words := 'shared by the brand') END AS sharing,
        CASE WHEN m.engagements > 0 THEN struct_pack(
            part := to_json(struct_pack(code := 'times_median', times := round(r.engagements / nullif(m.engagements, 0), 1), tier := r.tier, network := r.network)),
            words := concat(round(r.engagements / nullif(m.engagements, 0), 1), ' times the median engagements of ', r.tier, ' posts on ', r.network)
        ) END AS worth,
        CASE WHEN r.is_seen THEN struct_pack(part := to_json(struct_pack(code := 'shows', format := r.format)), words := r.format) END AS medium,
        CASE
            WHEN p.sentiment IS NULL THEN struct_pack(part := to_json(struct_pack(code := 'feeling_unknown')), words := 'feeling unknown')
            ELSE struct_pack(part := to_json(struct_pack(code := 'feeling', sentiment := round(p.sentiment, 1))), words := concat('feeling ', round(p.sentiment, 1)))
        END AS feeling,
        CASE
            WHEN p.safety_flags IS NULL THEN struct_pack(part := to_json(struct_pack(code := 'safety_unknown')), words := 'safety not checked')
            WHEN p.safety_flags = '[]' THEN struct_pack(part := to_json(struct_pack(code := 'safe')), words := 'no safety flags')
            ELSE struct_pack(part := to_json(struct_pack(code := 'flagged')), words := 'has safety flags')
        END AS safety,
        CASE WHEN p.status <> 'available' THEN struct_pack(part := to_json(struct_pack(code := 'availability', status := p.status)), words := p.status) END AS availability
    FROM recent AS r
    INNER JOIN core_posts AS p ON p.network = r.network AND p.post_id = r.post_id
    LEFT JOIN worth AS w ON w.network = r.network AND w.post_id = r.post_id AND w.brand_id = r.brand_id
    LEFT JOIN amplified AS a ON a.network = r.network AND a.post_id = r.post_id AND a.brand_id = r.brand_id
    LEFT JOIN medians AS m ON m.brand_id = r.brand_id AND m.network = r.network AND m.tier = r.tier
    LEFT JOIN gains AS u ON u.is_shared AND u.network = r.network AND u.post_id = r.post_id AND u.age = a.age
    LEFT JOIN controls AS c ON c.network = a.network AND c.tier = a.tier AND c.age = a.age
    LEFT JOIN rights AS g ON g.network = r.network AND g.post_id = r.post_id AND g.brand_id = r.brand_id
    WHERE w.post_id IS NOT NULL OR a.post_id IS NOT NULL OR g.post_id IS NOT NULL
)
SELECT
    network, post_id, brand_id,
    concat_ws('; ', proposal.words, sharing.words, worth.words, medium.words, feeling.words, safety.words, availability.words) AS why,
    concat('[', concat_ws(
        ',', CAST(proposal.part AS VARCHAR), CAST(sharing.part AS VARCHAR), CAST(worth.part AS VARCHAR), CAST(medium.part AS VARCHAR),
        CAST(feeling.part AS VARCHAR), CAST(safety.part AS VARCHAR), CAST(availability.part AS VARCHAR)
    ), ']') AS why_parts,
    is_proposed, to_median, rights_status, rights_until, safety_flags, amplified_on, amplified_by, uplift_72h, uplift_control
FROM reasons
