"""Great Expectations judges the fact sheets: the only file that imports it, in a process of its own (`judging`).

The engine has measured; what is left is one small frame with one row a gate, holding the share of its rows that break it.
Gates of one bound and one severity share a column, and a column is one expectation: 250 gates are judged in 0.09 CPU s,
0.9 when each gate was an expectation of its own.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from microinf_pipeline.catalog.model import Severity, Table
from microinf_pipeline.errors import MicroinfError
from microinf_pipeline.quality.gates import Gate, Kind, gates_of
from microinf_pipeline.quality.judging import JUDGE, Bounds, Outcomes, take_output
from microinf_pipeline.quality.verdict import Verdict

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

Facts = Mapping[str, Any]

_TO_GX = {Severity.ERROR: "critical", Severity.WARN: "warning"}
_GATE = "gate"
_WITH_FAILING_GATES = {"result_format": "COMPLETE", "unexpected_index_column_names": [_GATE]}
_FROM_GX = {theirs: ours for ours, theirs in _TO_GX.items()}


def judge(sheets: Sequence[tuple[Table, Facts]]) -> tuple[Verdict, ...]:
    """Judge every gate of every table, in the order given.

    A sheet is the union of `schema_facts` and the row of `fact_sheet_sql`. Where the schema does not match, the second
    cannot be measured: the sheet then holds schema facts alone, and the other gates are red as not judged.

    Raises MicroinfError when a fact is missing or Great Expectations itself fails: a broken check says nothing about data.
    """
    shares: dict[str, float] = {}
    gates: dict[str, Gate] = {}
    for table, facts in sheets:
        for gate in _measured(table, facts):
            shares[_column(table, gate)] = broken_share(table, gate, facts)
            gates[_column(table, gate)] = gate
    bounds = {column: (gate.allowed_share, _TO_GX[gate.severity]) for column, gate in gates.items()}
    outcomes = JUDGE.outcomes(shares, bounds) if gates else {}
    return tuple(_verdict(table, gate, facts, outcomes) for table, facts in sheets for gate in gates_of(table))


def _measured(table: Table, facts: Facts) -> Iterator[Gate]:
    return (gate for gate in gates_of(table) if gate.kind is Kind.SCHEMA or "row_count" in facts)


def broken_share(table: Table, gate: Gate, facts: Facts) -> float:
    """Breaches of the gate by rows of the table, not capped: a row may break a gate in several columns."""
    missing = [m.fact for m in gate.measures if facts.get(m.fact) is None]
    if missing:
        raise MicroinfError(
            f"{gate.name} of {table.name} cannot be judged: its fact sheet lacks {', '.join(missing)}",
            where="quality/gx.py",
            fix="measure fact_sheet_sql(table) and schema_facts(table, …) anew",
        )
    breaches = sum(int(facts[m.fact]) for m in gate.measures)
    return breaches / max(int(facts.get("row_count", 1)), 1)


def serve() -> None:
    """Answer questions of `judging.Judge` until there are no more."""
    channel = take_output()
    _context()  # before the first question: it imports for seconds
    for line in sys.stdin:
        channel.write(json.dumps(_answer(json.loads(line))) + "\n")
        channel.flush()


def _answer(question: Mapping[str, Any]) -> dict[str, Any]:
    bounds = {column: (float(share), str(severity)) for column, (share, severity) in question["bounds"].items()}
    try:
        return {"outcomes": _outcomes(_validate(question["shares"], bounds), bounds)}
    except MicroinfError as error:
        return {"error": error.what, "fix": error.fix}


def _import_when_used(name: str) -> None:
    """Great Expectations imports scipy's statistics for expectations nothing here uses: a third of its 3 CPU s."""
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    parent, _, child = name.rpartition(".")
    setattr(sys.modules[parent], child, module)  # as an import would


@cache
def _context() -> EphemeralDataContext:
    """One a process: making it takes longer than judging by it."""
    _import_when_used("scipy.stats")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.variables.analytics_enabled = False
    return context


def _validate(shares: Mapping[str, float], bounds: Bounds) -> ExpectationSuiteValidationResult:
    import great_expectations as gx
    import pandas as pd
    from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
    from great_expectations.expectations.metadata_types import FailureSeverity

    groups = _by_bound(bounds)
    expectations = [
        ExpectColumnValuesToBeBetween(
            column=column, max_value=bounds[gates[0]][0], severity=FailureSeverity(bounds[gates[0]][1])
        )
        for column, gates in groups.items()
    ]
    columns = {column: [shares[g] if g in set(gates) else None for g in shares] for column, gates in groups.items()}
    frame = pd.DataFrame({_GATE: list(shares), **columns})
    asset = _context().data_sources.add_or_update_pandas("facts").add_dataframe_asset("shares")
    batch = asset.add_batch_definition_whole_dataframe("night").get_batch({"dataframe": frame})
    return batch.validate(gx.ExpectationSuite(name="gates", expectations=expectations), result_format=_WITH_FAILING_GATES)


def _by_bound(bounds: Bounds) -> dict[str, list[str]]:
    """Gates that are judged alike, under the name of their column."""
    groups: dict[str, list[str]] = {}
    for gate, (allowed, severity) in bounds.items():
        groups.setdefault(f"{severity} above {allowed}", []).append(gate)
    return groups


def _outcomes(result: ExpectationSuiteValidationResult, bounds: Bounds) -> Outcomes:
    """Success and severity (in GX's words) by gate."""
    groups = _by_bound(bounds)
    outcomes: Outcomes = {}
    for one in result.results:
        config = one.expectation_config
        column = str(config.kwargs["column"]) if config else ""
        told = one.result or {}
        judged = told.get("element_count", 0) - told.get("missing_count", 0)
        if config is None or _raised(one) or judged != len(groups[column]):
            raise _failed(column, _raised(one) or f"{judged} of {len(groups[column])} gates were judged")
        broken = {row[_GATE] for row in told["unexpected_index_list"]}
        outcomes |= {gate: (gate not in broken, str(config.severity.value)) for gate in groups[column]}
    if outcomes.keys() != bounds.keys():
        raise _failed(", ".join(sorted(bounds.keys() - outcomes.keys())), "not judged")
    return outcomes


def _failed(on: str, why: str) -> MicroinfError:
    return MicroinfError(
        f"Great Expectations failed on {on or 'an expectation'}: {why}",
        where="quality/gx.py",
        fix="this is an error of the check, not of the data: compare the installed version with constraints.txt",
    )


def _raised(one: ExpectationValidationResult) -> str:
    """Message of the exception behind a result; '' when there was none. GX reports it flat or keyed by metric."""
    info = one.exception_info or {}
    nested: Iterable[Any] = (info, *info.values())
    messages = [str(i.get("exception_message")) for i in nested if isinstance(i, Mapping) and i.get("raised_exception")]
    return "; ".join(messages)


def _verdict(table: Table, gate: Gate, facts: Facts, outcomes: Outcomes) -> Verdict:
    outcome = outcomes.get(_column(table, gate))
    if outcome is None:
        return Verdict(table.name, gate.name, gate.severity, False, {"not_judged": "matches_its_schema is red"})
    passed, severity = outcome
    return Verdict(table.name, gate.name, _FROM_GX[severity], passed, evidence(gate, facts))


def evidence(gate: Gate, facts: Facts) -> dict[str, Any]:
    """Counts and names behind a verdict: rows, what broke and how often, the share allowed."""
    broken = {m.subject: int(facts[m.fact]) for m in gate.measures if facts[m.fact]}
    shown: dict[str, Any] = {"rows": facts.get("row_count"), "broken": broken}
    if gate.allowed_share:
        shown["allowed_share"] = gate.allowed_share
    if broken:
        shown["why"] = gate.why
    return shown


def _column(table: Table, gate: Gate) -> str:
    return f"{table.name}.{gate.name}"
