"""What a section of `type: tiktok` must hold, and what it may not."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from microinf_pipeline.catalog.policies import policy_of
from microinf_pipeline.night.policies import days_of_looks
from microinf_pipeline.settings.fields import Surroundings
from microinf_pipeline.settings.networks.tiktok import TikTokSource
from microinf_pipeline.settings.validating import validate
from microinf_pipeline.settings.yaml_lines import parse

RESEARCH = "name: tt, type: tiktok, access: research, client_key: k, client_secret: '${S}'"
BUSINESS = "name: tt, type: tiktok, access: business, client_key: k, client_secret: '${S}'"
ACCOUNT = "business_id: b, username: '@AcmeCola', refresh_token: '${S}'"


def told(keys: str) -> list[str]:
    document = parse(f"sources: [{{{keys}}}]")
    return sorted(problem.what for problem in validate(document, Surroundings(Path(), {"S": "secret"})).problems)


@pytest.mark.parametrize("keys", [RESEARCH, f"{RESEARCH}, regions: [DE]", f"{BUSINESS}, {ACCOUNT}, hashtags: ['#acme']"])
def test_each_access_has_its_keys(keys: str) -> None:
    assert told(keys) == []


def test_keys_an_access_needs_are_named() -> None:
    assert told(BUSINESS) == [
        "access: business needs 'business_id'", "access: business needs 'refresh_token'", "access: business needs 'username'",
    ]  # fmt: skip


def test_keys_of_the_other_access_are_problems() -> None:
    assert told(f"{RESEARCH}, hashtags: [acme]") == ["access: research has no 'hashtags'"]
    assert told(f"{BUSINESS}, {ACCOUNT}, requests_per_day: 5") == ["access: business has no 'requests_per_day'"]


@pytest.mark.parametrize(("keys", "origin"), [(RESEARCH, "tiktok_research_api"), (f"{RESEARCH}, origin: ours", "ours")])
def test_policies_can_tell_the_two_roads_apart(keys: str, origin: str) -> None:
    document = parse(f"sources: [{{{keys}}}]")
    settings = validate(document, Surroundings(Path(), {"S": "secret"})).settings
    assert settings is not None
    assert [source.origin for source in settings.sources] == [origin]


def test_research_is_looked_at_again_every_fifteen_days_for_a_year() -> None:
    document = parse(f"sources: [{{{RESEARCH}}}]")
    settings = validate(document, Surroundings(Path(), {"S": "secret"})).settings
    assert settings is not None
    (source,) = settings.sources
    assert isinstance(source, TikTokSource)
    looks = days_of_looks(source.refresh_days, policy_of(source.origin, {}))
    assert looks[:3] == (2, 7, 10)
    assert looks[-1] == 365
    assert max(later - sooner for sooner, later in pairwise(looks)) == 15


def test_a_secret_is_never_written_in_the_file() -> None:
    assert told(RESEARCH.replace("'${S}'", "abc")) == ["a secret must not stand in the file"]
