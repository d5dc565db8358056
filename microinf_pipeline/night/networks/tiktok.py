"""TikTok, from its settings: one of two sources."""

from __future__ import annotations

from typing import Final

from pydantic import SecretStr

from microinf_pipeline.catalog.capture import NetworkSource
from microinf_pipeline.night.networks.access import limits, quota, sessions
from microinf_pipeline.settings.networks.tiktok import TikTokSource
from microinf_pipeline.sources import tiktok_business_api, tiktok_research_api
from microinf_pipeline.sources.tiktok_business import TikTokBusiness
from microinf_pipeline.sources.tiktok_business import connect as connect_business
from microinf_pipeline.sources.tiktok_business_api import BusinessAccess
from microinf_pipeline.sources.tiktok_business_lists import Account
from microinf_pipeline.sources.tiktok_research import TikTokResearch
from microinf_pipeline.sources.tiktok_research import connect as connect_research
from microinf_pipeline.sources.tiktok_research_api import REQUESTS, ResearchAccess
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.quota import Allowance, Daily

#: A research project's days end at midnight UTC.
_DAY: Final = Daily("UTC")


def tiktok(source: TikTokSource, home: Home) -> NetworkSource:
    return _research(source, home) if source.access == "research" else _business(source, home)


def _research(source: TikTokSource, home: Home) -> TikTokResearch:
    service = source.service or tiktok_research_api.SERVICE
    access = ResearchAccess(source.client_key, source.client_secret.get_secret_value(), service)
    return TikTokResearch(
        source.name, access, sessions(source, home), origin=source.origin, regions=source.regions, profiles=source.profiles,
        quota=quota(source, home, {REQUESTS: Allowance(source.requests_per_day, _DAY)}, by=("tiktok", source.client_key)),
        connect=lambda: connect_research(limits(source, tiktok_research_api.LIMITS)),
    )  # fmt: skip


def _business(source: TikTokSource, home: Home) -> TikTokBusiness:
    service = source.service or tiktok_business_api.SERVICE
    access = BusinessAccess(
        source.client_key, source.client_secret.get_secret_value(), source.business_id or "", _told(source.refresh_token),
        service,
    )  # fmt: skip
    hashtags = frozenset(tag.lower() for tag in source.hashtags)
    account = Account((source.username or "").lower(), hashtags, source.tcm_account_id, source.profiles)
    return TikTokBusiness(
        source.name, access, account, sessions(source, home), origin=source.origin,
        connect=lambda: connect_business(limits(source, tiktok_business_api.LIMITS)),
    )  # fmt: skip


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
