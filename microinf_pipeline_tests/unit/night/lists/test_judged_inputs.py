"""Lists are judged before a night as the night will judge them."""

from __future__ import annotations

from pathlib import Path

from microinf_pipeline.night.lists.judged_inputs import refused_inputs
from microinf_pipeline.settings import load
from microinf_pipeline.settings.inputs import INPUT_FILES

JUDGED_AT_THE_DRAW = {"jury"}


def test_every_list_that_a_night_would_refuse_is_told(tmp_path: Path) -> None:
    wrong = [key for key in INPUT_FILES if key not in JUDGED_AT_THE_DRAW]
    for key in wrong:
        columns = INPUT_FILES[key].columns
        (tmp_path / f"{key}.csv").write_text(f"{','.join(columns)}\n{','.join('?' for _ in columns)}\n")
    paths = "".join(f"  {key}: {key}.csv\n" for key in wrong)
    (tmp_path / "microinf.yaml").write_text(f"brands: [{{id: kaffeo}}]\ninputs:\n{paths}")
    assert {key for key, _ in refused_inputs(load(tmp_path / "microinf.yaml"))} == set(wrong)
