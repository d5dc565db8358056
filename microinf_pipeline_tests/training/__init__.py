"""Scripts that made the small coefficient files in `rules/` from labelled sets, which are read from outside."""
