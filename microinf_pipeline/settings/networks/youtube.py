"""Settings of `type: youtube`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from microinf_pipeline.settings.fields import Identifier, Secret
from microinf_pipeline.settings.networks.every import HttpsAddress, NetworkSettings


class YouTubeSource(NetworkSettings):
    """Search, videos and channels of YouTube's Data API."""

    type: Literal["youtube"] = Field(default="youtube", description="`youtube`")
    origin: Identifier = Field(default="youtube_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://youtube.googleapis.com", description="Where the API answers.")
    api_key: Secret = Field(description="Key of a project with the YouTube Data API, as `${NAME}`.")
    searches: int = Field(
        default=100, ge=1, description="Searches this source may spend a day (Pacific time), of the 100 a project has."
    )
    units: int = Field(
        default=10_000, ge=1, description="Units of quota it may spend a day (Pacific time) besides; a look-up of fifty is one."
    )
