"""What every command is told: which configuration, and how to fetch its settings.

Put here: state shared by one call of the command line. Keep out: options of single commands.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from microinf_pipeline.errors import FixConfigurationError

if TYPE_CHECKING:
    from microinf_pipeline.settings import Settings


@dataclass(frozen=True)
class Session:
    """The options that stand before any command."""

    config_option: Path | None = None

    def config(self) -> Path:
        """The configuration file in use. Raises FixConfigurationError if there is none."""
        from microinf_pipeline.settings import find

        path = find(self.config_option)
        if path is None:
            raise FixConfigurationError(
                "there is no configuration",
                where=f"{Path.cwd()}: no microinf.yaml, no --config, no MICROINF_CONFIG",
                fix="`microinf init DIR` writes one, `microinf try FILE --brand NAME` guesses one from an export",
            )
        return path

    def settings(self) -> Settings:
        """The settings in use. Raises FixConfigurationError with every problem of the file."""
        from microinf_pipeline.settings import load

        return load(self.config())


def session_of(context: typer.Context) -> Session:
    """The session the top of the command line has put into the context."""
    found = context.find_object(Session)
    return found if found is not None else Session()
