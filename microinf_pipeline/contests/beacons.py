"""Public values that do not exist yet: named at the freeze, typed in at the draw. Nothing here asks a network.

Put here: when a named value comes into being, what it must look like, and where anybody finds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from microinf_pipeline.errors import FixConfigurationError, RefusedError

_HEX: Final = re.compile(r"[0-9a-f]{64}")


class Beacon(msgspec.Struct, frozen=True):
    """`name`: what is awaited, in words. `known_from`: UTC, ISO 8601. `chain`, `round` only where drand is awaited."""

    name: str
    known_from: str
    where: str = ""
    chain: str = ""
    round: int = 0

    @property
    def time(self) -> datetime:
        """The moment before which nobody knows the value."""
        return datetime.fromisoformat(self.known_from)


def drand_round(rules: Mapping[str, Any], network: str, after: datetime) -> Beacon:
    """The first round of a drand network (`rules`: chain, genesis, period) that appears at or after a moment."""
    elapsed = after.timestamp() - rules["genesis"]
    number = int(-(-elapsed // rules["period"])) + 1
    appears = datetime.fromtimestamp(rules["genesis"] + (number - 1) * rules["period"], UTC)
    return Beacon(
        f"drand {network}, round {number}: its randomness", appears.isoformat(),
        f"https://api.drand.sh/{rules['chain']}/public/{number}", rules["chain"], number,
    )  # fmt: skip


def stated_value(name: str, known_from: datetime, now: datetime, delay: timedelta) -> Beacon:
    """A value in the operator's words ("Lotto 6 of 49 of 5 December, the six numbers ascending"), known from a moment on.

    Raises RefusedError unless that moment lies `delay` or more ahead: a value somebody may know already is no chance.
    """
    if known_from < now + delay:
        raise RefusedError(
            "the beacon's value could be known already",
            where=f"known from {known_from:%Y-%m-%d %H:%M} UTC, now {now:%Y-%m-%d %H:%M} UTC",
            fix=f"name a value that comes into being {int(delay.total_seconds() // 60)} minutes from now or later",
        )  # fmt: skip
    return Beacon(name, known_from.astimezone(UTC).isoformat())


def read_value(beacon: Beacon, typed: str, now: datetime) -> str:
    """The value as the seed takes it. Raises RefusedError before its time, FixConfigurationError where it cannot be one."""
    if now < beacon.time:
        raise RefusedError(
            "the beacon's value does not exist yet", where=f"{beacon.name}, known from {beacon.time:%Y-%m-%d %H:%M:%S} UTC",
            fix="wait, then type it in",
        )  # fmt: skip
    value = " ".join(typed.split())
    if not value:
        raise FixConfigurationError("the beacon's value is empty", where="--value", fix=beacon.where or beacon.name)
    if not beacon.chain:
        return value
    if not _HEX.fullmatch(value.lower()):
        raise FixConfigurationError(
            "a round's randomness is 64 hexadecimal digits", where=f"--value {value[:80]}", fix=f"copy it from {beacon.where}"
        )
    return value.lower()
