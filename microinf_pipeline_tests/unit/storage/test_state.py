"""The pointer: a value that is replaced whole, and read as it was written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.state import LakeFile, NightRecord, Partition, State

FILE = LakeFile("core_posts/2026-03-a.parquet", 3, 100, "s1")
PARTITION = Partition((FILE,), 3, "abc")
RECORD = NightRecord("2026-03-01/x", "2026-03-02T00:00:00+00:00", "1", "duckdb", 3, ({"gate": "g", "severity": "WARN"},))


def _state() -> State:
    state = State().with_schemas({"s1": ("network", "post_id")}).with_partitions("core_posts", {"2026-03": PARTITION})
    return state.with_hashes("core_posts", "code", "config").with_night("2026-03-01", RECORD)


def _written(lake: Path) -> Path:
    path = lake / FILE.path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"rows")
    return path


def test_a_new_lake_has_an_empty_state(tmp_path: Path) -> None:
    assert states.load(tmp_path) == State()


def test_what_is_promoted_is_loaded(tmp_path: Path) -> None:
    _written(tmp_path)
    states.promote(tmp_path, _state(), [FILE.path])
    assert states.load(tmp_path) == _state()
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["CURRENT.json"]


def test_files_that_are_not_there_are_never_promoted(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        states.promote(tmp_path, _state(), [FILE.path])
    assert states.load(tmp_path) == State()


@pytest.mark.parametrize("content", [b"", b"{", b'{"tables": 7}', b"\x00" * 100])
def test_a_pointer_that_cannot_be_read_stops_everything(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "CURRENT.json").write_bytes(content)
    with pytest.raises(BrokenStateError, match="restore it from a backup"):
        states.load(tmp_path)


def test_a_state_is_never_changed_in_place() -> None:
    state = _state()
    state.with_partitions("core_posts", {"2026-03": None, "2026-04": PARTITION})
    state.with_night("2026-03-02", RECORD)
    assert state == _state()


def test_replaced_partitions_leave_the_others_and_their_order() -> None:
    more = _state().with_partitions("core_posts", {"2026-05": PARTITION, "2026-04": PARTITION})
    assert list(more.partitions("core_posts")) == ["2026-03", "2026-04", "2026-05"]
    fewer = more.with_partitions("core_posts", {"2026-04": None, "2026-05": Partition((), 0)})
    assert fewer == _state()  # a partition without rows is none
    assert fewer.table("core_posts").code == "code"


def test_every_file_that_counts_is_named_once() -> None:
    other = LakeFile("core_mentions/2026-03-b.parquet", 1, 10, "s2")
    state = _state().with_partitions("core_mentions", {"2026-03": Partition((other, other), 2)})
    assert state.files() == {FILE.path, other.path}


def test_nights_are_kept_in_the_order_of_the_calendar() -> None:
    state = _state().with_night("2026-02-01", RECORD).with_night("2026-04-01", RECORD)
    assert list(state.nights) == ["2026-02-01", "2026-03-01", "2026-04-01"]


def test_what_only_the_owner_may_read_is_never_open_to_others_not_even_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    sync = os.fsync

    def seen(descriptor: int) -> None:
        modes.append(os.fstat(descriptor).st_mode & 0o777)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    states.replace_file(tmp_path / "sessions" / "key", b"1", mode=0o600)
    assert modes[0] == (tmp_path / "sessions" / "key").stat().st_mode & 0o777 == 0o600
