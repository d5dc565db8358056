-- Part of mart_outreach: what may be offered to whom, and what that rests on, in English words and as a JSON list of parts.
WITH cut AS (
    SELECT max(followers_from) AS upper_cut FROM tier_cuts
),
audience AS (
    SELECT creator_id, max(followers) AS followers FROM core_accounts GROUP BY creator_id
),
offered AS (
    SELECT p.creator_id, p.brand_id, p.open_day, p.network, k.tier, a.followers, c.upper_cut, CASE
            WHEN p.is_staff THEN 'programme' WHEN a.followers >= $paid_from_share * c.upper_cut THEN 'paid' WHEN a.followers IS NOT NULL THEN 'product'
        END AS compensation_model
    FROM _outreach_people AS p
    CROSS JOIN cut AS c
    LEFT JOIN audience AS a ON a.creator_id = p.creator_id
    LEFT JOIN core_creators AS k ON k.creator_id = p.creator_id
),
reach AS (
    SELECT creator_id, network, max(followers) AS followers FROM core_accounts GROUP BY creator_id, network
),
-- One price each: where the card is best, else the largest account; a price for any format before one for a single format.
priced AS (
    SELECT o.creator_id, o.brand_id, r.network, r.tier, nullif(r.format, '*') AS format, nullif(r.valid_from, DATE '1970-01-01') AS valid_from,
        r.valid_to, r.low, r.high, r.currency, r.gap_reason
    FROM offered AS o
    INNER JOIN reach AS n ON n.creator_id = o.creator_id
    INNER JOIN _rate_card AS r ON r.network = n.network AND r.tier = o.tier
        AND r.valid_from <= o.open_day AND (r.valid_to IS NULL OR r.valid_to > o.open_day)
    WHERE o.compensation_model = 'paid'
    QUALIFY row_number() OVER (
        PARTITION BY o.creator_id, o.brand_id
        ORDER BY r.gap_reason IS NOT NULL, n.network IS DISTINCT FROM o.network, n.followers DESC NULLS LAST, n.network, r.format <> '*', r.format,
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
    SELECT o.creator_id, o.brand_id, coalesce(p.low, round(u.low)) AS low, coalesce(p.high, round(u.high)) AS high,
        CASE WHEN p.low IS NOT NULL THEN p.currency ELSE u.currency END AS currency,
        CASE
            WHEN p.low IS NOT NULL THEN struct_pack(
                part := to_json(struct_pack(code := 'rate_card', network := p.network, tier := p.tier, format := p.format, since := p.valid_from, until := p.valid_to)),
                words := concat('by the rate card for ', p.network, ' ', p.tier, ', ', coalesce(p.format, 'any format'), ' from ' || p.valid_from, ' until ' || p.valid_to)
            )
            WHEN p.gap_reason IS NOT NULL THEN struct_pack(
                part := to_json(struct_pack(code := 'rate_card_gap', network := p.network, tier := p.tier, format := p.format, since := p.valid_from, until := p.valid_to)),
                words := concat(p.gap_reason, ' (', p.network, ' ', p.tier, ', ', coalesce(p.format, 'any format'), ')')
            )
            ELSE struct_pack(part := to_json(struct_pack(code := 'no_price')), words := 'no price on a rate card')
        END AS price,
        CASE
            WHEN p.low IS NULL AND u.low IS NOT NULL THEN struct_pack(
                part := to_json(struct_pack(code := 'own_deals', n := u.creators, tier := u.tier)),
                words := concat('the middle half of what a post under a deal with ', u.creators, ' creators of tier ', u.tier, ' cost the brand')
            )
            WHEN p.low IS NULL THEN struct_pack(part := to_json(struct_pack(code := 'too_few_deals')), words := 'too few deals to take a range from')
        END AS deals
    FROM offered AS o
    LEFT JOIN priced AS p ON p.creator_id = o.creator_id AND p.brand_id = o.brand_id
    LEFT JOIN usual AS u ON u.brand_id = o.brand_id AND u.tier = o.tier
    WHERE o.compensation_model = 'paid'
),
models AS (
    SELECT *, CASE compensation_model
            WHEN 'programme' THEN struct_pack(part := to_json(struct_pack(code := 'programme')), words := 'employee: advocacy programme and competition, no fee')
            WHEN 'paid' THEN struct_pack(
                part := to_json(struct_pack(code := 'paid', n := followers, cut := upper_cut)),
                words := concat(printf('%,d', followers), ' followers, near or above the upper cut of ', printf('%,d', upper_cut), ': paid per post, click or bundle')
            )
            WHEN 'product' THEN struct_pack(
                part := to_json(struct_pack(code := 'product', n := followers, cut := upper_cut)),
                words := concat(printf('%,d', followers), ' followers, well below the upper cut of ', printf('%,d', upper_cut), ': product exchange, featuring and support')
            )
            ELSE struct_pack(part := to_json(struct_pack(code := 'ask_first')), words := 'followers unknown: ask before offering')
        END AS basis
    FROM offered
)
SELECT
    m.creator_id, m.brand_id, m.compensation_model, r.low AS compensation_low, r.high AS compensation_high,
    CASE WHEN r.low IS NOT NULL THEN r.currency END AS currency,
    concat_ws('; ', m.basis.words, r.price.words, r.deals.words) AS compensation_basis,
    concat('[', concat_ws(',', CAST(m.basis.part AS VARCHAR), CAST(r.price.part AS VARCHAR), CAST(r.deals.part AS VARCHAR)), ']') AS compensation_parts
FROM models AS m
LEFT JOIN ranges AS r ON r.creator_id = m.creator_id AND r.brand_id = m.brand_id
