"""Which files a source has, and what each of them is: kind, compression, hash, whether it is whole.

Put here: everything learnt from names, magic bytes and one pass over the bytes. Keep out: columns (see `layout`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.sources.files.streams import Stream

TEXT_KINDS = ("csv", "ndjson", "json")
_KIND_OF_SUFFIX = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson",
    ".parquet": "parquet", ".xlsx": "xlsx",
}  # fmt: skip
_MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}


@dataclass(frozen=True)
class SourceFile:
    """One file of a source, looked through once."""

    path: Path
    name: str  # relative to the fixed part of the source's path: what core_rejects shows
    kind: str  # csv, ndjson, json, parquet, xlsx
    compression: str | None  # gz, zst
    sha256: str  # of the file as it lies there
    whole: bool  # False: cut or damaged; what is before the cut is read
    has_nul: bool  # zero bytes (or \\u0000 in JSON) occur, which other engines do not take


def source_files(spec: FileSourceSpec, look: Callable[[Path, str, str], SourceFile] | None = None) -> tuple[SourceFile, ...]:
    """The files the source's path names, in the order of their names; each looked through, or by `look` in its place.

    Raises FixConfigurationError for a path that names no file, or a file of no known kind.
    """
    root, paths = matching_files(spec.path)
    if not paths:
        raise FixConfigurationError(
            f"no file matches {spec.path}", where=f"source {spec.name}", fix="correct `path:`, or put the file there"
        )
    return tuple((look or inspect)(path, path.relative_to(root).as_posix(), spec.name) for path in paths)


def matching_files(pattern: str) -> tuple[Path, list[Path]]:
    """The fixed part of a path with wildcards, and the files it names, by name; not looked into."""
    path = Path(pattern)
    root = _fixed_part(path)
    found = [path] if path.is_file() else root.glob(path.relative_to(root).as_posix())
    return root, sorted(one for one in found if one.is_file())


def inspect(path: Path, name: str, source: str = "", sha256: str = "") -> SourceFile:
    """Look through a file once; `sha256` where it is known already."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    with path.open("rb") as file:
        head = file.read(4)
    compression = next((form for magic, form in _MAGIC.items() if head.startswith(magic)), None)
    if suffixes and suffixes[-1] in (".gz", ".zst"):
        suffixes.pop()
    kind = _KIND_OF_SUFFIX.get(suffixes[-1] if suffixes else "")
    if head == b"PAR1":
        kind = "parquet"
    if kind is None:
        raise FixConfigurationError(
            f"{path.name} is of no kind that can be read",
            where=f"source {source}",
            fix=f"name it with one of {', '.join(_KIND_OF_SUFFIX)}, the text forms also with .gz or .zst",
        )
    if kind not in TEXT_KINDS:
        return SourceFile(path, name, kind, None, sha256 or _sha256(path), whole=True, has_nul=False)
    whole, has_nul = _looked_through(path, compression)
    if kind == "json" and _is_one_a_line(path, compression):
        kind = "ndjson"
    return SourceFile(path, name, kind, compression, sha256 or _sha256(path), whole, has_nul)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _looked_through(path: Path, compression: str | None) -> tuple[bool, bool]:
    # The engine reads a cut gzip file to its cut without a word when the cut falls between two rows.
    has_nul, before = False, b""
    with Stream(path, compression) as stream:
        for chunk in stream.chunks():
            has_nul = has_nul or b"\0" in chunk or b"\\u0000" in chunk or b"\\u0000" in before + chunk[:5]
            before = chunk[-5:]
        return stream.damage is None, has_nul


def _is_one_a_line(path: Path, compression: str | None) -> bool:
    """Whether a `.json` file holds one object a line, as many tools write it."""
    with Stream(path, compression) as stream:
        head = b"".join(chunk for chunk, _ in zip(stream.chunks(), range(1), strict=False))
    return re.match(rb"(\xef\xbb\xbf)?\s*\{[^\n]*\}\s*\n\s*\{", head) is not None


def _fixed_part(pattern: Path) -> Path:
    parent = pattern.parent
    while not pattern.is_file() and any(mark in str(parent) for mark in "*?["):
        parent = parent.parent
    return parent
