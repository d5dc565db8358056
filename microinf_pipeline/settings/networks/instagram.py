"""Settings of `type: instagram`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from microinf_pipeline.settings.fields import FilePath, Identifier
from microinf_pipeline.settings.networks.meta import GraphId, MetaSettings


class InstagramSource(MetaSettings):
    """Hashtags, tags, mentions, own posts and professional accounts of the Instagram Graph API."""

    type: Literal["instagram"] = Field(default="instagram", description="`instagram`")
    origin: Identifier = Field(default="instagram_api", description="The road, as policies name it.")
    accounts: Mapping[str, GraphId] = Field(
        min_length=1,
        description="Brand id → id of its own professional account (`instagram_business_account` of its page); the first asks.",
    )
    hashtags: int = Field(
        default=30, ge=0, le=30,
        description="Unique hashtags this source may query in seven days, of the 30 an account has; 0 switches the search off.",
    )  # fmt: skip
    hashtag_pages: int = Field(default=10, ge=1, description="Pages of 50 posts a night reads of each hashtag.")
    hashtag_gap_minutes: int = Field(
        default=15,
        ge=0,
        description="A hole between two readings of a hashtag is told from so many minutes on: no schedule is exact.",
    )
    top_media: bool = Field(default=False, description="Also read each hashtag's top posts, which may be of any age.")
    webhooks: FilePath | None = Field(
        default=None, description="Files of stored webhook payloads, wildcards allowed: the only road of mentions in captions."
    )
