"""Settings of `type: bluesky`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from microinf_pipeline.settings.fields import Identifier, Secret
from microinf_pipeline.settings.networks.every import HttpsAddress, NetworkSettings, WebsocketAddress


class BlueskySource(NetworkSettings):
    """Search and notifications of Bluesky."""

    type: Literal["bluesky"] = Field(default="bluesky", description="`bluesky`")
    origin: Identifier = Field(default="bluesky_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://bsky.social", description="Server of the account that searches.")
    identifier: str | None = Field(default=None, description="Handle that logs in; needed.")
    jetstream: WebsocketAddress | None = Field(
        default=None,
        description="A Jetstream server, e.g. `wss://jetstream2.us-east.bsky.network`: every post of the network in the last 36"
        " hours is read and matched here, besides searches. Gigabytes a night.",
    )
    jetstream_megabytes: int = Field(default=8000, ge=1, description="Megabytes a night may read there at most.")
    app_password: Secret | None = Field(default=None, description="App password of that account, as `${NAME}`; needed.")
