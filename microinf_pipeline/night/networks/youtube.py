"""YouTube, from its settings."""

from __future__ import annotations

from microinf_pipeline.night.networks.access import limits, quota
from microinf_pipeline.settings.networks.youtube import YouTubeSource
from microinf_pipeline.sources.youtube import YouTube, connect
from microinf_pipeline.sources.youtube_api import LIMITS, SEARCHES, UNITS
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.quota import Allowance, Daily

#: The network's days end at midnight in California.
_DAY = Daily("America/Los_Angeles")


def youtube(source: YouTubeSource, home: Home) -> YouTube:
    allowances = {SEARCHES: Allowance(source.searches, _DAY), UNITS: Allowance(source.units, _DAY)}
    key = source.api_key.get_secret_value()
    return YouTube(
        source.name, key, origin=source.origin, service=source.service,
        quota=quota(source, home, allowances, by=("youtube", key)), connect=lambda: connect(limits(source, LIMITS)),
    )  # fmt: skip
