"""Hashes of slices of the configuration: tables remember which one they were made with.

Put here: what of the configuration changes stored tables. Keep out: comparing the hashes (`storage`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, SecretStr

from microinf_pipeline.settings.model import Settings

Slice = Literal["brands", "campaigns", "tiers", "copies", "sources", "policies", "niches"]

_SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "brands": ("brands",), "campaigns": ("campaigns", "contests"), "tiers": ("tiers",), "copies": ("copies",),
    "sources": ("sources",), "policies": ("policies",), "niches": (),
}  # fmt: skip
#: Keys that steer a night but leave what was stored as it is.
_STEERING: Final = frozenset({
    "required", "max_requests", "overlap_hours", "catch_up_days", "refresh_days", "reject_share",
    "max_age_days", "recheck_days", "delete_within_hours",
})  # fmt: skip


def config_hash(settings: Settings, part: Slice) -> str:
    """sha256 (hex) of a slice as canonical JSON; without secrets, file paths, steering keys and empty values.

    Of a taxonomy of niches its content counts, not its place.
    """
    content = {key: _plain(getattr(settings, key)) for key in _SECTIONS[part]}
    if part == "niches" and settings.niches is not None and settings.niches.exists():
        content["niches"] = settings.niches.read_text(encoding="utf-8", errors="replace")
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        named = {name: getattr(value, name) for name in type(value).model_fields if name not in _STEERING}
        return _plain(named)
    if isinstance(value, Mapping):
        plain = {str(k): _plain(v) for k, v in value.items() if not isinstance(v, SecretStr | Path)}
        return {k: v for k, v in plain.items() if v not in (None, [], {})}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, date | Decimal):
        return str(value)
    return value
