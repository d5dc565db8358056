"""The access to Meta's Graph API, from the settings all its sources share."""

from __future__ import annotations

from microinf_pipeline.settings.networks.meta import MetaSettings
from microinf_pipeline.sources.graph_api import GraphAccess
from microinf_pipeline.sources.graph_tokens import Renewal, exchange


def graph_access(source: MetaSettings) -> GraphAccess:
    secret = source.app_secret.get_secret_value() if source.app_secret else None
    return GraphAccess(source.service.rstrip("/"), source.version, source.access_token.get_secret_value(), secret)


def renewal(source: MetaSettings) -> Renewal | None:
    """How Facebook's tokens are renewed; None without the app."""
    if source.app_id is None or source.app_secret is None:
        return None
    return exchange(source.version, source.app_id, source.app_secret.get_secret_value())
