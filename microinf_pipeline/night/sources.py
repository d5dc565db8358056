"""From configured sources to things that deliver: file specs and network clients.

Put here: the one place where settings of a source become the values its room wants. Keep out: capturing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from microinf_pipeline.catalog.capture import BrandTerms, NetworkSource
from microinf_pipeline.night.networks.bluesky import bluesky
from microinf_pipeline.night.networks.facebook import facebook
from microinf_pipeline.night.networks.instagram import instagram
from microinf_pipeline.night.networks.linkedin import linkedin
from microinf_pipeline.night.networks.mastodon import mastodon
from microinf_pipeline.night.networks.reddit import reddit
from microinf_pipeline.night.networks.threads import threads
from microinf_pipeline.night.networks.tiktok import tiktok
from microinf_pipeline.night.networks.x import x
from microinf_pipeline.night.networks.youtube import youtube
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.networks.bluesky import BlueskySource
from microinf_pipeline.settings.networks.facebook import FacebookSource
from microinf_pipeline.settings.networks.instagram import InstagramSource
from microinf_pipeline.settings.networks.linkedin import LinkedInSource
from microinf_pipeline.settings.networks.mastodon import MastodonSource
from microinf_pipeline.settings.networks.reddit import RedditSource
from microinf_pipeline.settings.networks.threads import ThreadsSource
from microinf_pipeline.settings.networks.tiktok import TikTokSource
from microinf_pipeline.settings.networks.x import XSource
from microinf_pipeline.settings.networks.youtube import YouTubeSource
from microinf_pipeline.settings.sources import NetworkSection
from microinf_pipeline.sources.files.detect import SourceFile
from microinf_pipeline.sources.files.plan import ReadPlan, plan_posts, plan_profiles
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.storage.home import Home


def file_spec(source: FileSource) -> FileSourceSpec:
    """The file source as its reader wants it."""
    return FileSourceSpec.from_mapping(source.as_given())


def read_plans(spec: FileSourceSpec, files: Iterable[SourceFile], night: date) -> tuple[ReadPlan, ...]:
    """How each file is read. Raises FixConfigurationError for one that cannot be, or that lacks a mapped column."""
    plan = plan_posts if spec.holds == "posts" else plan_profiles
    return plan(spec, files, night)


def network_source(source: NetworkSection, home: Home) -> NetworkSource:
    """A network source ready to capture. Raises FixConfigurationError where credentials are missing."""
    return _MAKERS[type(source)](source, home)


#: Each type's settings, and what makes its source of them.
_MAKERS: Final[Mapping[type, Callable[[Any, Home], NetworkSource]]] = {
    BlueskySource: bluesky,
    FacebookSource: facebook,
    InstagramSource: instagram,
    LinkedInSource: linkedin,
    MastodonSource: mastodon,
    RedditSource: reddit,
    ThreadsSource: threads,
    XSource: x,
    YouTubeSource: youtube,
    TikTokSource: tiktok,
}


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
