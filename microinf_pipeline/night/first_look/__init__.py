"""`microinf try`: from a file nobody has described to a guess of its columns, a configuration and a first impression."""
