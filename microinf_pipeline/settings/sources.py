"""Where posts and profiles come from: the list under `sources:`, and which types there are.

Put here: that. Keep out: a network's own keys (`networks/<type>.py`), the file source's reading rules (`file_source`), and
everything that fetches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, get_args

from pydantic import BeforeValidator, Field

from microinf_pipeline.settings.fields import at, problem, raise_together, unknown
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

#: What asks a network.
NetworkSection = (
    BlueskySource
    | FacebookSource
    | InstagramSource
    | LinkedInSource
    | MastodonSource
    | RedditSource
    | ThreadsSource
    | XSource
    | TikTokSource
    | YouTubeSource
)

SOURCE_SECTIONS: Final = (FileSource, *get_args(NetworkSection))
_BUILT: Final = tuple(str(section.model_fields["type"].default) for section in SOURCE_SECTIONS)


def _built_type(value: Any) -> Any:
    """Refuse an unknown type at its own key."""
    if not isinstance(value, Mapping):
        return value
    kind = value.get("type")
    if kind is None:
        error = problem("missing", "required key 'type' is missing", f"add type: {' | '.join(_BUILT)}")
        raise_together("source", [at(("type",), error)])
    if kind not in _BUILT:
        raise_together("source", [at(("type",), unknown("source type", str(kind), _BUILT))])
    return value


Source = Annotated[Annotated[FileSource | NetworkSection, Field(discriminator="type")], BeforeValidator(_built_type)]
