"""The cases of the contract, found by their modules' names: `networks/<type>.py`, each with its `CASE`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Final

from microinf_pipeline_tests.contract.case import Case

_FOLDER: Final = Path(__file__).parent / "networks"


def cases() -> list[type[Case]]:
    """Every network's case, in order of name."""
    names = sorted(path.stem for path in _FOLDER.glob("*.py"))
    return [importlib.import_module(f"microinf_pipeline_tests.contract.networks.{name}").CASE for name in names]
