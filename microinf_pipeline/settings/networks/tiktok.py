"""Settings of `type: tiktok`: two ways in, told apart by `access:`, with one set of keys each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from microinf_pipeline.settings.fields import Days, Handle, Hashtags, Identifier, Secret, at, problem, raise_together, shaped
from microinf_pipeline.settings.networks.every import HttpsAddress, NetworkSettings

Country = Annotated[str, shaped(r"[A-Z]{2}", "two capitals, such as DE")]

#: For a year what is kept is looked at again as often as the policy says: research terms ask for it every 15 days.
_RESEARCH_LOOKS: Final = (2, 7, 10, 365)
#: Keys that one way in needs, and those that it alone has.
_NEEDED: Final = {"research": (), "business": ("business_id", "username", "refresh_token")}
_OWN: Final = {
    "research": ("regions", "requests_per_day"),
    "business": ("business_id", "username", "refresh_token", "hashtags", "tcm_account_id"),
}


class TikTokSource(NetworkSettings):
    """TikTok's Research API (approved, non-commercial projects), or its API for Business (accounts you control)."""

    type: Literal["tiktok"] = Field(default="tiktok", description="`tiktok`")
    access: Literal["research", "business"] = Field(
        description="`research`: search of public videos; `business`: what names one business account, and its posts."
    )
    origin: Identifier = Field(
        default="", description="The road, as policies name it; by default `tiktok_research_api` or `tiktok_business_api`."
    )
    service: HttpsAddress | None = Field(default=None, description="Where the API answers; by default TikTok's own address.")
    client_key: str = Field(description="Key of the research client, or id of the business app.")
    client_secret: Secret = Field(description="Secret of that client or app, as `${NAME}`.")
    profiles: int = Field(default=200, ge=0, description="Accounts looked up a night; each costs a request of its own.")
    overlap_hours: int = Field(
        default=72, ge=0, le=336, description="Hours before the night looked at again: videos appear up to 48 hours late."
    )
    refresh_days: Days = Field(
        default=(2, 7, 10, 28),
        description="Days after posting on which a post is looked at again: counts settle within ten days. With"
        " `access: research` the default is 2, 7, 10, 365, and the policy's looks every 15 days fill the time between.",
    )
    regions: tuple[Country, ...] = Field(
        default=(), description="Research: keep to creators who registered in these countries (DE, AT, …). Default: all."
    )
    requests_per_day: int = Field(
        default=1000, ge=1, description="Research: requests this source may spend a day (UTC), of the 1,000 a project has."
    )
    business_id: str | None = Field(default=None, description="Business: the account's id (`open_id`); needed.")
    username: Handle | None = Field(
        default=None, description="Business: the account's handle, among its brand's handles or owned accounts; needed."
    )
    refresh_token: Secret | None = Field(
        default=None, description="Business: refresh token of the connected account, as `${NAME}`; needed, lives for a year."
    )
    hashtags: Hashtags = Field(default=(), description="Business: hashtags of its brand that TikTok enabled for the account.")
    tcm_account_id: str | None = Field(
        default=None, description="Business: account at the creator marketplace; adds creators' profiles and last posts."
    )

    @model_validator(mode="before")
    @classmethod
    def _road(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or given.get("access") not in _OWN:
            return given
        looks = {"refresh_days": _RESEARCH_LOOKS} if given["access"] == "research" else {}
        return {"origin": f"tiktok_{given['access']}_api", **looks, **given}

    @model_validator(mode="after")
    def _keys_of_its_access(self) -> Self:
        missing = [name for name in _NEEDED[self.access] if getattr(self, name) is None]
        other = next(keys for access, keys in _OWN.items() if access != self.access)
        strange = [name for name in other if name in self.model_fields_set and name not in _OWN[self.access]]
        raise_together(
            "tiktok",
            [
                *(at((), problem("missing_key", f"access: {self.access} needs '{name}'", f"add {name}:")) for name in missing),
                *(at((n,), problem("other_access", f"access: {self.access} has no '{n}'", f"delete {n}:")) for n in strange),
            ],
        )
        return self
