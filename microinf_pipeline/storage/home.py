"""A home: the folder of one tenant, its lock, and where everything lies in it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from microinf_pipeline.errors import FixConfigurationError, HomeBusyError
from microinf_pipeline.storage.state import replace_file


@dataclass(frozen=True)
class Home:
    """Paths of a home. Nothing is created by naming them."""

    path: Path

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    @property
    def raw(self) -> Path:
        return self.lake / "raw"

    @property
    def snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def published(self) -> Path:
        return self.path / "published"

    @property
    def spill(self) -> Path:
        return self.path / "tmp"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        return self.path / "sessions"

    @property
    def quotas(self) -> Path:
        return self.path / "quotas"

    @property
    def contests(self) -> Path:
        return self.path / "contests"

    @property
    def candidates(self) -> Path:
        return self.lake / "candidates"

    @property
    def dagster(self) -> Path:
        return self.path / "dagster"

    @property
    def tombstones(self) -> Path:
        return self.lake / "tombstones.json"

    @property
    def receipts(self) -> Path:
        return self.path / "receipts"

    @property
    def key_path(self) -> Path:
        return self.secrets / "key"

    def key(self) -> bytes:
        """The home's own key, made where there is none: hashes of persons mean nothing outside this home. Making it needs the
        home's lock. Raises FixConfigurationError where people were erased with a key that is gone."""
        if not self.key_path.exists():
            if self.tombstones.exists():
                raise FixConfigurationError(
                    "people were erased here, and the key that tells who is missing", where=str(self.key_path),
                    fix="restore that file from a backup: without it their rows would come back",
                )  # fmt: skip
            replace_file(self.key_path, secrets.token_bytes(32), mode=0o600)
        return self.key_path.read_bytes()

    @contextmanager
    def locked(self, what: str) -> Iterator[None]:
        """Hold the home for one writer. Raises HomeBusyError, saying who holds it."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                holder = os.pread(handle, 4096, 0).decode(errors="replace").strip() or "another process"
                raise HomeBusyError(
                    "another run holds the home", where=f"{self.path / 'lock'}: {holder}", fix="wait until it ends"
                ) from error
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps({"pid": os.getpid(), "what": what}).encode(), 0)
            yield
        finally:
            os.close(handle)
