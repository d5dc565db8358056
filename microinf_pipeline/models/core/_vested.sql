-- Persons with other ties to a brand, known by the hashes of their accounts alone.
SELECT account_hash, brand_id, valid_from, CASE WHEN count(valid_to) = count(*) THEN max(valid_to) END AS valid_to
FROM vested_hashes
GROUP BY account_hash, brand_id, valid_from
