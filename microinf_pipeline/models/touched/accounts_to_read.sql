-- Candidates whose profile must be read: never read, changed tonight, or with a post on a touched day.
SELECT c.network, c.account_id FROM profile_candidates AS c
SEMI JOIN changed_accounts AS a ON a.network = c.network AND a.account_id = c.account_id
UNION
SELECT c.network, c.account_id FROM profile_candidates AS c
SEMI JOIN (
    SELECT network, account_id FROM core_posts WHERE posted_on IN (SELECT day FROM touched_days)
    UNION
    SELECT network, account_id FROM core_posts_before WHERE posted_on IN (SELECT day FROM touched_days)
) AS p
    ON p.network = c.network AND p.account_id = c.account_id
UNION
SELECT c.network, c.account_id FROM profile_candidates AS c
ANTI JOIN _account_profiles_before AS b ON b.network = c.network AND b.account_id = c.account_id
