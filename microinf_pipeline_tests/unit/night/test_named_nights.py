"""A night does not read files without rows of it, and nothing else follows from that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.night.named_nights import NamedNights
from microinf_pipeline.sources.files.spec import FileSourceSpec

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
SPEC = FileSourceSpec("feed", "feed/*.csv")


def test_a_file_is_passed_over_in_nights_its_rows_do_not_name(tmp_path: Path) -> None:
    path = tmp_path / "nights.json"
    assert not NamedNights(path, SPEC).has_none_of("a.csv", FIRST)
    NamedNights(path, SPEC).remember("a.csv", [SECOND])
    named = NamedNights(path, SPEC)
    assert [named.has_none_of("a.csv", night) for night in (FIRST, SECOND)] == [True, False]
    assert not named.has_none_of("b.csv", FIRST)


def test_a_file_whose_rows_name_no_night_is_of_every_night(tmp_path: Path) -> None:
    NamedNights(tmp_path / "nights.json", SPEC).remember("a.csv", [])
    assert not NamedNights(tmp_path / "nights.json", SPEC).has_none_of("a.csv", FIRST)


def test_another_configuration_remembers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "nights.json"
    NamedNights(path, SPEC).remember("a.csv", [SECOND])
    other = FileSourceSpec("feed", "feed/*.csv", timezone="Europe/Berlin")
    assert not NamedNights(path, other).has_none_of("a.csv", FIRST)


def test_what_is_stored_does_not_hang_on_the_order_of_files(tmp_path: Path) -> None:
    for name, files in (("one", "ab"), ("two", "ba")):
        for file in files:
            NamedNights(tmp_path / name, SPEC).remember(file, [SECOND, FIRST])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_broken_memory_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "nights.json").write_text("{")
    with pytest.raises(BrokenStateError, match="delete the file"):
        NamedNights(tmp_path / "nights.json", SPEC)
