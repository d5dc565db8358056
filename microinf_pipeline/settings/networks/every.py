"""What every network source has, and the forms of addresses.

Put here: keys all networks share. Keep out: a network's own keys (its own module).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from microinf_pipeline.settings.fields import Days, Identifier, Section, Texts, shaped

#: Tokens travel there: in clear only to this machine.
HttpsAddress = Annotated[
    str,
    shaped(
        r"(https://[^\s/]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/\S*)?",
        "https://…, or http:// to this machine alone",
    ),
]
WebsocketAddress = Annotated[str, shaped(r"wss?://[^\s/]+/?", "wss:// and a host")]
Host = Annotated[str, shaped(r"(https?://)?[A-Za-z0-9.-]+(:\d+)?/?", "a host name such as mastodon.social")]
ApiVersion = Annotated[str, shaped(r"v\d+\.\d+", "v and two numbers, such as v1.0")]


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
    recheck_all: bool = Field(
        default=False, description="Every stored post is looked at again each night, whatever its age: deletions are followed."
    )
    profile_days: int = Field(
        default=7,
        ge=1,
        le=365,
        description="Days after which a profile is looked at again; a quiet account's after four times as many.",
    )
    profiles_per_night: int = Field(default=1000, ge=0, description="Profiles looked at again a night, at most.")
    timelines_per_night: int = Field(
        default=50, ge=0,
        description="Accounts a night, of those that lately named a brand, whose last 30 posts are read for rates. 0: none.",
    )  # fmt: skip
