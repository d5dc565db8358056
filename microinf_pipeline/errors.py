"""Every error of the project, by what the caller must do.

Put here: an error class a caller has to tell apart from the others. Keep out: messages that only one place raises
(those are arguments) and anything that catches.
"""

from __future__ import annotations


class MicroinfError(Exception):
    """An expected failure: says what happened, where, and how to fix it.

    `exit_code` is what the command line ends with (see the README's table of exit codes).
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.fix = what, where, fix

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.fix:
            lines.append(f"  fix:   {self.fix}")
        return "\n".join(lines)

    @property
    def on_one_line(self) -> str:
        """The same for a cell of a table."""
        where, fix = f" (where: {self.where})" if self.where else "", f"; fix: {self.fix}" if self.fix else ""
        return f"{self.what}{where}{fix}"


class FixConfigurationError(MicroinfError):
    """The user must change the configuration, the call, or the machine before trying again."""

    exit_code = 2


class RebuildFirstError(FixConfigurationError):
    """The stored tables no longer match configuration or code: `microinf rebuild` comes first."""


class GateStoppedNightError(MicroinfError):
    """A gate judged the night red: look at the evidence, then repair the input or `microinf accept`."""

    exit_code = 3


class SourceFailedError(MicroinfError):
    """A required source failed or was short by its own stated total: run again, the capture resumes."""

    exit_code = 4


class RefusedError(MicroinfError):
    """A policy, or the rules of a draw, refuse the command itself."""

    exit_code = 5


class HomeBusyError(MicroinfError):
    """Another run holds the home: wait for it."""

    exit_code = 6


class RetryLaterError(MicroinfError):
    """A source is unavailable for now (timeouts, 429, 5xx, network): nothing is wrong with the request.

    `wait_seconds` is what the server asked for, or None.
    """

    exit_code = 4

    def __init__(self, what: str, *, where: str = "", fix: str = "", wait_seconds: float | None = None) -> None:
        super().__init__(what, where=where, fix=fix)
        self.wait_seconds = wait_seconds


class GiveUpError(MicroinfError):
    """A source refuses the request for good (credentials, permission, a bad parameter): a person must act."""

    exit_code = 4


class BudgetSpentError(MicroinfError):
    """A request, byte or quota budget is used up: the rest waits for the next night (completeness below 1)."""

    exit_code = 0


class ItemGoneError(MicroinfError):
    """One item asked for is not there (404, 410): mark it, go on."""

    exit_code = 0


class BrokenStateError(MicroinfError):
    """The lake or a stored page contradicts itself: stop, nothing may be written on top of it."""

    exit_code = 1
