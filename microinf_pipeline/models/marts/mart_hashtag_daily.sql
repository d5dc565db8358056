-- Hashtags in a brand's earned mentions per local day; a tag that made the post part of a campaign is shown under that campaign.
WITH visits AS (
    SELECT *, previous_day IS NULL AS is_first, row_number() OVER (ORDER BY brand_id, network, account_id, day) AS visit FROM _account_visits
),
-- A number for an account's day instead of its name: distinct numbers are counted several times faster.
earned AS (
    SELECT f.brand_id, f.network, f.post_id, f.day, f.engagements, f.campaign_ids, v.visit, v.is_first
    FROM _mention_facts AS f
    LEFT JOIN visits AS v ON v.brand_id = f.brand_id AND v.network = f.network AND v.account_id = f.account_id AND v.day = f.day
    WHERE f.counts_as_earned AND f.is_mention AND NOT coalesce(f.not_summed, false)
),
-- K8: two campaigns with one tag are full in each.
campaign_tags AS (
    SELECT m.brand_id, m.network, m.post_id, m.campaign_id, t.hashtag
    FROM (SELECT brand_id, network, post_id, unnest(campaign_ids) AS campaign_id FROM earned) AS m
    JOIN (
        SELECT campaign_id, unnest(list_concat(CAST(CAST(hashtags_any AS JSON) AS VARCHAR[]), CAST(CAST(hashtags_all AS JSON) AS VARCHAR[]))) AS hashtag
        FROM core_campaigns
    ) AS t ON t.campaign_id = m.campaign_id
    GROUP BY m.brand_id, m.network, m.post_id, m.campaign_id, t.hashtag
),
tagged AS (
    SELECT e.brand_id, e.network, e.day, e.engagements, e.visit, e.is_first, t.hashtag, coalesce(c.campaign_id, '*') AS campaign_id
    FROM core_post_hashtags AS t
    JOIN earned AS e ON e.network = t.network AND e.post_id = t.post_id
    LEFT JOIN campaign_tags AS c ON c.brand_id = e.brand_id AND c.network = e.network AND c.post_id = e.post_id AND c.hashtag = t.hashtag
),
days AS (
    SELECT brand_id, hashtag, network, day, campaign_id, count(*) AS posts, count(DISTINCT visit) AS accounts,
        count(DISTINCT visit) FILTER (WHERE is_first) AS new_accounts, sum(engagements) AS engagements
    FROM tagged
    GROUP BY brand_id, hashtag, network, day, campaign_id
)
SELECT d.brand_id, d.hashtag, d.network, d.day, d.posts, d.accounts,
    CASE WHEN b.history_from + CAST($returning_days AS INTEGER) <= d.day THEN d.new_accounts END AS new_accounts, d.engagements, d.campaign_id
FROM days AS d
JOIN core_brands AS b ON b.brand_id = d.brand_id
