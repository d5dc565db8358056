"""What a source keeps in the home between runs, and what a night may spend on it.

Put here: tokens, quotas and limits for all networks. Keep out: a network's own settings (its own module).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.settings.networks.every import NetworkSettings
from microinf_pipeline.sources.http import HttpLimits
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.quota import Allowance, QuotaFile
from microinf_pipeline.storage.state import replace_file


class SessionFile:
    """Tokens of one source, kept beside the lake, readable by the owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Mapping[str, str] | None:
        if not self._path.exists():
            return None
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except ValueError:  # the cause would quote tokens
            kept = None
        if not isinstance(kept, dict):
            raise BrokenStateError(
                "a source's kept tokens cannot be read", where=str(self._path), fix="delete the file: the source logs in anew"
            )
        return kept

    def save(self, session: Mapping[str, str]) -> None:
        replace_file(self._path, json.dumps(dict(session)).encode(), mode=0o600)


def sessions(source: NetworkSettings, home: Home) -> SessionFile:
    return SessionFile(home.secrets / f"{source.name}.json")


def quota(
    source: NetworkSettings, home: Home, allowances: Mapping[str, Allowance], *, by: tuple[str, str | None] | None = None
) -> QuotaFile:
    """What has been spent of each allowance, kept across runs. `by`: the network, and the key, app or account it counts by;
    sources with the same share what is left. Of a secret only a hash is in the file's name."""
    network, counted = by or ("", None)
    named = source.name if not counted else f"{network}-{hashlib.sha256(counted.encode()).hexdigest()[:12]}"
    return QuotaFile(home.quotas / f"{named}.json", allowances)


def limits(source: NetworkSettings, network: HttpLimits) -> HttpLimits:
    """The network's limits, within the requests a night may spend."""
    return replace(network, max_requests=source.max_requests)
