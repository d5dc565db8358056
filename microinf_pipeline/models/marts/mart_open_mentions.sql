-- Mentions that wait for a public reply of the brand as of the last accepted night; none of the brand's replies on a network
-- held means that nobody knows, and the words say so.
WITH open_now AS (
    SELECT *, (epoch(CAST($as_of AS TIMESTAMP)) - epoch(created_at)) / 3600 AS hours_open
    FROM _answerable_mentions
    WHERE answered_hours IS NULL AND created_at >= CAST($as_of AS TIMESTAMP) - to_days(CAST($open_days AS INTEGER))
),
posts AS (
    SELECT network, post_id, tier_at_post, post_type, sentiment, sentiment_source, safety_flags, comments FROM core_posts
    WHERE posted_on >= CAST($as_of AS DATE) - CAST($open_days AS INTEGER) - 1
),
-- A reason is a part (its code and its numbers) beside English words.
reasons AS (
    SELECT o.network, o.post_id, o.brand_id, o.hours_open, p.tier_at_post, p.sentiment, p.safety_flags,
        CASE
            WHEN o.is_follow_up THEN struct_pack(part := to_json(struct_pack(code := 'follow_up')), words := 'answers a reply of the brand')
            WHEN o.mention_mode = 'directed' THEN struct_pack(part := to_json(struct_pack(code := 'directed')), words := 'speaks to the brand by its handle')
            WHEN o.mention_mode = 'quote' THEN struct_pack(part := to_json(struct_pack(code := 'quoted')), words := 'quotes a post that names the brand')
            WHEN p.post_type = 'reply' THEN struct_pack(part := to_json(struct_pack(code := 'named_in_reply')), words := 'names the brand in a reply')
            ELSE struct_pack(part := to_json(struct_pack(code := 'names_brand')), words := 'names the brand')
        END AS mode,
        CASE
            WHEN p.sentiment <= -$feeling THEN struct_pack(
                part := to_json(struct_pack(code := 'sounds_cross', sentiment := p.sentiment, said_by := p.sentiment_source)),
                words := concat('sounds cross (sentiment ', printf('%.2f', p.sentiment), ', by the ', p.sentiment_source, ')')
            )
            WHEN p.sentiment >= $feeling THEN struct_pack(
                part := to_json(struct_pack(code := 'sounds_glad', sentiment := p.sentiment, said_by := p.sentiment_source)),
                words := concat('sounds glad (sentiment ', printf('%.2f', p.sentiment), ', by the ', p.sentiment_source, ')')
            )
            WHEN p.sentiment IS NULL THEN struct_pack(part := to_json(struct_pack(code := 'feeling_unknown')), words := 'how it feels is not known')
        END AS feeling,
        CASE WHEN p.safety_flags <> '[]' THEN struct_pack(
            part := to_json(struct_pack(code := 'look_first', flags := regexp_replace(p.safety_flags, '["\[\]]', '', 'g'))),
            words := concat('look before you answer: ', regexp_replace(p.safety_flags, '["\[\]]', '', 'g'))
        ) END AS safety,
        CASE
            WHEN o.is_captured THEN struct_pack(part := to_json(struct_pack(code := 'not_answered')), words := 'no reply of the brand among those captured')
            ELSE struct_pack(part := to_json(struct_pack(code := 'answer_unknown')), words := 'whether the brand replied is not known: its replies there are not captured')
        END AS answer
    FROM open_now AS o
    INNER JOIN posts AS p ON p.network = o.network AND p.post_id = o.post_id
)
SELECT
    network, post_id, brand_id, hours_open, tier_at_post, sentiment, safety_flags,
    concat_ws('; ', mode.words, feeling.words, safety.words, answer.words) AS why,
    concat('[', concat_ws(
        ',', CAST(mode.part AS VARCHAR), CAST(feeling.part AS VARCHAR), CAST(safety.part AS VARCHAR), CAST(answer.part AS VARCHAR)
    ), ']') AS why_parts
FROM reasons
