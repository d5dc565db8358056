"""Every folder golden/<table>/<case>/ with an expect.csv is a test (README.md here tells how to add one)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from microinf_pipeline_tests.golden import cases
from microinf_pipeline_tests.golden.cases import Case

CASES = cases.cases()


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.id)
def ran(request: pytest.FixtureRequest) -> Iterator[tuple[Case, duckdb.DuckDBPyConnection]]:
    """A case and the database its model ran in."""
    db = cases.run(request.param)
    yield request.param, db
    db.close()


def _near(row: dict[str, Any]) -> dict[str, Any]:
    """Numbers worked out by hand carry six digits."""
    return {
        name: pytest.approx(value, rel=1e-6, abs=1e-12) if isinstance(value, float) else value for name, value in row.items()
    }


def test_the_model_makes_what_was_worked_out_by_hand(ran: tuple[Case, duckdb.DuckDBPyConnection]) -> None:
    case, db = ran
    wanted = cases.expected(case, db)
    header, _ = cases.csv_rows(case.folder / "expect.csv")
    assert cases.actual(case, db, header) == [_near(row) for row in wanted]


def test_the_order_of_rows_does_not_matter(ran: tuple[Case, duckdb.DuckDBPyConnection]) -> None:
    case, db = ran
    everything = list(case.table.column_names)
    assert cases.actual(case, cases.run(case, backwards=True), everything) == cases.actual(case, db, everything)


def test_the_rows_keep_what_the_catalogue_says_of_them(ran: tuple[Case, duckdb.DuckDBPyConnection]) -> None:
    assert list(cases.broken_rules(*ran)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_case_says_how_its_numbers_were_worked_out(case: Case) -> None:
    comments = [line for line in (case.folder / "expect.csv").read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert comments or (case.folder / "README.md").exists()
