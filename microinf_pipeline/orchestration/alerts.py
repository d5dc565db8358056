"""Telling a person that a night failed, or what it brought: one POST to the configured webhook.

Put here: the message and its sending. Keep out: when to send (`sensors`, `launch`). The address is a secret: it is in no
message, error or log.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import httpx

from microinf_pipeline.errors import MicroinfError, RetryLaterError

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Alert:
    """What happened, where, and how to fix it."""

    night: str
    what: str
    where: str = ""
    fix: str = ""

    @classmethod
    def of(cls, night: str, error: MicroinfError) -> "Alert":
        """The alert of an expected error."""
        return cls(night, error.what, error.where, error.fix)

    def payload(self) -> Mapping[str, str]:
        """The JSON that is posted; `text` is what chat programs show."""
        told = [f"Night {self.night} failed: {self.what}", *(line for line in (self.where, self.fix) if line)]
        return {**asdict(self), "text": "\n".join(told)}


@dataclass(frozen=True)
class Digest:
    """The five sentences of a report, a line each, and where it is."""

    night: str
    text: str
    report: str

    def payload(self) -> Mapping[str, str]:
        """The JSON that is posted; `text` is what chat programs show."""
        return asdict(self)


def send(webhook: str, alert: Alert | Digest) -> None:
    """Post an alert or a digest. Raises RetryLaterError, without the address, when the other side does not take it."""
    for name in ("httpx", "httpcore"):  # they log addresses
        logging.getLogger(name).setLevel(logging.WARNING)
    reason = ""
    try:
        status = httpx.post(webhook, json=dict(alert.payload()), timeout=_TIMEOUT_SECONDS).status_code
        reason = "" if status < 400 else f"HTTP {status}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = type(error).__name__
    if reason:  # outside the handler: the cause would carry the address
        raise RetryLaterError(
            f"the {type(alert).__name__.lower()} could not be sent: {reason}",
            where="schedule.alert.webhook",
            fix="check the address and the receiver",
        )
