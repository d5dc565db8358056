-- UTC days on which posts lie whose author is another creator after tonight.
WITH changed AS (
    (SELECT network, account_id, creator_id FROM core_creator_links EXCEPT SELECT network, account_id, creator_id FROM core_creator_links_before)
    UNION ALL
    (SELECT network, account_id, creator_id FROM core_creator_links_before EXCEPT SELECT network, account_id, creator_id FROM core_creator_links)
)
SELECT DISTINCT a.posted_on AS day FROM _account_day_audience_before AS a
SEMI JOIN changed AS c ON c.network = a.network AND c.account_id = a.account_id
