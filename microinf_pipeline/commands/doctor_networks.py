"""What `microinf doctor` says of network sources without asking any network.

Put here: what a valid configuration tells of them. Keep out: problems of it (`settings`), files and machine (`doctor`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.networks.instagram import InstagramSource
from microinf_pipeline.settings.networks.linkedin import LinkedInSource
from microinf_pipeline.settings.networks.mastodon import MastodonSource
from microinf_pipeline.settings.networks.threads import ThreadsSource
from microinf_pipeline.settings.networks.tiktok import TikTokSource
from microinf_pipeline.settings.networks.youtube import YouTubeSource
from microinf_pipeline.settings.sources import NetworkSection

#: Keys whose default is all that the network gives a project or a user (docs/networks).
_WHOLE_QUOTAS: Final[Mapping[type, tuple[str, ...]]] = {
    ThreadsSource: ("searches", "profiles"),
    TikTokSource: ("requests_per_day",),
    YouTubeSource: ("searches", "units"),
}


def credentials(settings: Settings) -> Iterator[str]:
    """One line a network source that will ask; for a configuration without problems, whose credentials are all there."""
    for source in _networks(settings):
        if not _is_off(source):
            yield f"source {source.name} ({source.type}): {_known_of(source)}"


def network_notes(settings: Settings) -> Iterator[str]:
    """What is worth knowing of network sources."""
    for source in _networks(settings):
        if _is_off(source):
            yield f"source {source.name} ({source.type}): off, it asks nothing until enabled: true"
        yield from _beyond_quota(source)
        if isinstance(source, InstagramSource) and source.webhooks is not None:
            from microinf_pipeline.sources.files.detect import matching_files

            if not matching_files(str(source.webhooks))[1]:
                what = f"no file matches webhooks: {source.webhooks}"
                yield f"source {source.name}: {what}: mentions in captions come by these files alone"


def _networks(settings: Settings) -> Iterator[NetworkSection]:
    for source in settings.sources:
        if not isinstance(source, FileSource):
            yield source


def _is_off(source: NetworkSection) -> bool:
    return isinstance(source, LinkedInSource) and not source.enabled


def _known_of(source: NetworkSection) -> str:
    if isinstance(source, MastodonSource) and all(one.token is None for one in source.instances):
        return "asks without credentials"
    return "credentials are there, not tried"


def _beyond_quota(source: NetworkSection) -> Iterator[str]:
    for key in _WHOLE_QUOTAS.get(type(source), ()):
        given: Any = getattr(source, key)
        whole = type(source).model_fields[key].default
        if given > whole:
            what = f"{key}: {given} is more than the {whole} that {source.type} gives"
            yield f"source {source.name}: {what}; it refuses the rest, unless it granted more"
