"""From configured sources to things that deliver: file specs and network clients.

Put here: the one place where settings of a source become the values its room wants. Keep out: capturing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from microinf_pipeline.catalog.capture import BrandTerms, NetworkSource
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.sources import BlueskySource, NetworkSection, YouTubeSource
from microinf_pipeline.sources import bluesky, mastodon, youtube_api
from microinf_pipeline.sources.bluesky import Bluesky
from microinf_pipeline.sources.bluesky import connect as connect_bluesky
from microinf_pipeline.sources.bluesky_session import BlueskyAccess
from microinf_pipeline.sources.files.detect import SourceFile
from microinf_pipeline.sources.files.plan import ReadPlan, plan_posts, plan_profiles
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.mastodon import Mastodon
from microinf_pipeline.sources.mastodon import connect as connect_mastodon
from microinf_pipeline.sources.mastodon_api import Instance
from microinf_pipeline.sources.youtube import YouTube
from microinf_pipeline.sources.youtube import connect as connect_youtube
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.state import replace_file


class SessionFile:
    """Tokens of one source, kept beside the lake, readable by the owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Mapping[str, str] | None:
        return json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else None

    def save(self, session: Mapping[str, str]) -> None:
        replace_file(self._path, json.dumps(dict(session)).encode(), mode=0o600)


def file_spec(source: FileSource) -> FileSourceSpec:
    """The file source as its reader wants it."""
    return FileSourceSpec.from_mapping(source.as_given())


def read_plans(spec: FileSourceSpec, files: Iterable[SourceFile], night: date) -> tuple[ReadPlan, ...]:
    """How each file is read. Raises FixConfigurationError for one that cannot be, or that lacks a mapped column."""
    plan = plan_posts if spec.holds == "posts" else plan_profiles
    return plan(spec, files, night)


def network_source(source: NetworkSection, home: Home) -> NetworkSource:
    """A network source ready to capture. Raises FixConfigurationError where credentials are missing."""
    if isinstance(source, BlueskySource):
        return _bluesky(source, home)
    if isinstance(source, YouTubeSource):
        return _youtube(source)
    instances = [Instance.at(i.host, i.token.get_secret_value() if i.token else None) for i in source.instances]
    return Mastodon(source.name, instances, origin=source.origin, connect=lambda: connect_mastodon(_limits(source)))


def _bluesky(source: BlueskySource, home: Home) -> NetworkSource:
    if not source.identifier or not source.app_password:
        raise FixConfigurationError(
            "search on Bluesky needs a log-in", where=f"sources: {source.name}",
            fix="give identifier: and app_password: ${BLUESKY_APP_PASSWORD}",
        )  # fmt: skip
    access = BlueskyAccess(source.service.rstrip("/"), source.identifier, source.app_password.get_secret_value())
    sessions = SessionFile(home.secrets / f"{source.name}.json")

    def connect() -> HttpClient:
        return connect_bluesky(_limits(source))

    return Bluesky(source.name, access, sessions, origin=source.origin, connect=connect)


def _youtube(source: YouTubeSource) -> NetworkSource:
    return YouTube(
        source.name, source.api_key.get_secret_value(), origin=source.origin, service=source.service,
        searches=source.searches, connect=lambda: connect_youtube(_limits(source)),
    )  # fmt: skip


def _limits(source: NetworkSection) -> HttpLimits:
    base = {"bluesky": bluesky.LIMITS, "mastodon": mastodon.LIMITS, "youtube": youtube_api.LIMITS}[source.type]
    return replace(base, max_requests=source.max_requests)


def brand_terms(settings: Settings, source: NetworkSection) -> tuple[BrandTerms, ...]:
    """What a network source looks for: each brand's terms, its campaigns' hashtags with them."""
    network = source.type
    wanted = set(source.brands) or {b.id for b in settings.brands}
    return tuple(
        BrandTerms(
            brand_id=brand.id,
            hashtags=tuple(dict.fromkeys([*brand.hashtags, *_campaign_tags(settings, brand.id)])),
            keywords=tuple(k.word for k in brand.keywords),
            handles=tuple(brand.handles.get(network, ())),
            domains=tuple(brand.domains),
            owned=tuple(brand.owned_accounts.get(network, ())),
        )
        for brand in settings.brands
        if brand.id in wanted
    )


def _campaign_tags(settings: Settings, brand_id: str) -> list[str]:
    return [tag for c in settings.campaigns if c.brand == brand_id for tag in (*c.hashtags.any, *c.hashtags.all)]
