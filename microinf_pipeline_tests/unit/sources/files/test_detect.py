"""Which files a source has and what each of them is."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.detect import inspect, source_files
from microinf_pipeline_tests.unit.sources.files.running import read, spec_of, written


def test_files_of_a_pattern_come_sorted_and_named_below_its_fixed_part(tmp_path: Path) -> None:
    for folder in ("b", "a"):
        (tmp_path / folder).mkdir()
        for name in ("2.csv", "1.csv", "notes.md"):
            written(tmp_path / folder, name, f"id\n{folder}{name}\n")
    files = source_files(spec_of(tmp_path / "*" / "*.csv"))
    assert [file.name for file in files] == ["a/1.csv", "a/2.csv", "b/1.csv", "b/2.csv"]
    assert files[0].sha256 == hashlib.sha256(b"id\na1.csv\n").hexdigest()
    outcome = read(tmp_path / "**" / "*.csv", columns={"post_id": "id", "created_at": {"constant": "2026-03-01"}})
    assert outcome.of("post_id", "file", "row_number")[::3] == [("a1.csv", "a/1.csv", 1), ("b2.csv", "b/2.csv", 1)]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    path = written(tmp_path, "posts [1].csv", "id\n1\n")
    assert [file.path for file in source_files(spec_of(path))] == [path]


def test_a_pattern_without_files_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(FixConfigurationError, match="no file matches"):
        source_files(spec_of(tmp_path / "*.csv"))


def test_a_file_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixConfigurationError, match=r"posts\.pdf is of no kind that can be read"):
        source_files(spec_of(written(tmp_path, "posts.pdf", "%PDF")))


@pytest.mark.parametrize(
    ("name", "content", "kind", "compression"),
    [
        ("a.CSV", b"x", "csv", None), ("a.tsv", b"x", "csv", None), ("a.jsonl", b"{}", "ndjson", None), ("a.json", b"[{}]", "json", None),
        ("a.json", b'{"a":1}\n{"a":2}\n', "ndjson", None), ("a.json", b'{"a":\n1}', "json", None),
        ("a.csv.gz", gzip.compress(b"x", mtime=0), "csv", "gz"), ("a.csv", gzip.compress(b"x", mtime=0), "csv", "gz"), ("a.csv.gz", b"x\n1", "csv", None),
        ("a.json.gz", gzip.compress(b'{"a":1}\n{"a":2}\n', mtime=0), "ndjson", "gz"), ("a.dump", b"PAR1....", "parquet", None),
    ],
)  # fmt: skip
def test_kind_and_compression_are_told_by_name_and_content(
    tmp_path: Path, name: str, content: bytes, kind: str, compression: str | None
) -> None:
    file = inspect(written(tmp_path, name, content), name)
    assert (file.kind, file.compression, file.whole, file.has_nul) == (kind, compression, True, False)


def test_cut_files_and_zero_bytes_are_noticed(tmp_path: Path) -> None:
    assert not inspect(written(tmp_path, "a.csv.gz", gzip.compress(b"x,y", mtime=0)[:-1]), "a").whole
    assert inspect(written(tmp_path, "a.csv", b"x\0"), "a").has_nul
    for ahead in range((1 << 20) - 8, 1 << 20):  # also across the pieces in which a file is read
        assert inspect(written(tmp_path, "a.jsonl", b" " * ahead + b'"\\u0000"'), "a").has_nul
