"""Settings of `type: threads`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from microinf_pipeline.settings.fields import Handle, Identifier, Secret
from microinf_pipeline.settings.networks.every import ApiVersion, HttpsAddress, NetworkSettings


class ThreadsSource(NetworkSettings):
    """Searches, mentions, own posts and profiles of Threads, with the token of one account."""

    type: Literal["threads"] = Field(default="threads", description="`threads`")
    origin: Identifier = Field(default="threads_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://graph.threads.net", description="Where the API answers.")
    version: ApiVersion = Field(default="v1.0", description="Version of the API.")
    username: Handle = Field(
        description="Account the token belongs to, among its brand's handles or owned accounts: its mentions are read, and of"
        " an owned account posts, replies and counts."
    )
    access_token: Secret = Field(description="Long-lived user token of that account, as `${NAME}`; it is renewed in time.")
    searches: int = Field(
        default=2200, ge=1, description="Searches (pages) in a rolling day; 2,200 is what Meta gives a user, over all apps."
    )
    profiles: int = Field(default=1000, ge=0, description="Profiles looked up in a rolling day, of the 1,000 Meta gives.")
