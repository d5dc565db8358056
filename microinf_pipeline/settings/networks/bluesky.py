"""Settings of `type: bluesky`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from microinf_pipeline.settings.fields import Identifier, Secret
from microinf_pipeline.settings.networks.every import HttpsAddress, NetworkSettings


class BlueskySource(NetworkSettings):
    """Search and notifications of Bluesky."""

    type: Literal["bluesky"] = Field(default="bluesky", description="`bluesky`")
    origin: Identifier = Field(default="bluesky_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://bsky.social", description="Server of the account that searches.")
    identifier: str | None = Field(default=None, description="Handle that logs in; needed.")
    app_password: Secret | None = Field(default=None, description="App password of that account, as `${NAME}`; needed.")
