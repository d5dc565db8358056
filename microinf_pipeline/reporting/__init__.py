"""What people read: the data dictionary, charts, the report. Rendered from the catalogue and published tables."""
