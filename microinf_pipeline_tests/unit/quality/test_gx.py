"""Great Expectations judges fact sheets: red and green, shares, severities, and its own failures."""

from __future__ import annotations

from typing import Any

import pytest

from microinf_pipeline.catalog.model import Severity
from microinf_pipeline.catalog.tables import ORDER
from microinf_pipeline.errors import MicroinfError
from microinf_pipeline.quality import gx
from microinf_pipeline.quality.gates import gates_of
from microinf_pipeline.quality.verdict import Verdict
from microinf_pipeline_tests.unit.quality.relations import SALES, SHOPS, gate_called


def sheet(**only: Any) -> dict[str, Any]:
    facts = {m.fact: 0 for gate in gates_of(SALES) for m in gate.measures}
    return {"row_count": 10, **facts, **only}


def red(verdicts: tuple[Verdict, ...]) -> dict[str, Severity]:
    return {v.gate: v.severity for v in verdicts if not v.passed}


def test_every_gate_of_every_table_gets_one_verdict_in_order() -> None:
    shops = {"row_count": 1, **{m.fact: 0 for gate in gates_of(SHOPS) for m in gate.measures}}
    verdicts = gx.judge([(SALES, sheet()), (SHOPS, shops)])
    assert [(v.table, v.gate) for v in verdicts] == [(t.name, g.name) for t in (SALES, SHOPS) for g in gates_of(t)]
    assert red(verdicts) == {}


def test_red_gates_name_what_broke_and_how_often() -> None:
    (verdict,) = [v for v in gx.judge([(SALES, sheet(below__pieces=2, infinite__turnover=1))]) if not v.passed]
    assert verdict == Verdict(
        "sales",
        "stays_in_range",
        Severity.ERROR,
        False,
        {"rows": 10, "broken": {"pieces < 0": 2, "turnover not finite": 1}, "why": gate_called(SALES, "stays_in_range").why},
    )
    assert verdict.stops_the_night


def test_one_row_in_a_billion_breaks_a_gate_that_allows_none() -> None:
    assert red(gx.judge([(SALES, sheet(row_count=10**9, repeated_keys=1))])) == {"keeps_its_grain": Severity.ERROR}


def test_a_share_is_allowed_up_to_its_limit_and_warns_beyond() -> None:
    at, beyond = (
        gx.judge([(SALES, sheet(breaks__sells_little_at_once=5))]),
        gx.judge([(SALES, sheet(breaks__sells_little_at_once=6))]),
    )
    assert (red(at), red(beyond)) == ({}, {"sells_little_at_once": Severity.WARN})
    assert not any(v.stops_the_night for v in beyond)


def test_without_its_schema_a_table_is_red_and_nothing_else_is_judged() -> None:
    facts = {m.fact: 0 for m in gate_called(SALES, "matches_its_schema").measures} | {"misfits__day": 1}
    schema, *others = gx.judge([(SALES, facts)])
    assert schema.evidence["broken"] == {"day": 1}
    assert [v.evidence for v in others] == [{"not_judged": "matches_its_schema is red"}] * 7
    assert not any(v.passed for v in (schema, *others))


def test_a_missing_fact_is_an_error_of_the_check() -> None:
    facts = sheet()
    del facts["repeated_keys"]
    with pytest.raises(MicroinfError, match="keeps_its_grain of sales cannot be judged: its fact sheet lacks repeated_keys"):
        gx.judge([(SALES, facts)])


def test_an_exception_inside_great_expectations_is_an_error_of_the_check() -> None:
    bounds = {"sales.keeps_its_grain": (0.0, "critical")}
    result = gx._validate({"sales.keeps_its_grain": "a word"}, bounds)  # type: ignore[dict-item]
    with pytest.raises(MicroinfError, match=r"Great Expectations failed on critical above 0\.0"):
        gx._outcomes(result, bounds)


def test_a_share_that_is_missing_is_an_error_of_the_check() -> None:
    bounds = {"sales.keeps_its_grain": (0.0, "critical"), "sales.stays_in_range": (0.0, "critical")}
    result = gx._validate({"sales.keeps_its_grain": 0.0, "sales.stays_in_range": float("nan")}, bounds)
    with pytest.raises(MicroinfError, match="1 of 2 gates were judged"):
        gx._outcomes(result, bounds)


def test_no_sheets_give_no_verdicts() -> None:
    assert gx.judge([]) == ()


def test_the_whole_catalogue_is_judged_at_once() -> None:
    sheets = [(t, {"row_count": 1, **{m.fact: 0 for g in gates_of(t) for m in g.measures}}) for t in ORDER]
    assert red(gx.judge(sheets)) == {}
