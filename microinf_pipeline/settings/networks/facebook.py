"""Settings of `type: facebook`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from microinf_pipeline.settings.fields import Identifier
from microinf_pipeline.settings.networks.meta import GraphId, MetaSettings


class FacebookSource(MetaSettings):
    """Pages of Facebook: posts that tag the brands' own, their posts and comments; other public Pages where the app may."""

    type: Literal["facebook"] = Field(default="facebook", description="`facebook`")
    origin: Identifier = Field(default="facebook_api", description="The road, as policies name it.")
    pages: Mapping[str, GraphId] = Field(min_length=1, description="Brand id → id of its own Page.")
    public_pages: bool = Field(
        default=False, description="The app has the feature Page Public Content Access: other Pages are looked up, too."
    )
