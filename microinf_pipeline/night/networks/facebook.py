"""Facebook, from its settings."""

from __future__ import annotations

from microinf_pipeline.night.networks.access import SessionFile, limits, sessions
from microinf_pipeline.night.networks.meta import graph_access, renewal
from microinf_pipeline.settings.networks.facebook import FacebookSource
from microinf_pipeline.sources.facebook import Facebook
from microinf_pipeline.sources.facebook_night import Scope
from microinf_pipeline.sources.graph_api import LIMITS, connect
from microinf_pipeline.storage.home import Home


def facebook(source: FacebookSource, home: Home) -> Facebook:
    scope = Scope(source.pages, reads_public=source.public_pages, stop_at=source.stop_at_percent)
    no_pages = SessionFile(home.quotas / f"{source.name}.no_pages.json")
    return Facebook(
        source.name, graph_access(source), scope, sessions(source, home), no_pages, renewal=renewal(source),
        origin=source.origin, connect=lambda: connect(limits(source, LIMITS)),
    )  # fmt: skip
