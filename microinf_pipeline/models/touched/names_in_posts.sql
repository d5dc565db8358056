-- Whom the posts to read name or tag, as any delivery told; not the brands, whose names everybody here says.
WITH named AS (
    SELECT DISTINCT o.network, o.post_id, unnest(o.mentioned) AS handle FROM deliveries_of_read AS o
    SEMI JOIN posts_read AS p ON p.network = o.network AND p.post_id = o.post_id
    WHERE array_length(o.mentioned) > 0
)
SELECT n.network, n.post_id, n.handle FROM named AS n
ANTI JOIN brand_accounts AS b ON b.network = n.network AND b.handle = n.handle
