"""Where posts and profiles come from: network sources, and the list under `sources:`.

Put here: settings of each source type, and which types this version has. Keep out: the file source's reading rules
(`file_source`) and everything that fetches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from microinf_pipeline.settings.fields import Days, Identifier, Secret, Section, Texts, at, problem, raise_together, unknown
from microinf_pipeline.settings.file_source import FileSource

#: Source types of later versions: named, so that a configuration that asks for one gets a clear answer.
LATER_TYPES: Final = ("x", "reddit", "threads", "instagram", "facebook", "tiktok", "linkedin")

HttpsAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/\S*)?$")]
Host = Annotated[str, StringConstraints(pattern=r"^(https?://)?[A-Za-z0-9.-]+(:\d+)?/?$")]


class NetworkSettings(Section):
    """What every network source has."""

    name: Identifier = Field(description="Key in every table and in the lake's folders; keep it.")
    required: bool = Field(default=True, description="A failure stops the night; `false`: counted, and the night goes on.")
    brands: Texts = Field(default=(), description="Ids of the brands to look for here. Default: all.")
    overlap_hours: int = Field(default=48, ge=0, le=336, description="Hours before the night looked at again for late posts.")
    catch_up_days: int = Field(
        default=7,
        ge=0,
        le=90,
        description="A search begins where the last complete night ended, at most so many days before the night's own start.",
    )
    max_requests: int = Field(default=2000, ge=1, description="Requests a night may spend; the rest waits (completeness < 1).")
    refresh_days: Days = Field(
        default=(1, 2, 3, 7, 14, 30),
        description="Days after posting on which a post is looked at again for metrics and deletion; 7 is what rates rest on.",
    )


class BlueskySource(NetworkSettings):
    """Search and notifications of Bluesky."""

    type: Literal["bluesky"] = Field(default="bluesky", description="`bluesky`")
    origin: Identifier = Field(default="bluesky_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://bsky.social", description="Server of the account that searches.")
    identifier: str | None = Field(default=None, description="Handle that logs in; needed.")
    app_password: Secret | None = Field(default=None, description="App password of that account, as `${NAME}`; needed.")


class MastodonInstance(Section):
    """One server of the fediverse; a plain text stands for `{host: text}`."""

    host: Host = Field(description="Host name, e.g. mastodon.social.")
    token: Secret | None = Field(default=None, description="User token, as `${NAME}`: adds search and notifications.")


class MastodonSource(NetworkSettings):
    """Tag timelines (and, with a token, search) of Mastodon servers."""

    type: Literal["mastodon"] = Field(default="mastodon", description="`mastodon`")
    origin: Identifier = Field(default="mastodon_api", description="The road, as policies name it.")
    instances: tuple[Annotated[MastodonInstance, BeforeValidator(lambda v: {"host": v} if isinstance(v, str) else v)], ...] = (
        Field(min_length=1, description="Servers to ask; each knows a part, 3 to 5 large ones are sensible.")
    )


class YouTubeSource(NetworkSettings):
    """Search, videos and channels of YouTube's Data API."""

    type: Literal["youtube"] = Field(default="youtube", description="`youtube`")
    origin: Identifier = Field(default="youtube_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://youtube.googleapis.com", description="Where the API answers.")
    api_key: Secret = Field(description="Key of a project with the YouTube Data API, as `${NAME}`.")
    searches: int = Field(
        default=100, ge=1, description="Searches a night may spend, of the 100 a project has each day (Pacific time)."
    )


#: What asks a network.
NetworkSection = BlueskySource | MastodonSource | YouTubeSource

_BUILT: Final = ("files", "bluesky", "mastodon", "youtube")


def _built_type(value: Any) -> Any:
    """Refuse a type of a later version, or an unknown one, at its own key."""
    if not isinstance(value, Mapping):
        return value
    kind = value.get("type")
    if kind is None:
        error = problem("missing", "required key 'type' is missing", f"add type: {' | '.join(_BUILT)}")
        raise_together("source", [at(("type",), error)])
    if kind in LATER_TYPES:
        error = problem(
            "not_built", f"source type '{kind}' is not built in this version",
            f"read an export of it with type: files and network: {kind}",
        )  # fmt: skip
        raise_together("source", [at(("type",), error)])
    if kind not in _BUILT:
        raise_together("source", [at(("type",), unknown("source type", str(kind), _BUILT))])
    return value


Source = Annotated[Annotated[FileSource | NetworkSection, Field(discriminator="type")], BeforeValidator(_built_type)]
