-- What was read of the candidates' profiles: tonight, or before where nothing it rests on changed since.
SELECT
    network, account_id, lang, account_type, account_type_evidence, country, niche, niche_confidence, niche_evidence, authority, authority_evidence,
    authenticity_score, authenticity_reasons, email, invites_business, invitation_evidence
FROM read_profiles
UNION ALL
SELECT
    b.network, b.account_id, b.lang, b.account_type, b.account_type_evidence, b.country, b.niche, b.niche_confidence, b.niche_evidence, b.authority,
    b.authority_evidence, b.authenticity_score, b.authenticity_reasons, b.email, b.invites_business,
    b.invitation_evidence
FROM _account_profiles_before AS b
SEMI JOIN profile_candidates AS c ON c.network = b.network AND c.account_id = b.account_id
ANTI JOIN read_profiles AS r ON r.network = b.network AND r.account_id = b.account_id
