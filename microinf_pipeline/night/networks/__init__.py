"""From the settings of a network to its source, ready to capture: one module a type; `night.sources` picks it."""
