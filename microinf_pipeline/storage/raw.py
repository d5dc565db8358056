"""Raw captures: every response or file as received, per source × night × attempt, closed by a manifest.

A capture without a manifest is unfinished: its pages are kept, and the next run goes on from them. Raw is immutable
once closed; everything after it is a pure function of raw, configuration and code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import zstandard

from microinf_pipeline.catalog.capture import Page, QueryOutcome
from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.storage.state import force, replace_file

_MANIFEST = "manifest.json"
_PAGES_AT_ONCE = 32
#: What a page that was not written to its end is refused with.
_TORN = (zstandard.ZstdError, msgspec.DecodeError)


class RawFile(msgspec.Struct, frozen=True):
    """An input file as received: kept once under its hash, whatever it is called."""

    name: str
    sha256: str
    bytes: int


class Manifest(msgspec.Struct, frozen=True):
    """What closes a capture."""

    source: str
    night: str
    attempt: int
    status: str  # complete | short | failed | budget_spent
    queries: tuple[dict[str, Any], ...] = ()
    files: tuple[RawFile, ...] = ()
    pages: tuple[str, ...] = ()
    requests: int = 0
    bytes: int = 0
    error: str = ""
    purged: bool = False  # a policy asked for its pages and files to go: what was read from them stays as it is
    retry_later: bool = False  # failed for now (time-outs, 429, 5xx): the same request may succeed later

    def outcomes(self) -> list[QueryOutcome]:
        return [QueryOutcome(**q) for q in self.queries]


def outcome_rows(queries: Sequence[QueryOutcome]) -> tuple[dict[str, Any], ...]:
    return tuple(asdict(q) for q in queries)


class Capture:
    """One attempt of one source for one night."""

    def __init__(self, raw: Path, source: str, night: date, attempt: int) -> None:
        self.raw, self.source, self.night, self.attempt = raw, source, night, attempt
        self.folder = raw / source / f"night={night.isoformat()}" / f"attempt={attempt}"

    @property
    def pages(self) -> PageFolder:
        return PageFolder(self.folder / "pages")

    def manifest(self) -> Manifest | None:
        """The closing manifest, or None while the capture is unfinished."""
        path = self.folder / _MANIFEST
        return msgspec.json.decode(path.read_bytes(), type=Manifest) if path.exists() else None

    def close(self, manifest: Manifest) -> None:
        """Nothing is asked for again once this returns: the pages are on disk before the manifest is."""
        self.pages.force()
        replace_file(self.folder / _MANIFEST, msgspec.json.encode(manifest))

    def keep_file(self, path: Path, name: str) -> RawFile:
        """Copy an input file under its hash; a file already kept is not copied again."""
        store = self.raw / self.source / "files"
        store.mkdir(parents=True, exist_ok=True)
        aside = store / f".incoming-{self.night.isoformat()}-{self.attempt}"
        digest, size = _copy(path, aside)
        kept = store / _kept_name(digest, name)
        if kept.exists():
            aside.unlink()
        else:
            aside.replace(kept)
        return RawFile(name, digest, size)

    def path_of(self, file: RawFile) -> Path:
        """Where a kept file lies, or lay."""
        return self.raw / self.source / "files" / _kept_name(file.sha256, file.name)

    def kept_path(self, file: RawFile) -> Path:
        path = self.path_of(file)
        if not path.exists():
            raise BrokenStateError(f"the raw file {file.name} is gone", where=str(path), fix="restore the lake from a backup")
        return path


class PageFolder:
    """`catalog.capture.PageStore` on disk: one compressed page a file, written whole.

    Pages are forced to disk when the capture closes: one by one that would hold up every network at once. So a crash of the
    machine may leave a torn page in an unfinished capture, which counts as one that is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        try:
            self._read(name)
        except (FileNotFoundError, *_TORN):
            return False
        return True

    def load(self, name: str) -> Page:
        try:
            return self._read(name)
        except _TORN as error:
            raise BrokenStateError(
                f"the raw page {name} cannot be read", where=str(self._path(name)), fix="delete it and run again"
            ) from error

    def _read(self, name: str) -> Page:
        return msgspec.json.decode(zstandard.decompress(self._path(name).read_bytes()), type=Page)

    def save(self, page: Page) -> None:
        replace_file(self._path(page.name), zstandard.compress(msgspec.json.encode(page), 3), forced=False)

    def force(self) -> None:
        """Wait until all pages are on disk."""
        pages = [*self.folder.glob("*.json.zst")]
        for path in (*pages, self.folder) if pages else ():
            force(path)

    def all(self) -> Iterator[Page]:
        """Every page, in order of name."""
        for path in sorted(self.folder.glob("*.json.zst")):
            yield self.load(path.name.removesuffix(".json.zst"))

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(p.name.removesuffix(".json.zst") for p in self.folder.glob("*.json.zst")))

    def naming(self, words: Collection[str]) -> Iterator[str]:
        """Names of the pages whose stored form holds one of the words, in any case of ASCII letters: worth a closer look, which
        is dear. A page that cannot be read is named too: whoever looks closer tells of it."""
        wanted = sorted(words)
        paths = sorted(self.folder.glob("*.json.zst"))
        for some in (paths[n : n + _PAGES_AT_ONCE] for n in range(0, len(paths), _PAGES_AT_ONCE)):
            stored = pl.Series([_unpacked(path) for path in some], dtype=pl.String)
            named = stored.str.contains_any(wanted, ascii_case_insensitive=True).fill_null(value=True)
            yield from (path.name.removesuffix(".json.zst") for path, is_named in zip(some, named, strict=True) if is_named)

    def _path(self, name: str) -> Path:
        if "/" in name or name.startswith("."):
            raise BrokenStateError(f"'{name}' is no name for a page", where=str(self.folder))
        return self.folder / f"{name}.json.zst"


def _unpacked(path: Path) -> str | None:
    try:
        return zstandard.decompress(path.read_bytes()).decode()
    except (zstandard.ZstdError, UnicodeDecodeError):
        return None


def attempts(raw: Path, source: str, night: date) -> list[int]:
    """Attempts of a night that exist, closed or not."""
    folder = raw / source / f"night={night.isoformat()}"
    return sorted(int(p.name.removeprefix("attempt=")) for p in folder.glob("attempt=*"))


def closed_nights(raw: Path, source: str) -> dict[date, list[Manifest]]:
    """Every closed capture of a source; of a night, in the order of its attempts."""
    found: dict[date, list[Manifest]] = {}
    for path in sorted((raw / source).glob(f"night=*/attempt=*/{_MANIFEST}")):
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        found.setdefault(date.fromisoformat(manifest.night), []).append(manifest)
    return {night: sorted(manifests, key=lambda m: m.attempt) for night, manifests in found.items()}


def _kept_name(digest: str, name: str) -> str:
    suffixes = "".join(Path(name).suffixes[-2:])
    return f"{digest}{suffixes}"


def _copy(source: Path, target: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as incoming, target.open("wb") as out:
        while block := incoming.read(1 << 20):
            digest.update(block)
            out.write(block)
            size += len(block)
    return digest.hexdigest(), size


def complete_before(raw: Path, source: str, night: date) -> date | None:
    """The nearest earlier night of which some attempt was complete."""
    closed = closed_nights(raw, source)
    return max((n for n, ms in closed.items() if n < night and any(m.status == "complete" for m in ms)), default=None)
