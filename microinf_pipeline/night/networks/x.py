"""X, from its settings."""

from __future__ import annotations

from pydantic import SecretStr

from microinf_pipeline.night.networks.access import SessionFile, limits, quota, sessions
from microinf_pipeline.settings.networks.x import XSource
from microinf_pipeline.sources.x import Kept, Options, X, connect
from microinf_pipeline.sources.x_api import ARCHIVE_LIMITS, LIMITS
from microinf_pipeline.sources.x_queries import ARCHIVE, RECENT
from microinf_pipeline.sources.x_reads import POST_READS, USER_READS
from microinf_pipeline.sources.x_session import XAccess
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.quota import Allowance, Monthly


def x(source: XSource, home: Home) -> X:
    access = XAccess(
        bearer=_told(source.bearer_token), key=_told(source.consumer_key), secret=_told(source.consumer_secret),
        client_id=source.client_id, client_secret=_told(source.client_secret), refresh_token=_told(source.refresh_token),
    )  # fmt: skip
    kept = Kept(
        sessions(source, home), SessionFile(home.quotas / f"{source.name}.reads.json"),
        SessionFile(home.secrets / f"{source.name}.job.json"),
    )  # fmt: skip
    archive = source.search == "all"
    options = Options(ARCHIVE if archive else RECENT, source.vocabulary, source.withheld_in, float(source.compliance_wait))
    allowances = {POST_READS: Allowance(source.post_reads, Monthly()), USER_READS: Allowance(source.user_reads, Monthly())}
    app = access.bearer or access.key or access.client_id
    return X(
        source.name, access, kept, origin=source.origin, service=source.service, options=options,
        quota=quota(source, home, allowances, by=("x", app)),
        connect=lambda: connect(limits(source, ARCHIVE_LIMITS if archive else LIMITS)),
    )  # fmt: skip


def _told(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
