-- A brand's mentions per local day: leaves only.
WITH sums AS (
    SELECT brand_id, network, tier, relation, day,
        count(*) FILTER (WHERE is_mention) AS mentions,
        count(*) FILTER (WHERE is_mention AND account_id IS NULL) AS authorless_posts,
        count(*) FILTER (WHERE is_mention AND post_type <> 'reply') AS originals,
        count(*) FILTER (WHERE is_mention AND post_type = 'reply') AS replies,
        count(*) FILTER (WHERE mention_mode = 'directed' AND post_type <> 'repost') AS directed,
        count(*) FILTER (WHERE is_mention AND in_cluster) AS copies,
        count(*) FILTER (WHERE post_type = 'repost') AS reposts,
        CAST(sum(likes) FILTER (WHERE is_mention) AS BIGINT) AS likes, CAST(sum(comments) FILTER (WHERE is_mention) AS BIGINT) AS comments,
        CAST(sum(shares) FILTER (WHERE is_mention) AS BIGINT) AS shares, CAST(sum(quotes) FILTER (WHERE is_mention) AS BIGINT) AS quotes,
        CAST(sum(saves) FILTER (WHERE is_mention) AS BIGINT) AS saves, CAST(sum(views) FILTER (WHERE is_mention) AS BIGINT) AS views,
        CAST(sum(engagements) FILTER (WHERE is_mention) AS BIGINT) AS engagements,
        count(*) FILTER (WHERE is_mention AND has_picture) AS with_picture, count(*) FILTER (WHERE is_mention AND has_video) AS with_video,
        count(*) FILTER (WHERE is_mention AND has_audio) AS with_audio, count(*) FILTER (WHERE is_mention AND format = 'text') AS with_text
    FROM _mention_facts
    GROUP BY brand_id, network, tier, relation, day
),
-- One row an account of a leaf; reposters are there too, without mentions.
accounts AS (
    SELECT brand_id, network, tier, relation, day, account_id, bool_or(is_mention) AS mentions, bool_or(post_type = 'repost') AS reposts,
        max(followers_at_post) FILTER (WHERE is_mention) AS followers, max(followers_upper) FILTER (WHERE is_mention) AS upper_end,
        sum(followers_upper) FILTER (WHERE is_mention) AS gross
    FROM _mention_facts
    WHERE account_id IS NOT NULL AND (is_mention OR post_type = 'repost')
    GROUP BY brand_id, network, tier, relation, day, account_id
),
-- K5: the account's earned mention before each of its days; earned relations only.
visits AS (
    SELECT d.brand_id, d.network, d.account_id, d.day,
        lag(d.day) OVER (PARTITION BY d.brand_id, d.network, d.account_id ORDER BY d.day) AS previous_day
    FROM _account_brand_days AS d
    SEMI JOIN accounts AS a ON a.brand_id = d.brand_id AND a.network = d.network AND a.account_id = d.account_id
),
people AS (
    SELECT a.brand_id, a.network, a.tier, a.relation, a.day, count(*) FILTER (WHERE a.mentions) AS accounts,
        count(*) FILTER (WHERE a.mentions AND v.previous_day IS NULL) AS new_accounts,
        count(*) FILTER (WHERE a.mentions AND v.previous_day >= a.day - CAST($returning_days AS INTEGER)) AS returning_accounts,
        count(*) FILTER (WHERE a.mentions AND v.previous_day < a.day - CAST($returning_days AS INTEGER)) AS reactivated_accounts,
        count(*) FILTER (WHERE a.reposts) AS amplifications, count(a.followers) AS accounts_known,
        max(a.followers) AS audience_low, CAST(sum(a.upper_end) AS BIGINT) AS audience_high, CAST(sum(a.gross) AS BIGINT) AS audience_gross
    FROM accounts AS a
    LEFT JOIN visits AS v ON v.brand_id = a.brand_id AND v.network = a.network AND v.account_id = a.account_id AND v.day = a.day
    GROUP BY a.brand_id, a.network, a.tier, a.relation, a.day
),
joined AS (
    SELECT s.*, p.* EXCLUDE (brand_id, network, tier, relation, day),
        b.history_from + CAST($returning_days AS INTEGER) <= s.day AND s.relation IN ('organic', 'gifted', 'contest') AS knows_kinds
    FROM sums AS s
    JOIN core_brands AS b ON b.brand_id = s.brand_id
    LEFT JOIN people AS p
        ON p.brand_id = s.brand_id AND p.network = s.network AND p.tier = s.tier AND p.relation = s.relation AND p.day = s.day
)
SELECT
    brand_id, network, tier, relation, day, mentions, coalesce(accounts, 0) AS accounts,
    CASE WHEN knows_kinds THEN coalesce(new_accounts, 0) END AS new_accounts,
    CASE WHEN knows_kinds THEN coalesce(returning_accounts, 0) END AS returning_accounts,
    CASE WHEN knows_kinds THEN coalesce(reactivated_accounts, 0) END AS reactivated_accounts,
    authorless_posts, originals, replies, directed, copies, reposts, coalesce(amplifications, 0) AS amplifications,
    likes, comments, shares, quotes, saves, views, engagements, audience_low, audience_high, audience_gross,
    accounts_known / nullif(accounts, 0) AS audience_known_share, with_picture, with_video, with_audio, with_text
FROM joined
