"""Servers of the fediverse, from their settings."""

from __future__ import annotations

from microinf_pipeline.night.networks.access import limits
from microinf_pipeline.settings.networks.mastodon import MastodonSource
from microinf_pipeline.sources.mastodon import LIMITS, Mastodon, connect
from microinf_pipeline.sources.mastodon_api import Instance
from microinf_pipeline.storage.home import Home


def mastodon(source: MastodonSource, _home: Home) -> Mastodon:
    instances = [Instance.at(i.host, i.token.get_secret_value() if i.token else None) for i in source.instances]
    return Mastodon(source.name, instances, origin=source.origin, connect=lambda: connect(limits(source, LIMITS)))
