-- A brand's mentions per local day: leaves only.
WITH accounts AS (
    SELECT brand_id, network, tier, relation, day, author, max(account_id) AS account_id, sum(mentions) AS mentions, sum(replies) AS replies,
        sum(directed) AS directed, sum(copies) AS copies, sum(reposts) AS reposts, sum(likes) AS likes, sum(comments) AS comments,
        sum(shares) AS shares, sum(quotes) AS quotes, sum(saves) AS saves, sum(views) AS views, sum(engagements) AS engagements,
        sum(with_picture) AS with_picture, sum(with_video) AS with_video, sum(with_audio) AS with_audio, sum(with_text) AS with_text,
        max(followers) AS followers, max(followers_upper) AS upper_end, sum(followers_gross) AS gross
    FROM _account_sums
    WHERE campaign_id = '*'
    GROUP BY brand_id, network, tier, relation, day, author
),
leaves AS (
    SELECT a.brand_id, a.network, a.tier, a.relation, a.day, sum(a.mentions) AS mentions,
        count(a.account_id) FILTER (WHERE a.mentions > 0) AS accounts,
        count(a.account_id) FILTER (WHERE a.mentions > 0 AND v.previous_day IS NULL) AS new_accounts,
        count(*) FILTER (WHERE a.mentions > 0 AND v.previous_day >= a.day - CAST($returning_days AS INTEGER)) AS returning_accounts,
        count(*) FILTER (WHERE a.mentions > 0 AND v.previous_day < a.day - CAST($returning_days AS INTEGER)) AS reactivated_accounts,
        sum(a.mentions) FILTER (WHERE a.account_id IS NULL) AS authorless_posts, sum(a.replies) AS replies, sum(a.directed) AS directed,
        sum(a.copies) AS copies, sum(a.reposts) AS reposts, count(a.account_id) FILTER (WHERE a.reposts > 0) AS amplifications,
        sum(a.likes) AS likes, sum(a.comments) AS comments, sum(a.shares) AS shares, sum(a.quotes) AS quotes, sum(a.saves) AS saves,
        sum(a.views) AS views, sum(a.engagements) AS engagements, sum(a.with_picture) AS with_picture, sum(a.with_video) AS with_video,
        sum(a.with_audio) AS with_audio, sum(a.with_text) AS with_text,
        count(a.followers) FILTER (WHERE a.account_id IS NOT NULL) AS accounts_known,
        max(a.followers) FILTER (WHERE a.account_id IS NOT NULL) AS audience_low,
        sum(a.upper_end) FILTER (WHERE a.account_id IS NOT NULL) AS audience_high,
        sum(a.gross) FILTER (WHERE a.account_id IS NOT NULL) AS audience_gross
    FROM accounts AS a
    LEFT JOIN _account_visits AS v ON v.brand_id = a.brand_id AND v.network = a.network AND v.account_id = a.account_id AND v.day = a.day
    GROUP BY a.brand_id, a.network, a.tier, a.relation, a.day
),
-- K5: earned relations only, and only once the brand's history is long enough.
judged AS (
    SELECT n.*, b.history_from + CAST($returning_days AS INTEGER) <= n.day AND n.relation IN ('organic', 'gifted', 'contest') AS knows_kinds
    FROM leaves AS n
    JOIN core_brands AS b ON b.brand_id = n.brand_id
)
SELECT
    brand_id, network, tier, relation, day, mentions, accounts, CASE WHEN knows_kinds THEN new_accounts END AS new_accounts,
    CASE WHEN knows_kinds THEN returning_accounts END AS returning_accounts,
    CASE WHEN knows_kinds THEN reactivated_accounts END AS reactivated_accounts,
    coalesce(authorless_posts, 0) AS authorless_posts, mentions - replies AS originals, replies, directed, copies, reposts, amplifications,
    likes, comments, shares, quotes, saves, views, engagements, audience_low, audience_high, audience_gross,
    accounts_known / nullif(accounts, 0) AS audience_known_share, with_picture, with_video, with_audio, with_text
FROM judged
