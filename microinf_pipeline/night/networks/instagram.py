"""Instagram, from its settings."""

from __future__ import annotations

from datetime import timedelta

from microinf_pipeline.night.networks.access import SessionFile, limits, quota, sessions
from microinf_pipeline.night.networks.meta import graph_access, renewal
from microinf_pipeline.settings.networks.instagram import InstagramSource
from microinf_pipeline.sources.files.detect import matching_files
from microinf_pipeline.sources.graph_api import LIMITS, connect
from microinf_pipeline.sources.instagram import Instagram
from microinf_pipeline.sources.instagram_edges import HASHTAGS
from microinf_pipeline.sources.instagram_night import Scope
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.quota import Allowance, Rolling


def instagram(source: InstagramSource, home: Home) -> Instagram:
    files = matching_files(str(source.webhooks))[1] if source.webhooks else []
    scope = Scope(
        source.accounts, searches_hashtags=source.hashtags > 0, reads_top=source.top_media,
        pages_a_hashtag=source.hashtag_pages, webhooks=tuple(files) if source.webhooks else None,
        stop_at=source.stop_at_percent, untold_gap=timedelta(minutes=source.hashtag_gap_minutes),
    )  # fmt: skip
    seen = SessionFile(home.quotas / f"{source.name}.hashtags.json")
    return Instagram(
        source.name, graph_access(source), scope, sessions(source, home), seen, renewal=renewal(source), origin=source.origin,
        quota=quota(source, home, {HASHTAGS: Allowance(source.hashtags, Rolling(7))}),
        connect=lambda: connect(limits(source, LIMITS)),
    )  # fmt: skip
