"""The folder of a frozen contest in a home: files that anybody may see and are written once, and one that nobody else may.

Put here: how they are kept. Keep out: what they say (`contests`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from microinf_pipeline.errors import RefusedError
from microinf_pipeline.storage.state import replace_file

_PRIVATE: Final = "private"
_ENTRIES: Final = "entries.json"


@dataclass(frozen=True)
class ContestFolder:
    """`<home>/contests/<id>`: public files lie in it, salts and the entries behind the leaves below `private/`."""

    path: Path

    def write_public(self, files: Mapping[str, bytes]) -> None:
        """Add files, the last of them as the one whose being there says that all are. Raises RefusedError where one is there
        already: what was frozen or drawn is never written again."""
        there = [name for name in files if (self.path / name).exists()]
        if list(files)[-1] in there:
            raise RefusedError(
                f"{list(files)[-1]} is written already", where=str(self.path), fix="a contest is frozen once and drawn once"
            )
        for name, content in files.items():
            replace_file(self.path / name, content)

    def public(self) -> dict[str, bytes]:
        """Name → content of every public file."""
        files = [path for path in sorted(self.path.glob("*")) if path.is_file() and not path.name.startswith(".")]
        return {path.name: path.read_bytes() for path in files}

    def write_entries(self, content: bytes) -> None:
        """Replace the private file; only the owner of this process may read it or look into its folder."""
        folder = self.path / _PRIVATE
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        replace_file(folder / _ENTRIES, content, mode=0o600)

    def entries(self) -> bytes | None:
        """The private file; None where there is none."""
        path = self.path / _PRIVATE / _ENTRIES
        return path.read_bytes() if path.exists() else None


def contest_folders(contests: Path) -> dict[str, ContestFolder]:
    """Contest id → its folder, of every contest a home has frozen or begun to freeze."""
    return {path.name: ContestFolder(path) for path in sorted(contests.glob("*")) if path.is_dir()}
