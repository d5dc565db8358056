"""Names of columns as words, and how exports call what we look for (`rules/column_names.yaml`).

Put here: comparing names. Keep out: deciding what a column is (`guess`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def spoken(name: str) -> str:
    """A column's name as words: 'ownerUsername' and 'owner.username' both 'owner username'."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", apart.casefold().translate(_UMLAUTS)).split())


@cache
def known_names() -> Mapping[str, tuple[str, ...]]:
    """Target: names of its column, best first."""
    text = (files("microinf_pipeline") / "rules" / "column_names.yaml").read_text(encoding="utf-8")
    return {target: tuple(map(str, names)) for target, names in yaml.load(text, Loader=yaml.CSafeLoader).items()}
