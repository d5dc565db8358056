-- Pairs that may be one person's and are not merged: likeness, and evidence that was not followed, for a person to decide.
SELECT network, account_id, other_network, other_account_id, evidence, confidence, words AS evidence_words, reason FROM suggested_links
