-- Posts that were delivered more than once: every value from the last delivery that has it, in the order of
-- (night, observed_at nulls first, source rank, attempt, file, row).
WITH ordered AS (
    SELECT *,
        row_number() OVER (
            PARTITION BY network, post_id ORDER BY night, observed_at NULLS FIRST, source_rank, attempt, file, row_number
        ) AS nth
    FROM _deliveries
    WHERE is_repeated
)
SELECT
    network, post_id, home_on AS posted_on, count(*) AS deliveries,
    arg_max(url, nth) FILTER (WHERE url IS NOT NULL) AS url,
    arg_max(bridged_from_uri, nth) FILTER (WHERE bridged_from_uri IS NOT NULL) AS bridged_from_uri,
    coalesce(
        arg_max(account_key, nth) FILTER (WHERE account_key NOT LIKE 'h:%'),
        arg_max(account_key, nth) FILTER (WHERE account_key IS NOT NULL)
    ) AS account_key,
    arg_max(handle, nth) FILTER (WHERE handle IS NOT NULL) AS handle,
    arg_max(title, nth) FILTER (WHERE title IS NOT NULL) AS title,
    arg_max(text, nth) FILTER (WHERE text IS NOT NULL) AS text,
    arg_max(lang, nth) FILTER (WHERE lang IS NOT NULL) AS lang,
    arg_max(lang_source, nth) FILTER (WHERE lang IS NOT NULL) AS lang_source,
    arg_max(country, nth) FILTER (WHERE country IS NOT NULL) AS country,
    arg_max(created_at, nth) AS created_at,
    max(edited_at) AS edited_at,
    arg_max(post_type, nth) AS post_type,
    arg_max(reply_to_post_id, nth) FILTER (WHERE reply_to_post_id IS NOT NULL) AS reply_to_post_id,
    arg_max(reply_to_account_id, nth) FILTER (WHERE reply_to_account_id IS NOT NULL) AS reply_to_account_id,
    arg_max(repost_of_post_id, nth) FILTER (WHERE repost_of_post_id IS NOT NULL) AS repost_of_post_id,
    arg_max(quote_of_post_id, nth) FILTER (WHERE quote_of_post_id IS NOT NULL) AS quote_of_post_id,
    arg_max(thread_root_post_id, nth) FILTER (WHERE thread_root_post_id IS NOT NULL) AS thread_root_post_id,
    arg_max(media, nth) FILTER (WHERE media IS NOT NULL) AS media,
    arg_max(likes, nth) FILTER (WHERE likes IS NOT NULL) AS likes,
    arg_max(comments, nth) FILTER (WHERE comments IS NOT NULL) AS comments,
    arg_max(shares, nth) FILTER (WHERE shares IS NOT NULL) AS shares,
    arg_max(quotes, nth) FILTER (WHERE quotes IS NOT NULL) AS quotes,
    arg_max(saves, nth) FILTER (WHERE saves IS NOT NULL) AS saves,
    arg_max(views, nth) FILTER (WHERE views IS NOT NULL) AS views,
    arg_max(impressions, nth) FILTER (WHERE impressions IS NOT NULL) AS impressions,
    arg_max(reach_measured, nth) FILTER (WHERE reach_measured IS NOT NULL) AS reach_measured,
    max(seen_at) FILTER (
        WHERE likes IS NOT NULL OR comments IS NOT NULL OR shares IS NOT NULL OR views IS NOT NULL
    ) AS metrics_observed_at,
    arg_min(delivered_followers, nth) FILTER (WHERE delivered_followers IS NOT NULL) AS delivered_followers,
    arg_max(is_paid_label, nth) FILTER (WHERE is_paid_label IS NOT NULL) AS is_paid_label,
    arg_max(sponsors, nth) FILTER (WHERE sponsors IS NOT NULL) AS sponsors,
    arg_max(sentiment, nth) FILTER (WHERE sentiment IS NOT NULL) AS sentiment,
    arg_max(origin, nth) AS origin,
    coalesce(min(capture_reason), 'mention') AS capture_reason,
    min(seen_at) AS first_seen_at, max(seen_at) AS last_seen_at,
    arg_min(night, nth) AS first_night, arg_min(source, nth) AS first_source,
    arg_max(hashtags, nth) AS hashtags, arg_max(hashtags_as_written, nth) AS hashtags_as_written,
    arg_max(mentioned, nth) AS mentioned, arg_max(link_hosts, nth) AS link_hosts,
    arg_max(words_beyond_handles, nth) AS words_beyond_handles,
    arg_max(given_brand_id, nth) FILTER (WHERE given_brand_id IS NOT NULL) AS given_brand_id,
    nullif(arg_max(coalesce(kept_readings, ''), nth), '') AS kept_readings
FROM ordered
GROUP BY network, post_id, home_on
