"""Settings of `type: reddit`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from microinf_pipeline.settings.fields import Identifier, Secret, Texts, shaped
from microinf_pipeline.settings.networks.every import HttpsAddress, NetworkSettings

AccountName = Annotated[str, shaped(r"[A-Za-z0-9_-]{3,20}", "3 to 20 letters, digits, _ and -")]


class RedditSource(NetworkSettings):
    """Search, listings, inbox and look-ups of Reddit's Data API, with an app that Reddit has approved."""

    type: Literal["reddit"] = Field(default="reddit", description="`reddit`")
    origin: Identifier = Field(default="reddit_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://oauth.reddit.com", description="Where the API answers.")
    token_service: HttpsAddress = Field(default="https://www.reddit.com", description="Where tokens are given.")
    client_id: str = Field(min_length=1, description="Id of the app.")
    client_secret: Secret = Field(description="Secret of the app, as `${NAME}`.")
    username: AccountName = Field(
        description="Account of the app, without `u/`: it stands in every request; with `refresh_token`, the one that gave it."
    )
    refresh_token: Secret | None = Field(
        default=None,
        description="Permanent token of that account (scopes read, history, privatemessages), as `${NAME}`: adds its mentions.",
    )
    subreddits: Texts = Field(default=(), description="Subreddits that are searched. Default: all of Reddit.")
    sweep: Texts = Field(
        default=(),
        description="Subreddits whose every new post and comment is read and kept, e.g. the brand's own: search sees none.",
    )
    profiles: int = Field(
        default=500, ge=0, description="Profiles looked up a day, one request each; the rest waits (completeness < 1)."
    )
    recheck_all: bool = Field(
        default=True, description="As for every network; here the default: the terms ask to follow deletions within 48 hours."
    )
