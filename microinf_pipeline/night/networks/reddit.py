"""Reddit, from its settings."""

from __future__ import annotations

from microinf_pipeline.night.networks.access import limits, quota, sessions
from microinf_pipeline.settings.networks.reddit import RedditSource
from microinf_pipeline.sources.reddit import Reddit
from microinf_pipeline.sources.reddit_questions import LOOK_UPS, Reach
from microinf_pipeline.sources.reddit_session import LIMITS, RedditAccess, connect
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.quota import Allowance, Daily


def reddit(source: RedditSource, home: Home) -> Reddit:
    access = RedditAccess(
        source.client_id, source.username, source.client_secret.get_secret_value(),
        source.refresh_token.get_secret_value() if source.refresh_token else None, source.service, source.token_service,
    )  # fmt: skip
    reach = Reach(source.subreddits, source.sweep, source.username if source.refresh_token else None)
    return Reddit(
        source.name, access, sessions(source, home), origin=source.origin, reach=reach,
        quota=quota(source, home, {LOOK_UPS: Allowance(source.profiles, Daily())}, by=("reddit", source.client_id)),
        connect_with=lambda: connect(access, limits(source, LIMITS)),
    )  # fmt: skip
