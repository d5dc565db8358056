-- Hashtags of a day that hold one to four withheld persons: under whichever campaign.
SELECT m.brand_id, t.hashtag, m.network, m.day
FROM withheld_mentions AS m
INNER JOIN core_post_hashtags AS t ON t.network = m.network AND t.post_id = m.post_id
WHERE m.counts_as_earned
GROUP BY m.brand_id, t.hashtag, m.network, m.day
HAVING count(DISTINCT m.person) < $fewest_persons
