from __future__ import annotations

from itertools import product

import polars as pl

from microinf_pipeline.features.disclosure import labels, verdicts
from microinf_pipeline.models.disclosure_rules import COLUMNS, rows

RULES = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows()}
TEXTS = (
    None, "shoes", "#ad", "shoes " * 40 + "#ad", "a #b #c #ad #d", "#spon", "#ee", "#acmepartner", "#gympartner", "#werbung",
    "schuhe #werbung", "#acmecontest", "#sweeps", "#gifted", "#affiliate", "Anzeige: Schuhe", "unbezahlte Werbung", "#publi",
)  # fmt: skip
CONNECTIONS = (None, "none", "owned", "paid", "gifted", "contest", "employee", "vested")


def test_every_rule_is_named_once_and_says_who_says_so() -> None:
    assert len(RULES) == len(rows())
    assert [rule for rule in RULES.values() if not (rule["words"] and rule["rule_source"])] == []


def test_every_verdict_has_its_rule_and_its_rule_that_verdict() -> None:
    cases = pl.DataFrame(
        [
            {"row": n, "jurisdiction": where, "connection_type": connection, "platform_label": label, "brand_names": ["acme"]}
            for n, _ in enumerate(TEXTS)
            for where, connection, label in product(("US", "DE", "UK", "EU"), CONNECTIONS, (True, False))
        ],
        schema_overrides={"row": pl.Int64, "connection_type": pl.String},
    )
    found = labels(pl.Series(TEXTS), pl.Series(["instagram"] * len(TEXTS)))
    judged = verdicts(cases, found).rows(named=True)
    assert {(j["rule_id"], j["verdict"]) for j in judged} <= {(name, rule["verdict"]) for name, rule in RULES.items()}
