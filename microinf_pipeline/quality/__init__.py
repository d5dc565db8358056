"""Whether a table may be trusted: gates from the catalogue, fact sheets as SQL text, verdicts.

Put here: what is measured and how it is judged. Keep out: running the SQL (storage), and what a red verdict does to the
night (night and orchestration).
"""
