"""Settings of `type: x`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from microinf_pipeline.settings.fields import Days, Identifier, Secret, problem, shaped
from microinf_pipeline.settings.networks.every import HttpsAddress, NetworkSettings

Country = Annotated[str, shaped(r"[A-Z]{2}", "two capitals, such as DE")]


class XSource(NetworkSettings):
    """Search, mentions and timelines of X's API v2. What is read costs money: the two budgets bound it."""

    type: Literal["x"] = Field(default="x", description="`x`")
    origin: Identifier = Field(default="x_api", description="The road, as policies name it.")
    service: HttpsAddress = Field(default="https://api.x.com", description="Where the API answers.")
    bearer_token: Secret | None = Field(
        default=None, description="Bearer token of an app, as `${NAME}`; this, or a pair below."
    )
    consumer_key: Secret | None = Field(default=None, description="Key of an app, as `${NAME}`: fetches a bearer token.")
    consumer_secret: Secret | None = Field(default=None, description="The secret of that key, as `${NAME}`.")
    client_id: str | None = Field(default=None, description="OAuth 2.0 client id of an app that reads for a user.")
    client_secret: Secret | None = Field(default=None, description="Secret of that client, where it has one, as `${NAME}`.")
    refresh_token: Secret | None = Field(
        default=None, description="The user's refresh token, as `${NAME}`; the one it is replaced with is kept in the home."
    )
    search: Literal["recent", "all"] = Field(
        default="recent", description="`recent`: seven days; `all`: since 2006, where the app's access allows it."
    )
    vocabulary: Literal["auto", "tweet", "post"] = Field(
        default="auto",
        description="Names of fields: `tweet.*`, or `post.*` of August 2026; `auto` finds out which are understood.",
    )
    post_reads: int = Field(default=10_000, ge=1, description="Posts this source may read a calendar month (UTC); $0.005 each.")
    user_reads: int = Field(default=5_000, ge=1, description="Accounts it may read a calendar month (UTC); $0.010 each.")
    compliance: bool = Field(default=True, description="Ask every night which of all stored posts must go (batch compliance).")
    compliance_wait: int = Field(
        default=300, ge=0, le=3600, description="Seconds a night waits for that; later nights fetch the rest."
    )
    withheld_in: tuple[Country, ...] = Field(
        default=(), description="Countries whose withholding counts, e.g. `[DE, AT]`. Default: any."
    )
    overlap_hours: int = Field(
        default=1,
        ge=0,
        le=336,
        description="As for every source; what is looked at again is read again, so it is short by default.",
    )
    catch_up_days: int = Field(
        default=5, ge=0, le=90, description="As for every source; recent search reaches seven days back."
    )
    refresh_days: Days = Field(
        default=(1, 7, 30), description="As for every source; each look at a post is a read, so there are fewer by default."
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        app = self.consumer_key is not None and self.consumer_secret is not None
        user = self.client_id is not None and self.refresh_token is not None
        if not (self.bearer_token is not None or app or user):
            raise problem(
                "credentials", "X needs credentials",
                "give bearer_token: ${X_BEARER_TOKEN}, or consumer_key and consumer_secret, or client_id and refresh_token",
            )  # fmt: skip
        if user and not app and self.bearer_token is None and self.search == "all":
            fix = "give bearer_token, or set search: recent"
            raise problem("search", "the full archive is searched by an app, not for a user", fix)
        return self

    @property
    def asks_compliance(self) -> bool:
        """Jobs are an app's, never a user's."""
        return self.compliance and (self.bearer_token is not None or self.consumer_key is not None)
