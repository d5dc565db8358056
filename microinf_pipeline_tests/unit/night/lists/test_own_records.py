"""The brand's own records: read, judged line by line, and no row where no file is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.lists import own_records
from microinf_pipeline.settings import Settings, load

Reader = Callable[[Settings], pl.DataFrame]
OUTREACH = "network,account,brand_id,status,changed_on\n"
DECISIONS = "decided_on,brand_id,subject,decision,network,account,reason\n"
RIGHTS = "network,post_id,brand_id,status,granted_on,valid_until\n"
BENCHMARKS = "network,tier,format,er_median,definition,year,publisher\n"


def settings_with(folder: Path, name: str, text: str) -> Settings:
    """One brand, and one of its lists."""
    (folder / "microinf.yaml").write_text(f"brands: [{{id: kaffeo}}]\ninputs: {{{name}: list.csv}}\n")
    (folder / "list.csv").write_text(text)
    return load(folder / "microinf.yaml")


def test_steps_of_a_contact_are_ranked_within_a_day_and_told_once(tmp_path: Path) -> None:
    text = (
        OUTREACH + "x,@Ann,kaffeo,answered,2026-06-01\nx,@Ann,kaffeo,contacted,2026-06-01\nx,@Ann,kaffeo,contacted,2026-06-01\n"
    )
    found = own_records.given_outreach(settings_with(tmp_path, "outreach", text))
    day = date(2026, 6, 1)
    assert found.rows() == [("x", "Ann", "kaffeo", "answered", day, 1), ("x", "Ann", "kaffeo", "contacted", day, 0)]


def test_only_decisions_to_leave_a_creator_alone_concern_outreach(tmp_path: Path) -> None:
    text = DECISIONS + (
        "2026-06-01,kaffeo,creator,suppress,x,ann,asked us to\n"
        "2026-06-02,kaffeo,post,suppress,x,ann,\n"
        "2026-06-03,kaffeo,creator,invite,x,ann,\n"
        "2026-06-04,kaffeo,creator,resume,x,ann,\n"
    )
    found = own_records.given_suppressions(settings_with(tmp_path, "decisions", text))
    assert found.select("decision", "reason", "decided_on").rows() == [
        ("resume", None, date(2026, 6, 4)),
        ("suppress", "asked us to", date(2026, 6, 1)),
    ]


def test_a_right_without_days_has_none(tmp_path: Path) -> None:
    found = own_records.given_rights(settings_with(tmp_path, "rights", RIGHTS + "x,1,kaffeo,granted,,\n"))
    assert found.rows() == [("x", "1", "kaffeo", "granted", None, None)]


def test_a_benchmark_without_a_format_is_one_of_all_formats(tmp_path: Path) -> None:
    text = BENCHMARKS + "x,nano,,0.03,likes by followers,2025,Messwerk\n"
    found = own_records.given_benchmarks(settings_with(tmp_path, "benchmarks", text))
    assert found.row(0, named=True) == {
        "network": "x", "tier": "nano", "format": "*", "definition": "likes by followers", "publisher": "Messwerk",
        "er_median": 0.03, "year": 2025,
    }  # fmt: skip


@pytest.mark.parametrize(
    "read",
    [own_records.given_outreach, own_records.given_suppressions, own_records.given_rights, own_records.given_benchmarks],
)
def test_without_a_file_there_are_no_rows(tmp_path: Path, read: Reader) -> None:
    (tmp_path / "microinf.yaml").write_text("brands: [{id: kaffeo}]\n")
    assert read(load(tmp_path / "microinf.yaml")).is_empty()


@pytest.mark.parametrize(
    ("name", "read", "text", "told"),
    [
        ("outreach", own_records.given_outreach, OUTREACH + "x,ann,kaffeo,ghosted,2026-06-01\n", "an unknown status in line 2"),
        ("outreach", own_records.given_outreach, OUTREACH + "x,ann,kaffeo,contacted,\n", "an empty changed_on in line 2"),
        ("outreach", own_records.given_outreach, OUTREACH + "x,ann,kaffeo,contacted,1 June\n", "that is not YYYY-MM-DD in line 2"),
        ("outreach", own_records.given_outreach, OUTREACH + "x,ann,teelo,contacted,2026-06-01\n", "a brand_id that no brand has in line 2"),
        ("outreach", own_records.given_outreach, OUTREACH + "x,,kaffeo,contacted,2026-06-01\n", "an empty account in line 2"),
        ("decisions", own_records.given_suppressions, DECISIONS + ",kaffeo,creator,suppress,x,ann,\n", "an empty decided_on"),
        ("rights", own_records.given_rights, RIGHTS + "x,1,kaffeo,free,,\n", "an unknown status in line 2"),
        ("rights", own_records.given_rights, RIGHTS + "x,,kaffeo,granted,,\n", "an empty post_id in line 2"),
        ("rights", own_records.given_rights, RIGHTS + "x,1,kaffeo,granted,,soon\n", "a valid_until that is not"),
        ("benchmarks", own_records.given_benchmarks, BENCHMARKS + "x,nano,,3.1 %,d,2025,M\n", "a er_median that is no number like 1234.50 in line 2"),
        ("benchmarks", own_records.given_benchmarks, BENCHMARKS + "x,nano,,3.1,d,2025,M\n", "no share from 0 to 1 in line 2"),
        ("benchmarks", own_records.given_benchmarks, BENCHMARKS + "x,huge,,0.1,d,2025,M\n", "an unknown tier in line 2"),
        ("benchmarks", own_records.given_benchmarks, BENCHMARKS + "x,nano,,0.1,,2025,M\n", "an empty definition in line 2"),
        ("benchmarks", own_records.given_benchmarks, BENCHMARKS + "x,nano,,0.1,d,lately,M\n", "a year that is no whole number in line 2"),
        ("benchmarks", own_records.given_benchmarks, BENCHMARKS + "x,nano,,0.1,d,2025,M\n" * 2, "stands there twice in line 2, 3"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_meant_is_refused_with_its_line(
    tmp_path: Path, name: str, read: Reader, text: str, told: str
) -> None:
    with pytest.raises(FixConfigurationError, match=told):
        read(settings_with(tmp_path, name, text))
