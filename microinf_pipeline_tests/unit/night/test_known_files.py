"""An input file that lies there unchanged is looked through once; nothing else follows from that."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from microinf_pipeline import clock
from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.night.known_files import KnownFiles
from microinf_pipeline.sources.files.detect import inspect

LATER = datetime(2100, 1, 1, tzinfo=UTC)  # later than any file of these tests


def _looked_at(memory: Path, file: Path, now: datetime = LATER) -> str:
    with clock.frozen(now):
        known = KnownFiles(memory)
        seen = known.look(file, "feed.csv", "feed")
        known.remember()
    assert seen == inspect(file, "feed.csv", "feed")
    return seen.sha256


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    memory, file = tmp_path / "inputs.json", tmp_path / "feed.csv"
    file.write_text("id\n1\n", encoding="utf-8")
    first = _looked_at(memory, file)
    stored = memory.read_bytes()
    known = first.encode()
    assert known in stored
    memory.write_bytes(stored.replace(known, b"0" * 64))
    with clock.frozen(LATER):
        assert KnownFiles(memory).look(file, "feed.csv", "feed").sha256 == "0" * 64


def test_another_content_of_the_same_size_and_age_is_seen(tmp_path: Path) -> None:
    memory, file = tmp_path / "inputs.json", tmp_path / "feed.csv"
    file.write_text("id\n1\n", encoding="utf-8")
    first, times = _looked_at(memory, file), file.stat()
    other = tmp_path / "other.csv"
    other.write_text("id\n2\n", encoding="utf-8")
    other.replace(file)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert _looked_at(memory, file) != first


def test_a_file_written_just_now_is_not_remembered(tmp_path: Path) -> None:
    memory, file = tmp_path / "inputs.json", tmp_path / "feed.csv"
    file.write_text("id\n1\n", encoding="utf-8")
    _looked_at(memory, file, datetime.fromtimestamp(file.stat().st_mtime, UTC))
    assert not memory.exists()


def test_a_file_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    memory, files = tmp_path / "inputs.json", [tmp_path / "one.csv", tmp_path / "two.csv"]
    for file in files:
        file.write_text("id\n1\n", encoding="utf-8")
        _looked_at(memory, file)
    assert b"two.csv" in memory.read_bytes()
    assert b"one.csv" not in memory.read_bytes()


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "inputs.json").write_text("{", encoding="utf-8")
    with pytest.raises(BrokenStateError, match="delete the file"):
        KnownFiles(tmp_path / "inputs.json")
