"""Gates follow from the catalogue: no table without, every name fit for a check."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from microinf_pipeline.catalog.model import Rule, Table
from microinf_pipeline.catalog.tables import ORDER
from microinf_pipeline.quality.gates import gates_of
from microinf_pipeline_tests.unit.quality.relations import SALES, SHOPS


def test_a_table_cannot_be_without_gates() -> None:
    assert [g.name for g in gates_of(replace(SHOPS, columns=SHOPS.columns[:1]))] == [
        "matches_its_schema",
        "keeps_its_grain",
        "fills_required_columns",
    ]


def test_gates_are_grouped_by_kind_and_name_references_and_rules() -> None:
    assert [(g.name, len(g.measures)) for g in gates_of(SALES)] == [
        ("matches_its_schema", 6),
        ("keeps_its_grain", 1),
        ("fills_required_columns", 2),
        ("uses_only_allowed_values", 1),
        ("stays_in_range", 3),
        ("refers_to_shops", 1),
        ("sells_for_money", 1),
        ("sells_little_at_once", 1),
    ]


def test_two_gates_of_one_name_are_refused() -> None:
    twice = replace(SALES, rules=(Rule("keeps_its_grain", "pieces > 1", "Taken."),))
    with pytest.raises(ValueError, match="sales: gates that share a name: keeps_its_grain"):
        gates_of(twice)


@pytest.mark.parametrize("table", ORDER, ids=lambda t: t.name)
def test_every_catalogued_table_has_few_gates_with_plain_names(table: Table) -> None:
    gates = gates_of(table)
    assert {"matches_its_schema", "keeps_its_grain"} <= {g.name for g in gates}
    assert len(gates) <= 12
    assert [g.name for g in gates if not re.fullmatch(r"[a-z][a-z0-9_]*", g.name) or not g.why] == []
    facts = [m.fact for g in gates for m in g.measures]
    assert len(facts) == len(set(facts))
