"""The environment: read here, and only here.

Put here: every variable the project reads or hands to a child process. Keep out: secrets named in the configuration
(`fields` reads those from the mapping this module gives).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

CONFIG_VARIABLE: Final = "MICROINF_CONFIG"


def variables() -> Mapping[str, str]:
    """All variables, as they are now."""
    return dict(os.environ)


def named_config() -> Path | None:
    """The configuration file MICROINF_CONFIG names."""
    value = os.environ.get(CONFIG_VARIABLE, "").strip()
    return Path(value).expanduser() if value else None


def for_dagster(home: Path, config: Path | None) -> dict[str, str]:
    """The environment of a Dagster process that serves this home and configuration."""
    own = {"DAGSTER_HOME": str(home / "dagster"), "DAGSTER_DISABLE_TELEMETRY": "yes"}
    if config is not None:
        own[CONFIG_VARIABLE] = str(config)
    return {**os.environ, **own}


def set_for_dagster(home: Path, config: Path | None) -> None:
    """The same for this process: Dagster reads its own environment."""
    os.environ.update(for_dagster(home, config))
