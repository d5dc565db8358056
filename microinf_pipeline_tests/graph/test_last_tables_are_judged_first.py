"""What is written last is judged too, before it counts: the verdicts themselves, and the meta tables of a publication."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline.catalog.capabilities import CAPABILITIES
from microinf_pipeline.errors import GateStoppedNightError
from microinf_pipeline.night import accepting, gating, publishing, stages
from microinf_pipeline_tests.homes import SmallHome, a_post

_NIGHT = "2026-03-02"


@pytest.fixture
def home(tmp_path: Path) -> SmallHome:
    return SmallHome(tmp_path, {"posts": [a_post(_NIGHT, "1")]})


def test_meta_tables_that_break_a_gate_publish_nothing(home: SmallHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home.run(_NIGHT)
    first = publishing.publish(home.settings)
    pointer = (home.home.lake / "CURRENT.json").read_bytes()
    monkeypatch.setattr(publishing, "CAPABILITIES", CAPABILITIES[:1] * 2)
    with pytest.raises(GateStoppedNightError, match=r"meta_capabilities\.keeps_its_grain"):
        publishing.publish(home.settings)
    assert home.home.published.resolve() == first.path
    assert (home.home.lake / "CURRENT.json").read_bytes() == pointer


def test_verdicts_that_break_a_gate_of_their_own_accept_nothing(home: SmallHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MODEL_STAGES", ())
    monkeypatch.setattr(accepting, "quality_rows", _each_twice(gating.quality_rows))
    with pytest.raises(GateStoppedNightError, match=r"mart_quality\.keeps_its_grain"):
        home.run(_NIGHT)
    assert not (home.home.lake / "CURRENT.json").exists()


def _each_twice(rows: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    return lambda *given: rows(*given) * 2
