-- Deals with the account each was made with, if it was seen. K12: cost = fees and gifts; unknown while what was given has no amount.
WITH accounts AS (
    SELECT person_id AS deal_key, min(account_id) AS account_id
    FROM known_roles
    WHERE role IN ('paid', 'gifted') AND matched_by = 'account'
    GROUP BY person_id
)
SELECT
    d.deal_key, d.deal_id, d.brand_id, d.campaign_id, d.network, d.account, a.account_id, d.kind, d.relation, d.gifts, d.fees,
    CASE WHEN d.relation = 'paid' AND d.fees IS NULL THEN NULL WHEN d.relation = 'gifted' AND d.gifts IS NULL THEN NULL
        ELSE CAST(CAST(coalesce(d.fees, 0) AS DECIMAL(18, 6)) + CAST(coalesce(d.gifts, 0) AS DECIMAL(18, 6)) AS DOUBLE) END AS cost,
    d.currency, d.pricing_model, d.code, d.link, d.agreed_on, d.valid_from, d.valid_to
FROM given_deals AS d
LEFT JOIN accounts AS a ON a.deal_key = d.deal_key
