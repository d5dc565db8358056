"""Bluesky, from its settings."""

from __future__ import annotations

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.networks.access import limits, sessions
from microinf_pipeline.settings.networks.bluesky import BlueskySource
from microinf_pipeline.sources.bluesky import LIMITS, Bluesky, connect
from microinf_pipeline.sources.bluesky_session import BlueskyAccess
from microinf_pipeline.sources.bluesky_stream import Stream, StreamLimits
from microinf_pipeline.storage.home import Home


def bluesky(source: BlueskySource, home: Home) -> Bluesky:
    """Raises FixConfigurationError without a log-in."""
    if not source.identifier or not source.app_password:
        raise FixConfigurationError(
            "search on Bluesky needs a log-in", where=f"sources: {source.name}",
            fix="give identifier: and app_password: ${BLUESKY_APP_PASSWORD}",
        )  # fmt: skip
    most = StreamLimits(max_bytes=source.jetstream_megabytes * 1_000_000)
    stream = Stream(source.jetstream, most) if source.jetstream else None
    access = BlueskyAccess(source.service.rstrip("/"), source.identifier, source.app_password.get_secret_value())
    return Bluesky(
        source.name, access, sessions(source, home), origin=source.origin, stream=stream,
        connect=lambda: connect(limits(source, LIMITS)),
    )  # fmt: skip
