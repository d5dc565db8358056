"""What is written from the models: the reference, the starter; and names shared with other rooms."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.catalog import observed
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings import fields, load, read
from microinf_pipeline.settings.inputs import INPUT_FILES, Inputs
from microinf_pipeline.settings.reference import render
from microinf_pipeline.settings.starter import starter_text, write_starter

ROOT = Path(__file__).parents[3]


def test_the_reference_in_docs_is_what_the_models_say() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert written == render(), "render it again: python -m microinf_pipeline.settings.reference docs/configuration.md"


def test_every_key_is_described() -> None:
    rows = [row for line in render().splitlines() if line.startswith("| `") and len(row := line.split(" | ")) == 3]
    assert [row[0] for row in rows if not row[-1].strip(" |")] == []


def test_the_starter_loads_without_problems(tmp_path: Path) -> None:
    written = write_starter(tmp_path)
    settings = load(written[0])
    assert [getattr(settings.inputs, key) for key in INPUT_FILES] == written[1:]


def test_the_starter_still_loads_with_every_comment_taken_off(tmp_path: Path) -> None:
    lines = [
        line.replace("# ", "", 1) if line.strip().startswith("# ") and "  " in line[:2] else line
        for line in starter_text().splitlines()
    ]
    keep = [line for line in lines if not line.strip().startswith(("Any export", "Public tag", "Secrets come", "Also:"))]
    path = tmp_path / "microinf.yaml"
    path.write_text("\n".join(keep), encoding="utf-8")
    reading = read(path, {"BLUESKY_APP_PASSWORD": "x", "YOUTUBE_API_KEY": "y"})
    assert reading.problems == ()
    assert reading.settings is not None
    assert [s.name for s in reading.settings.sources] == ["instagram_export", "fediverse", "bluesky", "youtube"]


def test_the_starter_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "inputs").mkdir()
    kept = tmp_path / "inputs" / "deals.csv"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(FixConfigurationError, match="nothing was written"):
        write_starter(tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [kept]


def test_input_files_and_input_keys_are_the_same() -> None:
    assert tuple(INPUT_FILES) == Inputs.key_names()


def test_names_are_those_of_the_rooms_above() -> None:
    assert fields.NETWORKS == observed.NETWORKS
