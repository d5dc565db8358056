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
)
SELECT
    o.network, o.post_id, o.brand_id, o.hours_open, p.tier_at_post, p.sentiment, p.safety_flags,
    concat_ws(
        '; ',
        CASE
            WHEN o.is_follow_up THEN 'answers a reply of the brand'
            WHEN o.mention_mode = 'directed' THEN 'speaks to the brand by its handle'
            WHEN o.mention_mode = 'quote' THEN 'quotes a post that names the brand'
            WHEN p.post_type = 'reply' THEN 'names the brand in a reply'
            ELSE 'names the brand'
        END,
        CASE
            WHEN p.sentiment <= -$feeling THEN concat('sounds cross (sentiment ', printf('%.2f', p.sentiment), ', by the ', p.sentiment_source, ')')
            WHEN p.sentiment >= $feeling THEN concat('sounds glad (sentiment ', printf('%.2f', p.sentiment), ', by the ', p.sentiment_source, ')')
            WHEN p.sentiment IS NULL THEN 'how it feels is not known'
        END,
        CASE WHEN p.safety_flags <> '[]' THEN concat('look before you answer: ', regexp_replace(p.safety_flags, '["\[\]]', '', 'g')) END,
        CASE WHEN o.is_captured THEN 'no reply of the brand among those captured' ELSE 'whether the brand replied is not known: its replies there are not captured' END
    ) AS why
FROM open_now AS o
INNER JOIN posts AS p ON p.network = o.network AND p.post_id = o.post_id
