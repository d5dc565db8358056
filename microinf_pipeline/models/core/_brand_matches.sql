-- Matching is row by row in the text (`features.brands`).
SELECT network, post_id, brand_id, matched_by, matched_text, in_own_words, only_leading_handle, posted_on FROM matched_brands
