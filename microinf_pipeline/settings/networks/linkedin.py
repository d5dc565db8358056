"""Settings of `type: linkedin`: off unless the section says otherwise, because its terms bind more than any other's."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from microinf_pipeline.settings.fields import Days, Identifier, Secret, at, problem, raise_together, shaped
from microinf_pipeline.settings.networks.every import HttpsAddress, NetworkSettings

Version = Annotated[str, shaped(r"20\d\d(0[1-9]|1[0-2])", "year and month, such as 202608")]


class LinkedInSource(NetworkSettings):
    """LinkedIn's Community Management API, for Pages whose administrator consented: own posts, mentions as a count."""

    type: Literal["linkedin"] = Field(default="linkedin", description="`linkedin`")
    enabled: bool = Field(
        default=False,
        description="`true`: ask. Anything else leaves the source off; read docs/networks/linkedin.md before you switch it on.",
    )
    origin: Identifier = Field(default="linkedin_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://api.linkedin.com", description="Where the API answers.")
    login: HttpsAddress = Field(default="https://www.linkedin.com", description="Where tokens are renewed.")
    version: Version = Field(
        default="202608", description="Version of the API (YYYYMM); LinkedIn ends each after some twelve months."
    )
    client_id: str | None = Field(default=None, description="Id of the app; needed with `refresh_token`.")
    client_secret: Secret | None = Field(
        default=None, description="Secret of the app, as `${NAME}`; needed with `refresh_token`."
    )
    refresh_token: Secret | None = Field(
        default=None, description="Refresh token of the administrator, as `${NAME}`; lives for a year."
    )
    access_token: Secret | None = Field(
        default=None, description="Instead of these three: an access token, as `${NAME}`; lives for 60 days."
    )
    calls_per_day: int = Field(
        default=100, ge=1, description="Calls this source may spend a day (UTC); the development tier has 100 a member."
    )
    texts: bool = Field(
        default=False,
        description="Keep the words of organisations' posts in raw pages; tables drop them unless `policies:` allow.",
    )
    refresh_days: Days = Field(
        default=(1, 2), description="Days after posting on which a post is looked at again; the policy keeps rows for two days."
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if not self.enabled or self.access_token is not None:
            return self
        missing = [name for name in ("client_id", "client_secret", "refresh_token") if getattr(self, name) is None]
        what = "a source of LinkedIn that is enabled needs '{}', or an access_token"
        raise_together("linkedin", [at((), problem("missing_key", what.format(name), f"add {name}:")) for name in missing])
        return self
