"""What every source of Meta's has: a token of its Graph API, and the app the token was made for.

Put here: that. Keep out: a network's own keys (its own module).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from microinf_pipeline.settings.fields import Secret, shaped
from microinf_pipeline.settings.networks.every import ApiVersion, HttpsAddress, NetworkSettings

GraphId = Annotated[str, shaped(r"\d+", "digits only")]


class MetaSettings(NetworkSettings):
    """Token, app and limits of the Graph API."""

    service: HttpsAddress = Field(default="https://graph.facebook.com", description="Where the Graph API answers.")
    version: ApiVersion = Field(default="v26.0", description="Version of the Graph API.")
    access_token: Secret = Field(description="Long-lived token, as `${NAME}`; a renewed one is kept in the home.")
    app_id: str | None = Field(default=None, description="Id of the app; with its secret, tokens are renewed in time.")
    app_secret: Secret | None = Field(
        default=None, description="Secret of the app, as `${NAME}`: sent as a proof, never itself."
    )
    stop_at_percent: float = Field(
        default=95.0, gt=0, le=100, description="Share of Meta's limits, as its answers tell it, at which a night stops asking."
    )
