"""Whatever a server answers: a source ends, says honestly how it went, and loses nothing that was delivered.

What spoils whole answers begins at the first request, much of it after some good ones, too.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import pytest

from microinf_pipeline.errors import MicroinfError
from microinf_pipeline_tests.contract.case import Case
from microinf_pipeline_tests.contract.hostile import MISCHIEFS, HostileTwin, Mischief
from microinf_pipeline_tests.contract.lab import BUDGET, Lab, in_any_order
from microinf_pipeline_tests.contract.registry import cases


@pytest.fixture(params=cases(), ids=lambda case: case.__module__.rpartition(".")[2])
def case(request: pytest.FixtureRequest) -> Case:
    return request.param()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("mischief", "after"),
    [pytest.param(one, after, id=f"{one.name}, after {after}") for one in MISCHIEFS for after in one.after],
)
def test_a_source_ends_honestly_and_loses_no_row(
    case: Case, mischief: Mischief, after: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    filled = case.fill(12, 2)
    task = case.task(posts=filled.inside[:2], accounts=filled.authors, timelines=filled.authors[:1])
    twin = HostileTwin(case, mischief, after)
    lab = Lab(case).capture(task, handler=twin, total_seconds=mischief.seconds, attempts=mischief.attempts)
    assert lab.result is not None or isinstance(lab.error, MicroinfError)
    assert len(lab.server.requests) <= BUDGET
    assert max(lab.waits, default=0) < 1000
    if twin.touched and not mischief.spares_all:
        assert lab.status != "complete"
    assert lost_rows(lab) == {}
    if mischief.spares_all:
        parsed, again = lab.parsed(), lab.parsed_from(list(lab.pages.values())[::-1])
        assert in_any_order(parsed.posts) == in_any_order(again.posts)
    assert [secret for secret in case.secrets if secret in lab.written() + lab.told + caplog.text] == []


def lost_rows(lab: Lab) -> dict[str, list[Any]]:
    """By page: the rows it shows that are neither delivered nor refused."""
    parsed = lab.parsed()
    delivered = {*parsed.posts["post_id"], *parsed.accounts["account_id"], *parsed.accounts["handle"]}
    refused = Counter(parsed.rejects["file"])
    shown = {
        name: [one for one in lab.case.rows_in(page) if not isinstance(one, str) or one not in delivered]
        for name, page in lab.pages.items()
    }
    return {name: rows for name, rows in shown.items() if len(rows) > refused[name]}
