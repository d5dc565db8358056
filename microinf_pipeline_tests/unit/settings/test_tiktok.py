"""What a section of `type: tiktok` must hold, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.settings.fields import Surroundings
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


def test_a_secret_is_never_written_in_the_file() -> None:
    assert told(RESEARCH.replace("'${S}'", "abc")) == ["a secret must not stand in the file"]
