"""LinkedIn, from its settings."""

from __future__ import annotations

from typing import Final

from pydantic import SecretStr

from microinf_pipeline.night.networks.access import limits, quota, sessions
from microinf_pipeline.settings.networks.linkedin import LinkedInSource
from microinf_pipeline.sources.linkedin import LinkedIn, connect
from microinf_pipeline.sources.linkedin_api import LIMITS, LinkedInAccess
from microinf_pipeline.sources.linkedin_questions import CALLS
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.quota import Allowance, Daily

#: Limits are counted by days in UTC.
_DAY: Final = Daily("UTC")


def linkedin(source: LinkedInSource, home: Home) -> LinkedIn:
    access = LinkedInAccess(
        source.client_id or "", _told(source.client_secret), _told(source.refresh_token), _told(source.access_token),
        source.version, source.service, source.login,
    )  # fmt: skip
    return LinkedIn(
        source.name, access, sessions(source, home), enabled=source.enabled, texts=source.texts, origin=source.origin,
        quota=quota(source, home, {CALLS: Allowance(source.calls_per_day, _DAY)}),
        connect=lambda: connect(limits(source, LIMITS)),
    )  # fmt: skip


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
