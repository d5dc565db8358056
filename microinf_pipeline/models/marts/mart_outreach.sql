-- Creators to talk to, per brand: why, where the contact stands, how they may be contacted, what may be offered. Each reason is a part
-- (its code and its numbers) beside English words.
WITH latest AS (
    SELECT f.creator_id, f.brand_id, f.network, f.post_id
    FROM _mention_facts AS f
    SEMI JOIN _outreach_people AS p ON p.creator_id = f.creator_id AND p.brand_id = f.brand_id AND p.has_profile
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
    SELECT k.creator_id, k.brand_id, to_json(list_sort(list(struct_pack(kind := k.kind, value := k.value)))) AS found,
        array_to_string(list_sort(list(concat(k.kind, ' ', k.value))), ', ') AS words
    FROM (
        SELECT creator_id, brand_id, 'tier' AS kind, tier AS value FROM _outreach_people WHERE tier <> 'unknown'
        UNION ALL
        SELECT creator_id, brand_id, 'network' AS kind, network AS value FROM _outreach_people WHERE network IS NOT NULL
        UNION ALL
        SELECT creator_id, brand_id, 'language' AS kind, lang AS value FROM _outreach_people WHERE lang IS NOT NULL AND network IS NOT NULL
        UNION ALL
        SELECT creator_id, brand_id, 'country' AS kind, country AS value FROM _outreach_people WHERE country IS NOT NULL AND network IS NOT NULL
    ) AS k
    SEMI JOIN brand_targets AS w ON w.brand_id = k.brand_id AND w.kind = k.kind
    ANTI JOIN brand_targets AS m ON m.brand_id = k.brand_id AND m.kind = k.kind AND m.value = k.value
    GROUP BY k.creator_id, k.brand_id
),
standing AS (
    SELECT p.*, coalesce(l.status, 'new') AS status, l.last_contacted_on, l.changed_on, l.suppressed_on, l.reason,
        CASE WHEN f.negative = f.mentions THEN f.mentions END AS negative_mentions, t.words AS misfit, t.found AS misfits,
        CASE l.status
            WHEN 'contacted' THEN l.changed_on + CAST($contacted_days AS INTEGER)
            WHEN 'declined' THEN l.changed_on + CAST($declined_days AS INTEGER)
        END AS cooldown_until
    FROM _outreach_people AS p
    LEFT JOIN _outreach_log AS l ON l.creator_id = p.creator_id AND l.brand_id = p.brand_id
    LEFT JOIN feelings AS f ON f.creator_id = p.creator_id AND f.brand_id = p.brand_id
    LEFT JOIN misfits AS t ON t.creator_id = p.creator_id AND t.brand_id = p.brand_id
),
reasons AS (
    SELECT *,
        CASE
            WHEN status = 'suppressed' THEN struct_pack(
                allowed := 'no', part := to_json(struct_pack(code := 'suppressed', day := coalesce(suppressed_on, changed_on), reason := reason)),
                words := concat('not to be contacted', ' since ' || coalesce(suppressed_on, changed_on), ': ' || reason)
            )
            WHEN cooldown_until > open_day THEN struct_pack(
                allowed := 'no', part := to_json(struct_pack(code := 'quiet', status := status, day := changed_on, last := cooldown_until)),
                words := concat(status, ' on ', changed_on, ', quiet until ', cooldown_until)
            )
            WHEN NOT invites_business AND invitation_evidence IS NOT NULL THEN struct_pack(
                allowed := 'no', part := to_json(struct_pack(code := 'bio_declines', quote := invitation_evidence)),
                words := concat('the bio declines: "', invitation_evidence, '"')
            )
            WHEN invites_business THEN struct_pack(
                allowed := 'invited', part := to_json(struct_pack(code := 'bio_invites', quote := invitation_evidence)),
                words := concat('the bio invites contact: "', invitation_evidence, '"')
            )
            ELSE struct_pack(
                allowed := 'platform_only', part := to_json(struct_pack(code := 'no_invitation')),
                words := 'no invitation in the profile: only by a message on the platform'
            )
        END AS contact,
        CASE
            WHEN negative_mentions = 1 THEN struct_pack(part := to_json(struct_pack(code := 'all_negative', n := negative_mentions)), words := 'Caution: the only mention is negative.')
            WHEN negative_mentions > 1 THEN struct_pack(
                part := to_json(struct_pack(code := 'all_negative', n := negative_mentions)), words := concat('Caution: the last ', negative_mentions, ' mentions are negative.')
            )
        END AS caution,
        CASE
            WHEN is_staff THEN struct_pack(
                part := to_json(struct_pack(code := 'employee', n := coalesce(staff_days, 0))),
                words := concat('Employee who agreed to be counted; named the brand on ', coalesce(staff_days, 0), ' days of the last 90.')
            )
            WHEN card_why IS NULL THEN struct_pack(
                part := to_json(struct_pack(code := 'only_logged')), words := 'In the outreach log; no earned mention of the last 365 days.'
            )
            WHEN misfit IS NOT NULL THEN struct_pack(
                part := to_json(struct_pack(code := 'misfit', misfits := misfits)), words := concat('Not what the brand looks for: ', misfit, '.')
            )
        END AS fit
    FROM standing
)
SELECT
    a.creator_id, a.brand_id,
    CASE WHEN a.card_rank IS NOT NULL AND a.contact.allowed <> 'no' AND NOT a.is_staff THEN row_number() OVER (
        PARTITION BY a.brand_id
        ORDER BY a.card_rank IS NOT NULL AND a.contact.allowed <> 'no' AND NOT a.is_staff DESC, a.misfit IS NOT NULL, a.card_rank, a.creator_id
    ) END AS rank,
    concat_ws(' ', a.caution.words, a.fit.words, CASE WHEN NOT a.is_staff THEN a.card_why END) AS why,
    concat('[', concat_ws(
        ',', CAST(a.caution.part AS VARCHAR), CAST(a.fit.part AS VARCHAR),
        CASE WHEN NOT a.is_staff THEN nullif(substr(a.card_why_parts, 2, length(a.card_why_parts) - 2), '') END
    ), ']') AS why_parts,
    a.status, a.last_contacted_on, a.cooldown_until, a.contact.allowed AS contact_allowed, a.contact.words AS contact_rule,
    concat('[', CAST(a.contact.part AS VARCHAR), ']') AS contact_parts,
    CASE WHEN a.contact.allowed = 'invited' THEN coalesce(a.email, a.url) END AS contact,
    o.compensation_model, o.compensation_low, o.compensation_high,
    regexp_replace(CAST(CAST(o.compensation_low AS DECIMAL(18, 2)) AS VARCHAR), '\.00$', '', 'g') || '–'
        || regexp_replace(CAST(CAST(o.compensation_high AS DECIMAL(18, 2)) AS VARCHAR), '\.00$', '', 'g') AS compensation_range,
    o.currency, o.compensation_basis, o.compensation_parts
FROM reasons AS a
INNER JOIN _outreach_offers AS o ON o.creator_id = a.creator_id AND o.brand_id = a.brand_id
