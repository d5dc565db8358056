"""Settings of `type: mastodon`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from microinf_pipeline.settings.fields import Identifier, Secret, Section
from microinf_pipeline.settings.networks.every import Host, NetworkSettings


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
