"""The CSV lists a brand keeps under `inputs:` (people, deals, sales, records), read and judged before models see them."""
