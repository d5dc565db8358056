"""Threads, from its settings."""

from __future__ import annotations

from microinf_pipeline.night.networks.access import limits, quota, sessions
from microinf_pipeline.settings.networks.threads import ThreadsSource
from microinf_pipeline.sources.graph_api import LIMITS, GraphAccess, connect
from microinf_pipeline.sources.threads import Threads
from microinf_pipeline.sources.threads_edges import LOOK_UPS, SEARCHES
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.quota import Allowance, Rolling

_DAY = Rolling(1)


def threads(source: ThreadsSource, home: Home) -> Threads:
    access = GraphAccess(source.service, source.version, source.access_token.get_secret_value())
    allowances = {SEARCHES: Allowance(source.searches, _DAY), LOOK_UPS: Allowance(source.profiles, _DAY)}
    return Threads(
        source.name, access, source.username, sessions(source, home), origin=source.origin,
        quota=quota(source, home, allowances, by=("threads", source.username.lower())),
        connect=lambda: connect(limits(source, LIMITS)),
    )  # fmt: skip
