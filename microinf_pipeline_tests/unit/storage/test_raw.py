"""Raw captures: what was received is kept as received, and a capture counts once its manifest closed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from microinf_pipeline.catalog.capture import Page, QueryOutcome
from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.storage.raw import Capture, Manifest, attempts, closed_nights, complete_before, outcome_rows

NIGHT = date(2026, 3, 1)
PAGE = Page(
    "search-01-001", "search", "kaffeo", "#kaffeo", {"url": "https://social.example/api", "params": [["q", "#kaffeo"]]}, 200,
    datetime(2026, 3, 2, 1, 2, 3, 456789, UTC), '{"text": "één \\u0000 ☕", "id": 9007199254740993}',
)  # fmt: skip


def _capture(raw: Path, night: date = NIGHT, attempt: int = 1) -> Capture:
    return Capture(raw, "feed", night, attempt)


def _close(raw: Path, night: date, attempt: int, status: str) -> None:
    _capture(raw, night, attempt).close(Manifest("feed", night.isoformat(), attempt, status))


def test_pages_come_back_as_they_were_in_order_of_their_names(tmp_path: Path) -> None:
    pages = [replace(PAGE, name=f"search-01-{n:03d}", body=PAGE.body * n) for n in (10, 2, 1)]
    store = _capture(tmp_path).pages
    for page in pages:
        store.save(page)
    assert list(_capture(tmp_path).pages.all()) == pages[::-1]
    assert store.names() == ("search-01-001", "search-01-002", "search-01-010")
    assert store.has("search-01-002")
    assert not store.has("search-01-003")


def test_a_page_saved_again_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    store = _capture(tmp_path).pages
    store.save(PAGE)
    store.save(replace(PAGE, status=404))
    assert [page.status for page in store.all()] == [404]
    assert len(list(store.folder.iterdir())) == 1


def test_a_page_cut_in_half_is_asked_for_again_and_told_where_it_is_read(tmp_path: Path) -> None:
    store = _capture(tmp_path).pages
    store.save(PAGE)
    [file] = store.folder.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    assert not store.has(PAGE.name)
    with pytest.raises(BrokenStateError, match=r"search-01-001(.|\n)*delete it and run again"):
        store.load(PAGE.name)


@pytest.mark.parametrize("name", ["../manifest", ".hidden", "a/b"])
def test_a_page_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenStateError, match="no name for a page"):
        _capture(tmp_path).pages.save(replace(PAGE, name=name))


def test_a_capture_is_unfinished_until_its_manifest_is_there(tmp_path: Path) -> None:
    capture = _capture(tmp_path)
    capture.pages.save(PAGE)
    assert capture.manifest() is None
    assert attempts(tmp_path, "feed", NIGHT) == [1]
    assert closed_nights(tmp_path, "feed") == {}
    outcomes = [QueryOutcome("kaffeo", "#kaffeo", 3, 5, "short", "rate limit"), QueryOutcome(None, "*", 3)]
    closing = Manifest("feed", "2026-03-01", 1, "short", outcome_rows(outcomes), pages=capture.pages.names())
    capture.close(closing)
    assert capture.manifest() == closing
    assert closing.outcomes() == outcomes
    assert closed_nights(tmp_path, "feed") == {NIGHT: [closing]}
    assert closed_nights(tmp_path, "another") == {}


def test_a_file_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    given = tmp_path / "export.2026.csv.gz"
    given.write_bytes(b"rows" * 1000)
    raw = tmp_path / "raw"
    first = _capture(raw).keep_file(given, "in/export.2026.csv.gz")
    again = _capture(raw, attempt=2).keep_file(given, "copy.csv.gz")
    assert (first.sha256, first.bytes) == (again.sha256, 4000)
    kept = _capture(raw).kept_path(first)
    assert kept.read_bytes() == given.read_bytes()
    assert kept.name.endswith(".csv.gz")
    assert kept == _capture(raw).kept_path(again)
    assert [p.name for p in kept.parent.iterdir()] == [kept.name]
    given.write_bytes(b"other rows")  # what was received stays
    assert _capture(raw).kept_path(first).stat().st_size == 4000
    kept.unlink()
    with pytest.raises(BrokenStateError, match="restore the lake"):
        _capture(raw).kept_path(first)


def test_the_last_complete_night_is_the_nearest_earlier_one_with_a_complete_attempt(tmp_path: Path) -> None:
    assert complete_before(tmp_path, "feed", NIGHT) is None
    for night, attempt, status in (
        (date(2026, 2, 24), 1, "complete"), (date(2026, 2, 25), 1, "failed"), (date(2026, 2, 25), 2, "complete"),
        (date(2026, 2, 25), 3, "failed"), (date(2026, 2, 26), 1, "short"), (date(2026, 2, 27), 1, "budget_spent"), (NIGHT, 1, "complete"),
    ):  # fmt: skip
        _close(tmp_path, night, attempt, status)
    assert complete_before(tmp_path, "feed", NIGHT) == date(2026, 2, 25)
    assert attempts(tmp_path, "feed", date(2026, 2, 25)) == [1, 2, 3]
