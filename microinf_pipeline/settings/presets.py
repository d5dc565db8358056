"""Exports of listening tools whose headers are known: what `preset:` puts under the keys a user writes.

Put here: which there are, and how one is overridden. Keep out: the mappings themselves (`rules/presets/*.yaml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

NAMES: Final = ("talkwalker", "brandwatch", "meltwater", "sprinklr", "brand24", "sprout")
#: Tools of which no header of a real export was found: a preset would be invented.
WITHOUT_KNOWN_HEADER: Final = ("hootsuite", "tint", "awario", "mention")
_MERGED: Final = ("columns", "csv")
_ABOUT: Final = ("known_by", "source")


@cache
def _read(name: str) -> dict[str, Any]:
    text = (files("microinf_pipeline") / "rules" / "presets" / f"{name}.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return read


def preset(name: str) -> dict[str, Any]:
    """The keys of a `type: files` source that a preset stands for."""
    return {key: value for key, value in _read(name).items() if key not in _ABOUT}


def known_by(name: str) -> tuple[str, ...]:
    """Names that the header of every export of the tool has together, and no other tool's."""
    return tuple(_read(name)["known_by"])


def under(preset_keys: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The preset's keys with the user's over them; `columns` and `csv` key by key."""
    merged = {**preset_keys, **given}
    for key in _MERGED:
        theirs, own = preset_keys.get(key), given.get(key)
        if isinstance(theirs, Mapping) and isinstance(own, Mapping):
            merged[key] = {**theirs, **own}
    return merged
